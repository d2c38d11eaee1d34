"""The endpoints that the product's are measured against; authentication and rendering are the product's."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import connection
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ModelSerializer
from rest_framework.views import APIView

import sql
from accounts.authentication import caller_of
from api.windows import requested_window
from glucose.models import Reading
from patients.selectors import visible_patient


class SelectOne(APIView):
    """The least that an authenticated request with a query can be."""

    def get(self, request: Request) -> Response:
        """Ask the database for 1."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            (one,) = cursor.fetchone() or (None,)
        return Response({"one": one})


class ReadingSerializer(ModelSerializer[Reading]):
    """A reading with what a row of the product's own pages has."""

    class Meta:
        model = Reading
        fields: ClassVar[Any] = ["time", "mg_dl", "trend", "source", "utc_offset_minutes", "excluded"]


class ModelSerializerReadings(APIView):
    """The readings of a window as Django REST framework's tutorial has it."""

    def get(self, request: Request, patient_id: UUID) -> Response:
        """Every row through the ORM and a ModelSerializer."""
        window = requested_window(request.query_params, timezone.now())
        patient = visible_patient(caller_of(request), patient_id)
        # The application may not read the table; the tutorial's would have it all.
        sql.row("name_actor", {"token": "", "role": "none"})
        rows = Reading.objects.filter(
            patient_id=patient.id, time__gte=window.start, time__lt=window.end, excluded=False
        ).order_by("time")
        return Response(ReadingSerializer(rows, many=True).data)

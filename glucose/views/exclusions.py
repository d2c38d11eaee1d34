"""`patients/{id}/exclusions/`."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.idempotency import idempotent
from accounts.roles import Act
from api.errors import InvalidInput
from api.pages import newest_page, page_answer
from api.schema import CURSOR_PARAMETERS, IDEMPOTENCY_KEY, page_schema
from api.windows import Window, window_of_body
from glucose.models import Exclusion
from glucose.selectors.exclusions import covered, exclusion_of, exclusions_of, is_reading
from glucose.serializers.exclusions import ExclusionBodySerializer, ExclusionSerializer, exclusion_answer
from glucose.services import exclusions as services
from patients.selectors import visible_patient


class ExclusionList(APIView):
    """What is excluded of one patient."""

    acts = {"GET": Act.READ_READINGS}

    @extend_schema(
        operation_id="exclusions_list", parameters=CURSOR_PARAMETERS, responses=page_schema(ExclusionSerializer)
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """A page of exclusions, newest first, those included that were undone."""
        page = newest_page(request, "exclusions", exclusions_of(caller_of(request), patient_id))
        counts = covered(patient_id, page.rows)
        rows = [exclusion_answer(row, count) for row, count in zip(page.rows, counts, strict=True)]
        return Response(page_answer(request, page, rows))

    @extend_schema(
        operation_id="exclusions_create",
        parameters=[IDEMPOTENCY_KEY],
        request=ExclusionBodySerializer,
        responses={201: ExclusionSerializer},
    )
    @idempotent
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Take a reading, or a range with what is still to come in it, out of every statistic."""
        caller, now = caller_of(request), timezone.now()
        visible_patient(caller, patient_id)
        caller.require(Act.EXCLUDE_READINGS)
        body = ExclusionBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        fields = dict(body.validated_data)
        window = _window(patient_id, fields, now)
        made = services.exclude(caller, patient_id, window, fields, now=now)
        return _answer(made, status=201)


class ExclusionDetail(APIView):
    """One exclusion."""

    acts = {"GET": Act.READ_READINGS}

    @extend_schema(operation_id="exclusions_read", responses=ExclusionSerializer)
    def get(self, request: Request, patient_id: UUID, exclusion_id: UUID) -> Response:
        """The exclusion, whether it stands or was undone."""
        return _answer(exclusion_of(caller_of(request), patient_id, exclusion_id))


class ExclusionUndo(APIView):
    """The end of an exclusion."""

    @extend_schema(operation_id="exclusions_undo", request=None, responses=ExclusionSerializer)
    def post(self, request: Request, patient_id: UUID, exclusion_id: UUID) -> Response:
        """Take the readings in again, but for those that another exclusion covers."""
        return _answer(services.undo(caller_of(request), patient_id, exclusion_id, now=timezone.now()))


def _window(patient_id: UUID, fields: dict[str, Any], now: datetime) -> Window:
    """The window of the body, whose fields for it are taken out."""
    time, start, end = (fields.pop(name, None) for name in ("time", "start", "end"))
    if time is None:
        return window_of_body(start, end, now)
    # Readings are kept to the second.
    first = time.replace(microsecond=0)
    window = Window(first, first + timedelta(seconds=1))
    if not is_reading(patient_id, window):
        raise InvalidInput.field("/time", "is the time of no reading")
    return window


def _answer(exclusion: Exclusion, status: int = 200) -> Response:
    (readings,) = covered(exclusion.patient_id, [exclusion])
    return Response(exclusion_answer(exclusion, readings), status=status)

"""`readings/latest/`, of one patient and of all."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.roles import Act
from api.pages import page_answer, page_of, requested_page
from api.schema import CURSOR_PARAMETERS, UNIT_PARAMETER, page_schema, query
from api.windows import one_of
from glucose.selectors import latest as latest_selectors
from glucose.serializers.readings import LatestSerializer, latest_answer
from patients.units import UNITS, GlucoseUnit


class PatientLatest(APIView):
    """The newest reading of one patient."""

    acts = {"GET": Act.READ_READINGS}

    @extend_schema(
        operation_id="readings_latest_of_patient",
        parameters=[UNIT_PARAMETER],
        responses={200: LatestSerializer, 204: OpenApiResponse(description="There is no reading yet.")},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """The newest reading, or 204 where there is none."""
        return _one(request, latest_selectors.latest_of_patient(caller_of(request), patient_id))


class Latest(APIView):
    """The newest reading among all patients that the caller may see, or of each."""

    acts = {"GET": Act.READ_READINGS}

    @extend_schema(
        operation_id="readings_latest",
        parameters=[
            UNIT_PARAMETER,
            query("per_patient", "true: a page with one for each patient.", enum=["true", "false"]),
            *CURSOR_PARAMETERS,
        ],
        responses={
            200: PolymorphicProxySerializer(
                component_name="LatestReadings",
                serializers=[LatestSerializer, page_schema(LatestSerializer)],
                resource_type_field_name=None,
                many=False,
            ),
            204: OpenApiResponse(description="There is no reading yet."),
        },
    )
    def get(self, request: Request) -> Response:
        """The newest of all, or one for each patient."""
        # Read before it is known whether there are pages: what is wrong is refused in both forms.
        asked = requested_page(request, "latest", [UUID])
        if one_of(request.query_params, "per_patient", ("true", "false"), "false") == "false":
            return _one(request, latest_selectors.latest_of_all(caller_of(request)))
        unit = one_of(request.query_params, "unit", UNITS, GlucoseUnit.MG_DL.value)
        rows = latest_selectors.latest_per_patient(
            caller_of(request),
            edge=asked.cursor.key[0] if asked.cursor.key else None,
            backwards=asked.cursor.backwards,
            limit=asked.size + 1,
        )
        page = page_of(rows, asked, lambda row: (row.patient_id,))
        now = timezone.now()
        return Response(page_answer(request, page, [latest_answer(row, unit, now) for row in page.rows]))


def _one(request: Request, latest: Any) -> Response:
    unit = one_of(request.query_params, "unit", UNITS, GlucoseUnit.MG_DL.value)
    if latest is None:
        return Response(status=204)
    return Response(latest_answer(latest, unit, timezone.now()))

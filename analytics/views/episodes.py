"""`patients/{id}/episodes/`."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.replica import from_replica
from accounts.roles import Act
from analytics.episode_answers import episodes_answer
from analytics.episodes import episodes_of
from analytics.metrics.sufficiency import sufficiency
from analytics.metrics.trace import Trace
from analytics.selectors.trace import trace_of_patient
from analytics.trace_serializers import EpisodesSerializer
from api.conditional import computed_tag, not_modified, tagged
from api.schema import AS_OF_PARAMETER, IF_NONE_MATCH, NOT_MODIFIED, UNIT_PARAMETER, WINDOW_PARAMETERS
from api.windows import Window, one_of, past_instant, requested_window
from patients.models import Patient
from patients.selectors import visible_patient
from patients.units import UNITS, GlucoseUnit


class Episodes(APIView):
    """The episodes of low and high glucose of one patient."""

    acts = {"GET": Act.READ_STATISTICS}

    @extend_schema(
        operation_id="episodes",
        parameters=[*WINDOW_PARAMETERS, UNIT_PARAMETER, AS_OF_PARAMETER, IF_NONE_MATCH],
        responses={200: EpisodesSerializer, 304: NOT_MODIFIED},
    )
    @from_replica
    def get(self, request: Request, patient_id: UUID) -> Response:
        """Every episode of the window by its start, and how often each kind occurred."""
        now = timezone.now()
        as_of = past_instant(request.query_params, "as_of", now)
        window = requested_window(request.query_params, as_of or now)
        unit = one_of(request.query_params, "unit", UNITS, GlucoseUnit.MG_DL.value)
        caller = caller_of(request)

        def tag(patient: Patient) -> str:
            return computed_tag(request, "episodes", patient.id, patient.data_version, window, unit, as_of)

        if known := not_modified(request, lambda: tag(visible_patient(caller, patient_id))):
            return known
        patient, trace = trace_of_patient(caller, patient_id, window, as_of)
        answer = {
            "patient": patient.id,
            "start": window.start,
            "end": window.end,
            "timezone": patient.timezone,
            "as_of": as_of,
            **_found(trace, window, unit),
        }
        return tagged(Response(answer), tag(patient))


def _found(trace: Trace, window: Window, unit: str) -> dict[str, Any]:
    enough = sufficiency(minutes=trace.minutes, window_minutes=window.minutes, days_with_data=trace.days_with_data)
    has_data = len(trace.seconds) > 0
    return episodes_answer(episodes_of(trace), enough, days=window.days, has_data=has_data, unit=unit)

"""`patients/{id}/statistics/` and `patients/{id}/daily/`."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.replica import from_replica
from accounts.roles import Act
from analytics.compatibility.answer import compatible_answer
from analytics.daily import daily_answer
from analytics.explain import Known, explanation
from analytics.metrics.sufficiency import sufficiency
from analytics.metrics.targets import RANGES
from analytics.selectors.daily import days_of_patient
from analytics.selectors.targets import targets_for
from analytics.selectors.trace import excluded_of_patient, trace_of_patient
from analytics.serializers import DailySerializer, StatisticsSerializer
from analytics.statistics import form_answer, statistics_answer
from analytics.views.compatibility import COMPATIBILITY, asked_tool, targets_of_answer
from api.conditional import computed_tag, not_modified, tagged
from api.schema import (
    AS_OF_PARAMETER,
    DAY_PARAMETERS,
    IF_NONE_MATCH,
    NOT_MODIFIED,
    UNIT_PARAMETER,
    WINDOW_PARAMETERS,
    query,
)
from api.windows import one_of, past_instant, requested_days, requested_window
from patients.models import Patient
from patients.selectors import local_today, visible_patient
from patients.units import UNITS, GlucoseUnit

WEIGHTINGS = ("time", "count")
BOOLEANS = ("true", "false")
EXPLAIN = query("explain", "Whether to say what went into each number.", enum=BOOLEANS)
FORM_PARAMETERS = [
    UNIT_PARAMETER,
    query(
        "ranges",
        "The targets; those of the patient where absent. custom: the patient has targets of their own.",
        enum=RANGES,
    ),
    query("weighting", "By minutes, or by the number of readings.", enum=WEIGHTINGS),
    AS_OF_PARAMETER,
]


class Statistics(APIView):
    """The statistics of one patient."""

    acts = {"GET": Act.READ_STATISTICS}

    @extend_schema(
        operation_id="statistics",
        parameters=[*WINDOW_PARAMETERS, *FORM_PARAMETERS, COMPATIBILITY, EXPLAIN, IF_NONE_MATCH],
        responses={200: StatisticsSerializer, 304: NOT_MODIFIED},
    )
    @from_replica
    def get(self, request: Request, patient_id: UUID) -> Response:
        """Every metric of the window; null where there is too little data for it."""
        given, now = request.query_params, timezone.now()
        as_of = past_instant(given, "as_of", now)
        window = requested_window(given, as_of or now)
        unit = one_of(given, "unit", UNITS, GlucoseUnit.MG_DL.value)
        tool = asked_tool(given)
        by_count = one_of(given, "weighting", WEIGHTINGS, "time") == "count" and tool is None
        explain = one_of(given, "explain", BOOLEANS, "false") == "true"
        caller = caller_of(request)

        def tag(patient: Patient) -> str:
            # The ranges are read here, so that a wrong name is refused before a 304.
            targets = targets_of_answer(patient, given.get("ranges"), tool, as_of)
            form = [unit, by_count, explain, as_of, targets.ranges, tool and tool.name]
            return computed_tag(request, "statistics", patient.id, patient.data_version, window, form)

        if known := not_modified(request, lambda: tag(visible_patient(caller, patient_id))):
            return known
        patient, trace = trace_of_patient(caller, patient_id, window, as_of)
        enough = sufficiency(minutes=trace.minutes, window_minutes=window.minutes, days_with_data=trace.days_with_data)
        targets = targets_of_answer(patient, given.get("ranges"), tool, as_of)
        answer = {
            "patient": patient.id,
            "start": window.start,
            "end": window.end,
            "timezone": patient.timezone,
            "as_of": as_of,
            **statistics_answer(trace, enough, days=window.days, targets=targets, unit=unit, by_count=by_count),
        }
        inputs = Known(trace, targets, window.minutes, window.days, by_count)
        if explain:
            excluded, minutes = excluded_of_patient(patient, window, as_of)
            answer["explain"] = explanation(inputs, answer, excluded=excluded, excluded_minutes=minutes)
        if tool is not None:
            answer = compatible_answer(tool, inputs, answer)
        return tagged(Response(answer), tag(patient))


class Daily(APIView):
    """The days of one patient."""

    acts = {"GET": Act.READ_STATISTICS}

    @extend_schema(
        operation_id="daily",
        parameters=[
            *DAY_PARAMETERS,
            *FORM_PARAMETERS,
            IF_NONE_MATCH,
        ],
        responses={200: DailySerializer, 304: NOT_MODIFIED},
    )
    @from_replica
    def get(self, request: Request, patient_id: UUID) -> Response:
        """One entry for each local day that has readings."""
        given = request.query_params
        caller = caller_of(request)
        unit = one_of(given, "unit", UNITS, GlucoseUnit.MG_DL.value)
        by_count = one_of(given, "weighting", WEIGHTINGS, "time") == "count"
        now = timezone.now()
        as_of = past_instant(given, "as_of", now)
        first, last = requested_days(given, local_today(caller, patient_id, now, as_of))

        def tag(patient: Patient) -> str:
            # The ranges are read here, so that a wrong name is refused before a 304.
            form = [unit, by_count, as_of, targets_for(patient, given.get("ranges"), as_of).ranges]
            return computed_tag(request, "daily", patient.id, patient.data_version, first, last, form)

        if known := not_modified(request, lambda: tag(visible_patient(caller, patient_id))):
            return known
        found = days_of_patient(caller, patient_id, first, last, given.get("ranges"), as_of)
        days = [
            daily_answer(row, targets=found.targets, unit=unit, by_count=by_count, zone=zone)
            for row, zone in zip(found.rows, found.zones, strict=True)
        ]
        answer = {
            "patient": found.patient.id,
            "timezone": found.patient.timezone,
            "as_of": as_of,
            **form_answer(found.targets, unit, by_count=by_count),
            "results": days,
        }
        return tagged(Response(answer), tag(found.patient))

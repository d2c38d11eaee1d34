"""`patients/{id}/periods/`."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.replica import from_replica
from accounts.roles import Act
from analytics.metrics.periods import BY
from analytics.period_answers import Form, periods_answer
from analytics.period_serializers import PeriodsSerializer
from analytics.selectors.periods import periods_of_patient
from analytics.selectors.targets import targets_for
from analytics.statistics import form_answer
from analytics.views.statistics import FORM_PARAMETERS, WEIGHTINGS
from api.conditional import computed_tag, not_modified, tagged
from api.schema import DAY_PARAMETERS, IF_NONE_MATCH, NOT_MODIFIED, query
from api.windows import one_of, past_instant, requested_days
from patients.models import Patient
from patients.selectors import local_today, visible_patient
from patients.units import UNITS, GlucoseUnit


class Periods(APIView):
    """The periods of one patient."""

    acts = {"GET": Act.READ_STATISTICS}

    @extend_schema(
        operation_id="periods",
        parameters=[
            query("by", "What a period is; day where absent.", enum=BY),
            *DAY_PARAMETERS,
            *FORM_PARAMETERS,
            IF_NONE_MATCH,
        ],
        responses={200: PeriodsSerializer, 304: NOT_MODIFIED},
    )
    @from_replica
    def get(self, request: Request, patient_id: UUID) -> Response:
        """Statistics of each day, week or month, of blocks of the day, or of weekdays and weekends.

        A week or month that the window cuts is told as far as it lies inside. Blocks are night from 00:00, morning from
        06:00, afternoon from 12:00 and evening from 18:00, by the local clock of each reading.
        """
        given, caller = request.query_params, caller_of(request)
        by = one_of(given, "by", BY, BY[0])
        unit = one_of(given, "unit", UNITS, GlucoseUnit.MG_DL.value)
        by_count = one_of(given, "weighting", WEIGHTINGS, "time") == "count"
        now = timezone.now()
        as_of = past_instant(given, "as_of", now)
        first, last = requested_days(given, local_today(caller, patient_id, now, as_of))

        def tag(patient: Patient) -> str:
            # The ranges are read here, so that a wrong name is refused before a 304.
            form = [by, unit, by_count, as_of, targets_for(patient, given.get("ranges"), as_of).ranges]
            return computed_tag(request, "periods", patient.id, patient.data_version, first, last, form)

        if known := not_modified(request, lambda: tag(visible_patient(caller, patient_id))):
            return known
        found = periods_of_patient(caller, patient_id, first, last, by=by, ranges=given.get("ranges"), as_of=as_of)
        answer = {
            "patient": found.patient.id,
            "timezone": found.patient.timezone,
            "as_of": as_of,
            **form_answer(found.targets, unit, by_count=by_count),
            "by": by,
            **periods_answer(found.parts, found.window, found.previous, by, Form(found.targets, unit, by_count)),
        }
        return tagged(Response(answer), tag(found.patient))

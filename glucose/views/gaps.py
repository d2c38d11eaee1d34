"""`patients/{id}/sensors/`, `gaps/`, `sync-truth/` and `rebuild-state/`: how whole a patient's readings are."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.roles import Act
from api.instants import instant_of_epoch
from api.pages import page_answer, page_of, requested_page
from api.schema import CURSOR_PARAMETERS, DAY_PARAMETERS, page_schema, query
from api.windows import one_of, requested_days, window_of_body
from glucose.selectors.gaps import gap_page, ongoing_gap
from glucose.selectors.sensors import sensors_of
from glucose.selectors.sync_truth import sync_truth
from glucose.serializers.accounts import TaskIdSerializer
from glucose.serializers.gaps import (
    STATES,
    GapSerializer,
    OngoingSerializer,
    RebuildSerializer,
    SensorSerializer,
    TruthOfDaySerializer,
    gap_answer,
    ongoing_answer,
    sensor_answer,
    truth_answer,
)
from glucose.services.rebuild import request_rebuild
from patients.selectors import local_today, visible_patient


class SensorList(APIView):
    """The sensors of one patient."""

    acts = {"GET": Act.READ_READINGS}

    @extend_schema(
        operation_id="sensors_list",
        responses=inline_serializer("Sensors", {"results": SensorSerializer(many=True)}),
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """The sensors that the vendor told of, the newest first."""
        sensors = sensors_of(caller_of(request), patient_id)
        return Response({"results": [sensor_answer(sensor) for sensor in sensors]})


class GapList(APIView):
    """The gap ledger of one patient."""

    acts = {"GET": Act.READ_READINGS}

    @extend_schema(
        operation_id="gaps_list",
        parameters=[query("state", "Only gaps of this state.", enum=STATES), *CURSOR_PARAMETERS],
        responses=page_schema(GapSerializer, ongoing=OngoingSerializer(allow_null=True)),
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """A page of gaps, newest first; beside them the silence that lasts now, if one does."""
        asked = requested_page(request, "gaps", [instant_of_epoch])
        given = request.query_params
        state = one_of(given, "state", STATES, STATES[0]) if "state" in given else None
        caller, now = caller_of(request), timezone.now()
        edge = asked.cursor.key[0] if asked.cursor.key else None
        rows = gap_page(
            caller,
            patient_id,
            state=state,
            before=None if asked.cursor.backwards else edge,
            after=edge if asked.cursor.backwards else None,
            limit=asked.size + 1,
        )
        page = page_of(rows, asked, lambda gap: (int(gap.start.timestamp()),))
        answer = page_answer(request, page, [gap_answer(gap) for gap in page.rows])
        return Response({**answer, "ongoing": ongoing_answer(ongoing_gap(caller, patient_id, now), now)})


class SyncTruth(APIView):
    """What was expected of one patient, and what came."""

    acts = {"GET": Act.READ_READINGS}

    @extend_schema(
        operation_id="sync_truth",
        parameters=DAY_PARAMETERS,
        responses=inline_serializer("SyncTruth", {"results": TruthOfDaySerializer(many=True)}),
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """An entry for each local day with expected readings, and what is missing by cause."""
        caller, now = caller_of(request), timezone.now()
        first, last = requested_days(request.query_params, local_today(caller, patient_id, now))
        days = sync_truth(caller, patient_id, first, last, now)
        return Response({"results": [truth_answer(day) for day in days]})


class Rebuild(APIView):
    """What follows from one patient's readings, computed anew."""

    @extend_schema(operation_id="rebuild_state", request=RebuildSerializer, responses={202: TaskIdSerializer})
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Make latest value, days and gaps what the readings say; the task tells the differences."""
        caller = caller_of(request)
        visible_patient(caller, patient_id)
        body = RebuildSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        fields = body.validated_data
        window = window_of_body(fields.get("start"), fields.get("end"), timezone.now())
        task = request_rebuild(caller, patient_id, start=window.start, end=window.end)
        return Response({"task": task.id}, status=202)

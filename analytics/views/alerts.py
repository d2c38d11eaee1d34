"""`alerts/`: what was raised, and what people do about it."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.roles import Act
from analytics.alert_rules import AlertKind
from analytics.alert_serializers import (
    AlertDetailSerializer,
    AlertSerializer,
    SnoozeBodySerializer,
    alert_answer,
    alert_detail_answer,
)
from analytics.selectors.alerts import alert_of, alerts_of
from analytics.services import alert_handling, alert_words  # noqa: F401 -- what notifications say registers itself
from api.errors import InvalidInput
from api.pages import newest_page, page_answer
from api.schema import CURSOR_PARAMETERS, UNIT_PARAMETER, page_schema, query
from api.windows import one_of
from patients.units import UNITS, GlucoseUnit

STATES = ("open", "closed", "all")
KINDS = tuple(kind.value for kind in AlertKind)


class AlertList(APIView):
    """The alerts of everybody whom the caller sees."""

    acts = {"GET": Act.READ_READINGS}

    @extend_schema(
        operation_id="alerts_list",
        parameters=[
            query("patient", "Only of this patient.", OpenApiTypes.UUID),
            query("state", "all, where absent.", enum=STATES),
            query("kind", "Only of this kind.", enum=KINDS),
            UNIT_PARAMETER,
            *CURSOR_PARAMETERS,
        ],
        responses=page_schema(AlertSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of alerts, newest first."""
        asked, unit = request.query_params, _unit(request)
        state = one_of(asked, "state", STATES, "all")
        kinds = [one_of(asked, "kind", KINDS, KINDS[0])] if "kind" in asked else []
        rows = alerts_of(
            caller_of(request), patient_id=asked_patient(request), state=None if state == "all" else state, kinds=kinds
        )
        page = newest_page(request, "alerts", rows)
        return Response(page_answer(request, page, [alert_answer(row, unit) for row in page.rows]))


class AlertDetail(APIView):
    """One alert."""

    acts = {"GET": Act.READ_READINGS}

    @extend_schema(operation_id="alerts_read", parameters=[UNIT_PARAMETER], responses=AlertDetailSerializer)
    def get(self, request: Request, alert_id: UUID) -> Response:
        """The alert with all that became of it."""
        return Response(alert_detail_answer(alert_of(caller_of(request), alert_id), _unit(request)))


class AlertAcknowledgement(APIView):
    """That somebody looks after an alert."""

    @extend_schema(
        operation_id="alerts_acknowledge", parameters=[UNIT_PARAMETER], request=None, responses=AlertDetailSerializer
    )
    def post(self, request: Request, alert_id: UUID) -> Response:
        """Say that you look after it: nobody is reminded, and it escalates no more."""
        unit = _unit(request)
        alert = alert_handling.acknowledge(caller_of(request), alert_id, now=timezone.now())
        return Response(alert_detail_answer(alert, unit))


class AlertSnooze(APIView):
    """A while in which nobody hears of an alert."""

    @extend_schema(
        operation_id="alerts_snooze",
        parameters=[UNIT_PARAMETER],
        request=SnoozeBodySerializer,
        responses=AlertDetailSerializer,
    )
    def post(self, request: Request, alert_id: UUID) -> Response:
        """Leave everybody alone with it for so many minutes; then who was told is reminded."""
        unit, caller = _unit(request), caller_of(request)
        alert_of(caller, alert_id)
        caller.require(Act.HANDLE_ALERTS)
        body = SnoozeBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        minutes = body.validated_data["minutes"]
        alert = alert_handling.snooze(caller, alert_id, minutes=minutes, now=timezone.now())
        return Response(alert_detail_answer(alert, unit))


def asked_patient(request: Request) -> UUID | None:
    """The patient that the query names, if it does."""
    text = request.query_params.get("patient")
    try:
        return None if text is None else UUID(text)
    except ValueError:
        raise InvalidInput.parameter("patient", "is not the id of a patient") from None


def _unit(request: Request) -> str:
    return one_of(request.query_params, "unit", UNITS, GlucoseUnit.MG_DL.value)

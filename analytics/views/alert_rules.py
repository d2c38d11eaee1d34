"""`alerts/rules/`."""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.idempotency import idempotent
from accounts.roles import Act
from analytics.alert_rule_serializers import AlertRuleBodySerializer, AlertRuleSerializer, rule_answer, said_of
from analytics.alert_rules import AlertKind
from analytics.selectors.alert_rules import rules_of
from analytics.services.alert_rules import set_rule
from analytics.views.alerts import asked_patient
from api.schema import IDEMPOTENCY_KEY, UNIT_PARAMETER, query
from api.windows import one_of
from patients.units import UNITS, GlucoseUnit


class AlertRuleList(APIView):
    """What the clinic, or one of its patients, is alarmed of."""

    acts = {"GET": Act.READ_READINGS}

    @extend_schema(
        operation_id="alert_rules_list",
        parameters=[query("patient", "The clinic's rules where absent.", OpenApiTypes.UUID), UNIT_PARAMETER],
        responses=inline_serializer("AlertRules", {"results": AlertRuleSerializer(many=True)}),
    )
    def get(self, request: Request) -> Response:
        """The rule of every kind as it stands, for the clinic or for a patient."""
        unit = one_of(request.query_params, "unit", UNITS, GlucoseUnit.MG_DL.value)
        patient_id = asked_patient(request)
        rules = rules_of(caller_of(request), patient_id)
        return Response({"results": [rule_answer(rule, patient_id, unit) for rule in rules]})

    @extend_schema(
        operation_id="alert_rules_set",
        parameters=[IDEMPOTENCY_KEY],
        request=AlertRuleBodySerializer,
        responses={201: AlertRuleSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Let a rule stand from now on, in place of all that was said at its level."""
        body = AlertRuleBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        kind, patient_id = AlertKind(given["kind"]), given.get("patient")
        said = said_of(given)
        standing = set_rule(caller_of(request), kind, said, patient_id=patient_id, now=timezone.now())
        return Response(rule_answer(standing, patient_id, given.get("unit", GlucoseUnit.MG_DL.value)), status=201)

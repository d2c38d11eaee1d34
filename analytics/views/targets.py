"""`patients/{id}/targets/`."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.idempotency import idempotent
from accounts.roles import Act
from analytics.target_serializers import (
    PatientTargetsSerializer,
    TargetsBodySerializer,
    chosen_of,
    entry_answer,
    history_answer,
)
from api.schema import IDEMPOTENCY_KEY
from patients.selectors import targets_history, visible_patient
from patients.target_history import set_targets


class TargetsList(APIView):
    """The targets of one patient."""

    acts = {"GET": Act.READ_PATIENTS}

    @extend_schema(
        operation_id="targets_list",
        responses=inline_serializer("TargetsHistory", {"results": PatientTargetsSerializer(many=True)}),
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """Which targets stood from when on, newest first; the first stands now."""
        rows = targets_history(caller_of(request), patient_id)
        return Response({"results": history_answer(rows)})

    @extend_schema(
        operation_id="targets_set",
        parameters=[IDEMPOTENCY_KEY],
        request=TargetsBodySerializer,
        responses={201: PatientTargetsSerializer},
    )
    @idempotent
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Let other targets stand from now on."""
        caller = caller_of(request)
        visible_patient(caller, patient_id)
        body = TargetsBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        row = set_targets(caller, patient_id, chosen_of(given), reason=given.get("reason"), now=timezone.now())
        return Response(entry_answer(row, current=True), status=201)

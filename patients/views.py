"""`patients/{id}/consents/`. The patient itself is answered by the analytics app, with its latest value."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.idempotency import idempotent
from accounts.roles import Act
from api.schema import IDEMPOTENCY_KEY
from patients import selectors, services
from patients.serializers import ConsentBodySerializer, ConsentSerializer, consent_answer


class ConsentList(APIView):
    """What the patient consented to."""

    acts = {"GET": Act.READ_PATIENTS, "POST": Act.WRITE_PATIENTS}

    @extend_schema(
        operation_id="consents_list",
        responses=inline_serializer("Consents", {"results": ConsentSerializer(many=True)}),
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """Newest first, withdrawn ones included."""
        rows = selectors.consents(caller_of(request), patient_id)
        return Response({"results": [consent_answer(row) for row in rows]})

    @extend_schema(
        operation_id="consents_create",
        parameters=[IDEMPOTENCY_KEY],
        request=ConsentBodySerializer,
        responses={201: ConsentSerializer},
    )
    @idempotent
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Write down a consent."""
        body = ConsentBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        fields = {"granted_at": timezone.now(), **body.validated_data}
        consent = services.record_consent(caller_of(request), patient_id, **fields)
        return Response(consent_answer(consent), status=201)


class ConsentWithdrawal(APIView):
    """The end of a consent."""

    acts = {"POST": Act.WRITE_PATIENTS}

    @extend_schema(operation_id="consents_withdraw", request=None, responses=ConsentSerializer)
    def post(self, request: Request, patient_id: UUID, consent_id: UUID) -> Response:
        """Withdraw the consent."""
        consent = services.withdraw_consent(caller_of(request), patient_id, consent_id, now=timezone.now())
        return Response(consent_answer(consent))

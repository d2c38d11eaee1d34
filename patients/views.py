"""`patients/{id}/consents/` and `patients/{id}/health-profile/`.

The patient itself is answered by the analytics app, with its latest value.
"""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.idempotency import idempotent
from accounts.roles import Act
from api.conditional import expected_records, not_modified, record_tag, tagged
from api.schema import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, NOT_MODIFIED
from patients import selectors, services
from patients.models import HealthProfile
from patients.serializers import (
    ConsentBodySerializer,
    ConsentSerializer,
    HealthProfileBodySerializer,
    HealthProfileSerializer,
    consent_answer,
    health_profile_answer,
)


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


class HealthProfileDetail(APIView):
    """What the patient's dosing is based on."""

    @extend_schema(
        operation_id="health_profile_read",
        parameters=[IF_NONE_MATCH],
        responses={200: HealthProfileSerializer, 304: NOT_MODIFIED},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """The profile; every value is null where nobody wrote one."""
        profile = selectors.health_profile(caller_of(request), patient_id)
        return not_modified(request, lambda: _tag(profile)) or _answer(profile)

    @extend_schema(
        operation_id="health_profile_replace",
        parameters=[IF_MATCH],
        request=HealthProfileBodySerializer,
        responses=HealthProfileSerializer,
    )
    def put(self, request: Request, patient_id: UUID) -> Response:
        """Replace the whole profile: what is not given is not known any more."""
        selectors.visible_patient(caller_of(request), patient_id)
        body = HealthProfileBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        known = {name: value for name, value in body.validated_data.items() if value is not None}
        profile = services.replace_health_profile(
            caller_of(request), patient_id, content=known, now=timezone.now(), expected=expected_records(request)
        )
        return _answer(profile)


def _answer(profile: HealthProfile) -> Response:
    return tagged(Response(health_profile_answer(profile)), _tag(profile))


def _tag(profile: HealthProfile) -> str:
    return record_tag(selectors.record_of_profile(profile), profile.updated_at)

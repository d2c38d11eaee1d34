"""`patients/`: list, detail, create, change, soft delete."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.idempotency import idempotent
from accounts.roles import Act
from analytics.selectors.patients import ORDERINGS, PatientView, patient_page, patient_view, view_of
from analytics.serializers import PatientSerializer, patient_answer, patient_tag
from api.conditional import expected_records, not_modified, tagged
from api.pages import page_answer, page_of, requested_page
from api.schema import CURSOR_PARAMETERS, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, NOT_MODIFIED, page_schema, query
from patients import services
from patients.choices import DiabetesType, Status, TargetSet
from patients.selectors import visible_patient
from patients.serializers import PatientBodySerializer


class PatientList(APIView):
    """The patients that the caller may see."""

    acts = {"GET": Act.READ_PATIENTS, "POST": Act.WRITE_PATIENTS}

    @extend_schema(
        operation_id="patients_list",
        parameters=[
            query("search", "Words in the name, or the whole external_ref."),
            query("status", "Only with this status.", enum=Status.values),
            query("clinician", "Only those whom this user cares for.", OpenApiTypes.UUID),
            query("diabetes_type", "Only with this type.", enum=DiabetesType.values),
            query("target_set", "Only with these targets.", enum=TargetSet.values),
            query("has_data_since", "Only with a reading at or after this time.", OpenApiTypes.DATETIME),
            query("ordering", "created_at, where absent.", enum=list(ORDERINGS)),
            *CURSOR_PARAMETERS,
        ],
        responses=page_schema(PatientSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of patients, each with the newest reading."""
        asked = requested_page(request, "patients", [UUID])
        rows = patient_page(caller_of(request), request.query_params, asked)
        page = page_of(rows, asked, lambda view: (view.patient.id,))
        now = timezone.now()
        return Response(page_answer(request, page, [patient_answer(view, now) for view in page.rows]))

    @extend_schema(
        operation_id="patients_create",
        parameters=[IDEMPOTENCY_KEY],
        request=PatientBodySerializer,
        responses={201: PatientSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Add a patient."""
        body = PatientBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        patient = services.create_patient(caller_of(request), **body.validated_data)
        return _answer(view_of(patient), timezone.now(), status=201)


class PatientDetail(APIView):
    """One patient."""

    acts = {"GET": Act.READ_PATIENTS, "PATCH": Act.WRITE_PATIENTS}

    @extend_schema(
        operation_id="patients_read",
        parameters=[IF_NONE_MATCH],
        responses={200: PatientSerializer, 304: NOT_MODIFIED},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """The patient with the newest reading."""
        view, now = patient_view(caller_of(request), patient_id), timezone.now()
        return not_modified(request, lambda: patient_tag(view, now)) or _answer(view, now)

    @extend_schema(
        operation_id="patients_change",
        parameters=[IF_MATCH],
        request=PatientBodySerializer,
        responses=PatientSerializer,
    )
    def patch(self, request: Request, patient_id: UUID) -> Response:
        """Change what is given."""
        visible_patient(caller_of(request), patient_id)
        body = PatientBodySerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        now = timezone.now()
        patient = services.change_patient(
            caller_of(request), patient_id, now=now, expected=expected_records(request), **body.validated_data
        )
        return _answer(view_of(patient), now)

    @extend_schema(operation_id="patients_delete", parameters=[IF_MATCH], responses={204: None})
    def delete(self, request: Request, patient_id: UUID) -> Response:
        """Take the patient out of every answer; nothing is erased."""
        services.delete_patient(caller_of(request), patient_id, now=timezone.now(), expected=expected_records(request))
        return Response(status=204)


def _answer(view: PatientView, now: datetime, status: int = 200) -> Response:
    return tagged(Response(patient_answer(view, now), status=status), patient_tag(view, now))

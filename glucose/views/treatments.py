"""`patients/{id}/treatments/`."""

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
from api.instants import instant_of_epoch
from api.pages import page_answer, page_of, requested_page
from api.parsers import TolerantJSONParser
from api.schema import CURSOR_PARAMETERS, IDEMPOTENCY_KEY, WINDOW_PARAMETERS, page_schema, query
from api.windows import one_of
from glucose.selectors.treatments import treatment_of, treatments_page
from glucose.serializers.readings import ReceiptSerializer
from glucose.serializers.treatments import (
    KINDS,
    RemovalBodySerializer,
    TreatmentSerializer,
    TreatmentUploadSerializer,
    treatment_answer,
)
from glucose.services import treatments as services
from glucose.views.readings import row_window
from patients.selectors import visible_patient

BOOLEANS = ("false", "true")


class TreatmentList(APIView):
    """Insulin and carbohydrates of one patient."""

    acts = {"GET": Act.READ_TREATMENTS, "POST": Act.WRITE_TREATMENTS}

    parser_classes = [TolerantJSONParser]

    @extend_schema(
        operation_id="treatments_list",
        parameters=[
            *WINDOW_PARAMETERS,
            query("kind", "Only those of the kind.", enum=KINDS),
            query("removed", "true: those that were taken back too.", OpenApiTypes.BOOL),
            *CURSOR_PARAMETERS,
        ],
        responses=page_schema(TreatmentSerializer),
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """A page of treatments, newest first; without a start, back to the first."""
        asked = requested_page(request, "treatments", [instant_of_epoch, UUID])
        given = request.query_params
        key = asked.cursor.key
        rows = treatments_page(
            caller_of(request),
            patient_id,
            row_window(request, timezone.now()),
            kind=one_of(given, "kind", tuple(KINDS), KINDS[0]) if "kind" in given else None,
            removed=one_of(given, "removed", BOOLEANS, "false") == "true",
            edge=(key[0], key[1]) if key else None,
            backwards=asked.cursor.backwards,
            limit=asked.size + 1,
        )
        page = page_of(rows, asked, lambda row: (int(row.time.timestamp()), row.id))
        return Response(page_answer(request, page, [treatment_answer(row) for row in page.rows]))

    @extend_schema(
        operation_id="treatments_create",
        parameters=[IDEMPOTENCY_KEY],
        request=TreatmentUploadSerializer,
        responses=ReceiptSerializer,
    )
    @idempotent
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Store up to 10,000 treatments; known ones add nothing, single bad values are rejected."""
        found = services.store_treatment_upload(caller_of(request), patient_id, request.data, now=timezone.now())
        return Response(
            {
                "received": found.received,
                "stored": found.stored,
                "duplicates": found.duplicates,
                "rejected": [{"index": index, "reason": reason} for index, reason in found.rejected],
            }
        )


class TreatmentDetail(APIView):
    """One treatment."""

    acts = {"GET": Act.READ_TREATMENTS}

    @extend_schema(operation_id="treatments_read", responses=TreatmentSerializer)
    def get(self, request: Request, patient_id: UUID, treatment_id: UUID) -> Response:
        """The treatment, whether it counts or was taken back."""
        return Response(treatment_answer(treatment_of(caller_of(request), patient_id, treatment_id)))


class TreatmentRemovals(APIView):
    """That a treatment is taken back."""

    @extend_schema(operation_id="treatments_remove", request=RemovalBodySerializer, responses=TreatmentSerializer)
    def post(self, request: Request, patient_id: UUID, treatment_id: UUID) -> Response:
        """Take the treatment back; it is kept, and so is who did it. Storing it again adds nothing."""
        caller = caller_of(request)
        visible_patient(caller, patient_id)
        caller.require(Act.REMOVE_TREATMENTS)
        body = RemovalBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        reason = body.validated_data.get("reason", "")
        found = services.remove(caller, patient_id, treatment_id, reason=reason, now=timezone.now())
        return Response(treatment_answer(found))


class TreatmentRestoration(APIView):
    """That a treatment counts again."""

    @extend_schema(operation_id="treatments_restore", request=None, responses=TreatmentSerializer)
    def post(self, request: Request, patient_id: UUID, treatment_id: UUID) -> Response:
        """Let a treatment that was taken back count again."""
        found = services.restore(caller_of(request), patient_id, treatment_id, now=timezone.now())
        return Response(treatment_answer(found))

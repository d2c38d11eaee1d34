"""`patients/{id}/reviews/` and `patients/{id}/review-cadence/`."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.idempotency import idempotent
from accounts.roles import Act
from api.pages import newest_page, page_answer
from api.schema import CURSOR_PARAMETERS, IDEMPOTENCY_KEY, page_schema
from patients import reviews
from patients.cadence import Outcome
from patients.review_serializers import (
    CadenceBodySerializer,
    CadenceSerializer,
    ReviewBodySerializer,
    ReviewSerializer,
    cadence_answer,
    cadence_of_body,
    review_answer,
)
from patients.selectors import visible_patient


class PatientReviews(APIView):
    """The reviews of one patient."""

    @extend_schema(
        operation_id="patient_reviews_list", parameters=CURSOR_PARAMETERS, responses=page_schema(ReviewSerializer)
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """A page of reviews, newest first: the first one stands."""
        page = newest_page(request, "reviews of a patient", reviews.reviews_of(caller_of(request), patient_id))
        return Response(page_answer(request, page, [review_answer(row) for row in page.rows]))

    @extend_schema(
        operation_id="patient_reviews_create",
        parameters=[IDEMPOTENCY_KEY],
        request=ReviewBodySerializer,
        responses={201: ReviewSerializer},
    )
    @idempotent
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Write down that you reviewed the patient; the next is by the cadence where no day is said."""
        caller = caller_of(request)
        visible_patient(caller, patient_id)
        caller.require(Act.WRITE_REVIEWS)
        body = ReviewBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        said = {"note": given.get("note", ""), "next_on": given.get("next_on")}
        made = reviews.record_review(caller, patient_id, Outcome(given["outcome"]), now=timezone.now(), **said)
        return Response(review_answer(made), status=201)


class ReviewCadence(APIView):
    """How often one patient is reviewed."""

    @extend_schema(operation_id="review_cadence_read", responses=CadenceSerializer)
    def get(self, request: Request, patient_id: UUID) -> Response:
        """The cadence that stands: the patient's own, or the clinic's."""
        return Response(cadence_answer(*reviews.cadence_of(caller_of(request), patient_id)))

    @extend_schema(operation_id="review_cadence_set", request=CadenceBodySerializer, responses=CadenceSerializer)
    def put(self, request: Request, patient_id: UUID) -> Response:
        """Review the patient so often, whatever the clinic does."""
        caller = caller_of(request)
        visible_patient(caller, patient_id)
        caller.require(Act.WRITE_REVIEWS)
        body = CadenceBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        cadence = cadence_of_body(body.validated_data)
        return Response(cadence_answer(*reviews.set_cadence(caller, patient_id, cadence, now=timezone.now())))

    @extend_schema(operation_id="review_cadence_forget", responses={204: None})
    def delete(self, request: Request, patient_id: UUID) -> Response:
        """Review the patient as often as the clinic does."""
        reviews.set_cadence(caller_of(request), patient_id, None, now=timezone.now())
        return Response(status=204)

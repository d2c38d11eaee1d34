"""`dead-letters/`: background work of the clinic that was given up."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import dead_letters
from accounts.authentication import caller_of
from accounts.serializers import DiscardSerializer
from api.pages import newest_page, page_answer
from api.schema import CURSOR_PARAMETERS, page_schema
from work.serializers import DeadLetterSerializer, letter_answer


class DeadLetterList(APIView):
    """The clinic's dead letters."""

    @extend_schema(
        operation_id="dead_letters_list", parameters=CURSOR_PARAMETERS, responses=page_schema(DeadLetterSerializer)
    )
    def get(self, request: Request) -> Response:
        """A page of what was given up in the clinic's background work, newest first."""
        page = newest_page(request, "dead-letters", dead_letters.letters_of(caller_of(request)))
        return Response(page_answer(request, page, [letter_answer(row) for row in page.rows]))


class DeadLetterRequeue(APIView):
    """Sending one again."""

    @extend_schema(operation_id="dead_letters_requeue", request=None, responses=DeadLetterSerializer)
    def post(self, request: Request, letter_id: UUID) -> Response:
        """Send the message again; once, for where it fails again there is a newer letter."""
        return Response(letter_answer(dead_letters.requeue(caller_of(request), letter_id, now=timezone.now())))


class DeadLetterDiscard(APIView):
    """Forgetting one."""

    @extend_schema(operation_id="dead_letters_discard", request=DiscardSerializer, responses={204: None})
    def post(self, request: Request, letter_id: UUID) -> Response:
        """Forget the letter, which is confirmed in the body."""
        body = DiscardSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        dead_letters.discard(caller_of(request), letter_id)
        return Response(status=204)

"""`sessions/` and `auth/logout-everywhere/`: where the caller is signed in, and how that ends."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import sessions
from accounts.authentication import user_of
from accounts.models import Ending, Session
from accounts.serializers import SessionSerializer, session_answer
from api.pages import newest_page, page_answer
from api.schema import CURSOR_PARAMETERS, page_schema


class SessionList(APIView):
    """Where the caller is signed in."""

    @extend_schema(operation_id="sessions_list", parameters=CURSOR_PARAMETERS, responses=page_schema(SessionSerializer))
    def get(self, request: Request) -> Response:
        """A page of the caller's own sessions that are not over, newest first."""
        page = newest_page(request, "sessions", sessions.live_sessions(user_of(request), timezone.now()))
        current_id = request.auth.id if isinstance(request.auth, Session) else None
        return Response(page_answer(request, page, [session_answer(row, current_id) for row in page.rows]))


class SessionDetail(APIView):
    """One session."""

    @extend_schema(operation_id="sessions_end", responses={204: None})
    def delete(self, request: Request, session_id: UUID) -> Response:
        """End one of the caller's own sessions; its tokens open nothing any more."""
        sessions.end_session(user_of(request), session_id, timezone.now())
        return Response(status=204)


class LogoutEverywhere(APIView):
    """Sign out of every session at once."""

    @extend_schema(operation_id="auth_logout_everywhere", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End all sessions of the caller, this one and those of the pages too."""
        sessions.end_sessions(user_of(request), Ending.LOGOUT_EVERYWHERE, timezone.now())
        return Response(status=204)

"""`auth/`: tokens in and out, and who the caller is."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services, sessions
from accounts.authentication import user_of
from accounts.serializers import MeSerializer, RefreshSerializer, SignInSerializer, TokenPairSerializer


class PublicView(APIView):
    """A view for those who are not signed in yet."""

    authentication_classes = []
    permission_classes = [AllowAny]
    # What a refused sign-in leaves behind (an ended session) must stay.
    own_transactions = True

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Without a transaction around the request."""
        return transaction.non_atomic_requests(super().as_view(**initkwargs))

    def get_authenticate_header(self, request: Request) -> str:
        """So that a refusal here is a 401, not a 403."""
        return "Bearer"


class TokenView(PublicView):
    """Sign in."""

    @extend_schema(operation_id="auth_token", request=SignInSerializer, responses=TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """Tokens for a user name and a password.

        Where a second factor is enrolled, `otp` is the code of the authenticator app, or a recovery code; each is
        taken once. Somebody who has passkeys only sends a recovery code.
        """
        body = SignInSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        pair = services.sign_in(
            request=request._request,
            username=given["username"],
            password=given["password"],
            otp=given.get("otp"),
            now=timezone.now(),
        )
        return Response({"access": pair.access, "refresh": pair.refresh})


class RefreshView(PublicView):
    """Get the next pair of tokens."""

    @extend_schema(operation_id="auth_token_refresh", request=RefreshSerializer, responses=TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """A new pair; the refresh token that was sent is used up.

        One that was used before ends its session, whoever sends it.
        """
        body = RefreshSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        pair = sessions.refresh_session(body.validated_data["refresh"], timezone.now())
        return Response({"access": pair.access, "refresh": pair.refresh})


class LogoutView(PublicView):
    """Sign out: the refresh token is the proof, so an expired access token is no hindrance."""

    @extend_schema(operation_id="auth_logout", request=RefreshSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """End the session of the refresh token, with its access tokens."""
        body = RefreshSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        sessions.end_session_of(body.validated_data["refresh"], timezone.now())
        return Response(status=204)


class MeView(APIView):
    """Who the caller is."""

    acts = {"GET": None}

    @extend_schema(operation_id="auth_me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """The user, the role and the clinic of the token."""
        user = user_of(request)
        member = user.membership
        return Response(
            {
                "id": user.id,
                "username": user.sign_in_name,
                "name": user.get_full_name(),
                "role": member.role,
                "clinic": member.clinic_id,
                "clinic_name": member.clinic.name,
            }
        )

"""From a bearer token to a caller."""

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken, TokenError
from rest_framework_simplejwt.tokens import AccessToken, Token

from accounts import identity
from accounts.callers import Caller
from accounts.models import User

if TYPE_CHECKING:
    # At run time DRF imports this module while it makes APIView.
    from rest_framework.views import APIView


class BearerAuthentication(JWTAuthentication):
    """Access tokens; the user comes with membership and clinic, in one query."""

    def get_validated_token(self, raw_token: bytes) -> Token:
        """The token, or one sentence why not."""
        try:
            return AccessToken(raw_token)  # type: ignore[arg-type]
        except TokenError:
            raise InvalidToken("The access token is expired or not ours; refresh it or sign in.") from None

    def get_user(self, validated_token: Token) -> Any:
        """The active user of the token."""
        user = User.objects.select_related("membership__clinic").filter(id=validated_token["user_id"]).first()
        if user is None or not user.is_active:
            raise AuthenticationFailed("The user of this token cannot sign in any more.")
        identity.name_actor(user.id)
        return user


class IsMember(BasePermission):
    """Everything but the public endpoints needs somebody who belongs to a clinic."""

    message = "Your user belongs to no clinic; ask an administrator to add you."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether the request is signed in by a member."""
        return hasattr(request.user, "membership")


def caller_of(request: Request) -> Caller:
    """Who is asking."""
    return request.user.membership.caller()  # type: ignore[union-attr]

"""From a bearer token to a caller."""

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken, TokenError
from rest_framework_simplejwt.tokens import AccessToken, Token

from accounts import identity, keys, second_factor
from accounts.callers import Caller
from accounts.errors import NotAllowed, SecondFactorNotEnrolled, TokenRefused
from accounts.models import ServiceKey, Session, User
from accounts.roles import ACT_OF, Act
from accounts.selectors import has_second_factor
from work import origins

if TYPE_CHECKING:
    # At run time DRF imports this module while it makes APIView.
    from rest_framework.views import APIView

KEY_PREFIX: Final = keys.PREFIX.encode()
# Made once: what is asked with every request costs more in Python than in the database.
SESSIONS: Final = (
    Session.objects.select_related("user__membership__clinic")
    .filter(revoked_at=None, user__is_active=True)
    .annotate(has_second_factor=has_second_factor())
)


class BearerAuthentication(JWTAuthentication):
    """Access tokens and service keys; the user comes with membership and clinic, in one query.

    ``request.auth`` is the session or the key.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The user, and what they are signed in by; None where nothing of ours is sent."""
        header: bytes | None = self.get_header(request)
        raw = None if header is None else self.get_raw_token(header)
        if raw is None:
            return None
        found = self._key(raw) if raw.startswith(KEY_PREFIX) else self._session(self.get_validated_token(raw))
        identity.name_actor(found.user.id)
        note_user(found.user)
        if isinstance(found, ServiceKey):
            keys.note_use(found, timezone.now())
        return found.user, found

    def get_validated_token(self, raw_token: bytes) -> Token:
        """The token, or one sentence why not."""
        try:
            return AccessToken(raw_token)  # type: ignore[arg-type]
        except TokenError:
            raise InvalidToken("The access token is expired or not ours; refresh it or sign in.") from None

    def _key(self, raw: bytes) -> ServiceKey:
        try:
            return keys.key_of(raw.decode("latin-1"), timezone.now())
        except TokenRefused as error:
            raise AuthenticationFailed(str(error)) from None

    def _session(self, token: Token) -> Session:
        """The token's session while it is not revoked: it is asked for each time, so that a revocation acts at once.

        SecondFactorNotEnrolled where the clinic has come to want a factor that the user does not have.
        """
        try:
            session_id = UUID(token["sid"])
        except (KeyError, ValueError):
            raise AuthenticationFailed("This token is of an earlier kind; sign in again.") from None
        session = SESSIONS.filter(id=session_id).first()
        if session is None:
            raise AuthenticationFailed("The session of this token is over; sign in again.")
        member = getattr(session.user, "membership", None)
        if member is not None and member.needs_second_factor and not session.has_second_factor:  # type: ignore[attr-defined]
            raise SecondFactorNotEnrolled
        return session


class PageAuthentication(BaseAuthentication):
    """The session of the pages, for what a browser asks where it can send no header. For reading only: no CSRF token.

    ``request.auth`` is that session.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The user whom the cookie's session has signed in; None where it has not.

        SecondFactorNotEnrolled where the clinic wants a factor that neither the user nor their provider has shown.
        """
        user = getattr(request._request, "user", None)
        if not isinstance(user, User):
            return None
        if second_factor.must_enrol(request._request, user):
            raise SecondFactorNotEnrolled
        identity.name_actor(user.id)
        note_user(user)
        return user, request._request.session


class FormAuthentication(PageAuthentication):
    """The same for what a page changes: such a request has to bring the page's CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The user; NotAllowed where what would change something comes from elsewhere."""
        found = super().authenticate(request)
        if found is not None and _comes_from_elsewhere(request._request):
            raise NotAllowed("The request does not come from one of our pages: load the page again.")
        return found


class IsMember(BasePermission):
    """Everything but the public endpoints needs somebody who belongs to a clinic."""

    message = "Your user belongs to no clinic; ask an administrator to add you."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether the request is signed in by a member."""
        return hasattr(request.user, "membership")


class IsInScope(BasePermission):
    """A service key opens what its scopes cover, where the view says in ``acts`` what each method does.

    A method whose act is None is open to every key; a view or a method that says nothing is open to none.
    """

    message = "The scopes of this key do not cover this."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether the request is by a session, or its key may do what the method does."""
        if not isinstance(request.auth, ServiceKey):
            return True
        acts: dict[str, Act | None] = getattr(view, "acts", {})
        method = "GET" if request.method == "HEAD" else request.method
        if method not in acts:
            return False
        act = acts[method]
        return act is None or caller_of(request).may(act)


def note_user(user: User) -> None:
    """Let the log and what the request causes know who asks."""
    member = getattr(user, "membership", None)
    origins.name_user(user.id, None if member is None else member.clinic_id)


def _comes_from_elsewhere(request: HttpRequest) -> bool:
    """Whether Django's check of a form's origin refuses it: DRF's views are exempt from the middleware's."""
    # The token comes in a header. Looked for in the form as well, a file would be read before its view is asked.
    without_form = copy(request)
    without_form.POST = QueryDict()
    check = CSRFCheck(_nothing)
    check.process_request(without_form)
    return check.process_view(without_form, _nothing, (), {}) is not None


def _nothing(request: HttpRequest) -> HttpResponse:
    """What the check would go on to."""
    return HttpResponse()


def caller_of(request: Request) -> Caller:
    """Who is asking."""
    caller: Caller = request.user.membership.caller()  # type: ignore[union-attr]
    if isinstance(request.auth, ServiceKey):
        return replace(
            caller, limited_to=frozenset(act for scope, act in ACT_OF.items() if scope in request.auth.scopes)
        )
    return caller


def user_of(request: Request) -> User:
    """The signed-in user; BearerAuthentication gives nothing else."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user

"""Signing in and out, and making clinics and members."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from accounts import logins
from accounts.errors import TokenRefused, WrongCredentials
from accounts.models import Clinic, Membership, User
from accounts.roles import Role


@dataclass(frozen=True, slots=True)
class TokenPair:
    """A short-lived access token and the refresh token that gets the next one."""

    access: str
    refresh: str


def sign_in(*, request: HttpRequest, username: str, password: str, now: datetime) -> TokenPair:
    """Tokens for a user name and password; WrongCredentials otherwise, TooManyRequests after too many of those."""
    tried = logins.begin(request, username, now)
    try:
        user = authenticate(request, username=username, password=password)
    except Exception:
        logins.forgive(request, tried, signed_in=False)
        raise
    if not isinstance(user, User):
        raise WrongCredentials
    logins.forgive(request, tried, signed_in=True)
    return _pair(user)


def refresh(*, token: str) -> TokenPair:
    """A new pair for an unused refresh token, which is used up by it; TokenRefused otherwise."""
    try:
        with transaction.atomic():
            old = RefreshToken(token)  # type: ignore[arg-type]
            user = User.objects.filter(id=old["user_id"], is_active=True).first()
            # The blacklist's unique entry lets one of two racing refreshes win.
            if user is None or not _use_up(old):
                raise TokenRefused
            return _pair(user)
    except (TokenError, KeyError):
        raise TokenRefused from None


def sign_out(*, token: str) -> None:
    """Blacklist the refresh token; one that is no longer valid is TokenRefused."""
    try:
        _use_up(RefreshToken(token))  # type: ignore[arg-type]
    except TokenError:
        raise TokenRefused from None


def create_clinic(*, name: str, clinicians_see_all: bool = False) -> Clinic:
    """A clinic by its unique name; the same one where it exists."""
    clinic, _ = Clinic.objects.get_or_create(name=name, defaults={"clinicians_see_all": clinicians_see_all})
    return clinic


@transaction.atomic
def create_member(*, clinic_id: UUID, username: str, password: str, name: str, role: Role) -> User:
    """A user with a role in the clinic; Django's ValidationError for a weak password."""
    user = User(username=username, name=name)
    validate_password(password, user)
    user.set_password(password)
    user.save()
    Membership.objects.create(user=user, clinic_id=clinic_id, role=role)
    return user


def _use_up(token: RefreshToken) -> bool:
    """Blacklist the token; False where it was already."""
    known, _ = OutstandingToken.objects.get_or_create(
        jti=token["jti"], defaults={"expires_at": datetime.fromtimestamp(token["exp"], UTC)}
    )
    return BlacklistedToken.objects.get_or_create(token=known)[1]


def _pair(user: User) -> TokenPair:
    token = RefreshToken()
    token["user_id"] = str(user.id)
    # Not the token itself, as for_user does: whoever reads the table, or a dump of it, cannot go on with it.
    OutstandingToken.objects.create(
        user=user, jti=token["jti"], created_at=token.current_time, expires_at=datetime.fromtimestamp(token["exp"], UTC)
    )
    return TokenPair(access=str(token.access_token), refresh=str(token))

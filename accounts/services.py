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

from accounts import logins, second_factor
from accounts.errors import TokenRefused, WrongCredentials
from accounts.models import Clinic, Membership, User
from accounts.roles import Role, SecondFactorPolicy
from accounts.selectors import FACTORS


@dataclass(frozen=True, slots=True)
class TokenPair:
    """A short-lived access token and the refresh token that gets the next one."""

    access: str
    refresh: str


def sign_in(*, request: HttpRequest, username: str, password: str, otp: str | None, now: datetime) -> TokenPair:
    """Tokens for a user name, a password and, where one is enrolled or required, a second factor.

    WrongCredentials where one of them is wrong, TooManyRequests after too many of those; SecondFactorMissing and
    SecondFactorNotEnrolled where there is no code to look at.
    """
    tried = logins.begin(request, username, now)
    try:
        user = authenticate(request, username=username, password=password)
        if not isinstance(user, User):
            raise WrongCredentials
        second_factor.check(user, otp, now)
    except WrongCredentials:
        raise
    except Exception:
        logins.forgive(request, tried, signed_in=False)
        raise
    logins.forgive(request, tried, signed_in=True)
    return _pair(RefreshToken.for_user(user))


def refresh(*, token: str) -> TokenPair:
    """A new pair for an unused refresh token, which is used up by it; TokenRefused otherwise."""
    try:
        with transaction.atomic():
            old = RefreshToken(token)  # type: ignore[arg-type]
            user = User.objects.filter(id=old["user_id"], is_active=True).first()
            # The blacklist's unique entry lets one of two racing refreshes win.
            if user is None or not _use_up(old):
                raise TokenRefused
            return _pair(RefreshToken.for_user(user))
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


def require_second_factor(*, clinic_id: UUID, policy: SecondFactorPolicy) -> int:
    """Set the clinic's policy; how many members have to enrol now. Clinic.DoesNotExist where there is none."""
    clinic = Clinic.objects.get(id=clinic_id)
    clinic.second_factor = policy
    clinic.save(update_fields=["second_factor"])
    roles = [role for role in Role if policy.requires(role)]
    members = Membership.objects.filter(clinic=clinic, role__in=roles, user__is_active=True)
    return members.exclude(user__authenticator__type__in=FACTORS).count()


@transaction.atomic
def create_member(*, clinic_id: UUID, username: str, password: str, name: str, role: Role, email: str = "") -> User:
    """A user with a role in the clinic; Django's ValidationError for a weak password."""
    user = User(username=username, name=name, email=email)
    validate_password(password, user)
    user.set_password(password)
    user.save()
    Membership.objects.create(user=user, clinic_id=clinic_id, role=role)
    return user


def set_password(user: User, password: str) -> None:
    """A new password, which the caller has validated; everything that was signed in with the old one ends."""
    user.set_password(password)
    user.save(update_fields=["password"])
    password_changed(user)


def password_changed(user: User) -> None:
    """End what was signed in before: refresh tokens here, Django's sessions by their hash of the password."""
    rows = OutstandingToken.objects.filter(user=user, blacklistedtoken=None)
    BlacklistedToken.objects.bulk_create([BlacklistedToken(token=row) for row in rows], ignore_conflicts=True)


def _use_up(token: RefreshToken) -> bool:
    """Blacklist the token; False where it was already."""
    known, _ = OutstandingToken.objects.get_or_create(
        jti=token["jti"], defaults={"token": str(token), "expires_at": datetime.fromtimestamp(token["exp"], UTC)}
    )
    return BlacklistedToken.objects.get_or_create(token=known)[1]


def _pair(token: RefreshToken) -> TokenPair:
    return TokenPair(access=str(token.access_token), refresh=str(token))

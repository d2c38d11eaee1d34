"""Signing in by password, and making clinics and members."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest

from accounts import identity, logins, notices, second_factor
from accounts.errors import EmailTaken, WrongCredentials
from accounts.models import Clinic, Membership, User
from accounts.notices import Notice
from accounts.roles import Role, SecondFactorPolicy
from accounts.selectors import FACTORS
from accounts.sessions import TokenPair, start_session


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
        with identity.acting(user.id):
            second_factor.check(user, otp, now)
    except WrongCredentials:
        raise
    except Exception:
        logins.forgive(request, tried, signed_in=False)
        raise
    logins.forgive(request, tried, signed_in=True)
    return start_session(user, request, now)


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
    """A user with a role in the clinic; Django's ValidationError for a weak password, EmailTaken."""
    user = _new_user(username=username, name=name, email=email)
    validate_password(password, user)
    user.set_password(password)
    user.save()
    Membership.objects.create(user=user, clinic_id=clinic_id, role=role)
    return user


def create_operator(*, username: str, password: str, name: str, email: str = "") -> User:
    """Somebody who runs the service, in no clinic; Django's ValidationError for a weak password, EmailTaken."""
    user = _new_user(username=username, name=name, email=email)
    user.is_staff = user.is_superuser = True
    validate_password(password, user)
    user.set_password(password)
    user.save()
    return user


@transaction.atomic
def set_password(user: User, password: str) -> None:
    """A new password, which the caller has validated; everything that was signed in with the old one ends.

    The user is told by mail.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    notices.tell(user, Notice.PASSWORD)


def _new_user(*, username: str, name: str, email: str) -> User:
    """A user, not stored yet. EmailTaken where somebody has the user name as their address, or the address."""
    if User.objects.with_email(username).exists() or User.objects.with_email(email).exists():
        raise EmailTaken
    return User(username=username, name=name, email=email)

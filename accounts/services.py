"""Signing in by password, and making clinics and members."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest

from accounts import logins
from accounts.errors import WrongCredentials
from accounts.models import Clinic, Membership, User
from accounts.roles import Role
from accounts.sessions import TokenPair, start_session


def sign_in(*, request: HttpRequest, username: str, password: str, now: datetime) -> TokenPair:
    """Tokens for a user name and password; WrongCredentials otherwise, TooManyRequests after too many of those."""
    user = _user_by_password(request, username, password, now)
    return start_session(user, request, now)


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


def _user_by_password(request: HttpRequest, username: str, password: str, now: datetime) -> User:
    """Who has the password, with the try counted as failed unless it succeeds."""
    tried = logins.begin(request, username, now)
    try:
        user = authenticate(request, username=username, password=password)
    except Exception:
        logins.forgive(request, tried, signed_in=False)
        raise
    if not isinstance(user, User):
        raise WrongCredentials
    logins.forgive(request, tried, signed_in=True)
    return user

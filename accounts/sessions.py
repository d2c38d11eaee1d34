"""Sessions: what a sign-in begins, its refresh tokens carry on one after the other, and a revocation ends at once."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.contrib.auth import update_session_auth_hash
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import RefreshToken

from accounts import identity
from accounts.errors import SecondFactorNotEnrolled, SessionNotFound, TokenRefused, WrongCredentials
from accounts.models import Ending, Membership, Session, SessionQuerySet, User
from accounts.roles import EXEMPT
from accounts.selectors import has_second_factor
from api.addresses import client_address

log = logging.getLogger(__name__)

KEPT_FOR: Final = timedelta(days=30)
USER_AGENT_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class TokenPair:
    """A short-lived access token and the refresh token that gets the next one."""

    access: str
    refresh: str


def start_session(user: User, request: HttpRequest, now: datetime) -> TokenPair:
    """Tokens of a new session for a user whose every factor was checked.

    WrongCredentials where the user was deactivated or got another password since they were loaded: the lock waits for
    a change that is under way, and the change ends what is started before it.
    """
    with identity.acting(user.id):
        current = User.objects.select_for_update(no_key=True).filter(id=user.id).first()
        if current is None or not current.is_active or current.password != user.password:
            raise WrongCredentials
        session = Session.objects.create(
            user=user,
            refresh_id=uuid4(),
            created_at=now,
            last_used_at=now,
            expires_at=now + _refresh_lifetime(),
            user_agent=_written(request.headers.get("User-Agent", "")),
            address=client_address(request),
        )
    return _pair(session.id, session.refresh_id, now)


def refresh_session(token: str, now: datetime) -> TokenPair:
    """The next pair for a refresh token that is not used yet; TokenRefused otherwise, and for a used one the end.

    SecondFactorNotEnrolled, and the token is not used up, where the clinic has come to want a factor that the user does
    not have.
    """
    session_id, refresh_id = _ids(token)
    new_id = uuid4()
    # One statement on one row: of two that come at once the second sees what the first wrote.
    unused = Session.objects.filter(
        Exists(User.objects.filter(id=OuterRef("user_id"), is_active=True)),
        id=session_id,
        refresh_id=refresh_id,
        revoked_at=None,
        expires_at__gt=now,
    )
    fresh = unused.exclude(_owes_second_factor())
    with _as_user_of(session_id):
        renewed = fresh.update(refresh_id=new_id, last_used_at=now, expires_at=now + _refresh_lifetime())
        if not renewed:
            if unused.exists():
                raise SecondFactorNotEnrolled
            _end_if_used(session_id, refresh_id, now)
    if not renewed:
        raise TokenRefused
    return _pair(session_id, new_id, now)


def end_session_of(token: str, now: datetime) -> None:
    """End the session of a refresh token; TokenRefused where the token was used or the session is over."""
    session_id, refresh_id = _ids(token)
    session = Session.objects.filter(id=session_id)
    with _as_user_of(session_id):
        if session.filter(refresh_id=refresh_id).end(Ending.LOGOUT, now):
            return
        _end_if_used(session_id, refresh_id, now)
    # Where there is none, it went with its user, and nothing is left to end.
    if session.exists():
        raise TokenRefused


def end_session(user: User, session_id: UUID, now: datetime) -> None:
    """End one of the user's sessions; SessionNotFound where it is not theirs or is over."""
    if not live_sessions(user, now).filter(id=session_id).end(Ending.ENDED, now):
        raise SessionNotFound


def end_sessions(user: User, reason: Ending, now: datetime) -> int:
    """End all sessions of the user, of tokens and of pages, which open nothing from now on; how many of tokens."""
    return user.end_sign_ins(reason, now)


def end_other_sessions(request: HttpRequest, user: User, reason: Ending, now: datetime) -> None:
    """The same but for the page session in which the user asks."""
    with identity.acting(user.id):
        end_sessions(user, reason, now)
    update_session_auth_hash(request, user)


def live_sessions(user: User, now: datetime) -> SessionQuerySet:
    """The user's sessions that are not over."""
    return Session.objects.filter(user=user, revoked_at=None, expires_at__gt=now)


def forget_ended_sessions(now: datetime) -> int:
    """Delete sessions that would have run out a month ago, revoked or not; how many."""
    return Session.objects.filter(expires_at__lt=now - KEPT_FOR).delete()[0]


@contextmanager
def _as_user_of(session_id: UUID) -> Iterator[None]:
    """In the name of whose session it is, as a token that we signed says; in nobody's where there is none."""
    user_id = Session.objects.filter(id=session_id).values_list("user_id", flat=True).first()
    with identity.acting(user_id) if user_id is not None else nullcontext():
        yield


def _owes_second_factor() -> Q:
    """Of sessions: whether the clinic of their user wants a second factor, and the user has none."""
    wanted = Q()
    for policy, exempt in EXEMPT.items():
        wanted |= Q(clinic__second_factor=policy) & ~Q(role__in=exempt)
    return Q(Exists(Membership.objects.filter(wanted, user_id=OuterRef("user_id")))) & ~Q(has_second_factor())


def _end_if_used(session_id: UUID, refresh_id: UUID, now: datetime) -> None:
    """A used token comes from a thief, or from the owner after a thief: nobody can tell, so both are out."""
    if Session.objects.filter(id=session_id).exclude(refresh_id=refresh_id).end(Ending.REUSE, now):
        log.warning("session %s is ended: a used refresh token of it was sent again", session_id)


def _pair(session_id: UUID, refresh_id: UUID, now: datetime) -> TokenPair:
    token = RefreshToken()
    token["sid"], token["jti"] = str(session_id), refresh_id.hex
    token.set_iat(at_time=now)
    token.set_exp(from_time=now)
    return TokenPair(access=str(token.access_token), refresh=str(token))


def _ids(token: str) -> tuple[UUID, UUID]:
    """Session and id of a refresh token that we signed and that has not expired; TokenRefused otherwise."""
    try:
        claims = RefreshToken(token)  # type: ignore[arg-type]
        return UUID(claims["sid"]), UUID(claims["jti"])
    except (TokenError, KeyError, ValueError):
        raise TokenRefused from None


def _refresh_lifetime() -> timedelta:
    lifetime: timedelta = RefreshToken.lifetime
    return lifetime


def _written(text: str) -> str:
    """A header for the list of sessions: shortened, and without what no text column takes."""
    return "".join(character for character in text[:USER_AGENT_LENGTH] if character.isprintable())

"""Service keys: what programs sign in by, made and rotated by the administrators of their clinic."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID
from zlib import crc32

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.callers import Caller
from accounts.errors import KeyExpired, KeyNotFound, TokenRefused
from accounts.models import Membership, ServiceKey, User
from accounts.roles import Act, Role, Scope

PREFIX: Final = "saude_"
# 256 random bits, and their CRC-32: programs that look for leaked secrets know one by its form.
SECRET: Final = re.compile(PREFIX + r"([0-9a-f]{64})([0-9a-f]{8})", re.ASCII)
USE_NOTED_EVERY: Final = timedelta(minutes=1)


def keys_of(caller: Caller) -> "QuerySet[ServiceKey]":
    """The keys of the caller's clinic; NotAllowed where the role does not manage them."""
    caller.require(Act.MANAGE_KEYS)
    return ServiceKey.objects.filter(user__membership__clinic_id=caller.clinic_id)


@transaction.atomic
def create_key(
    caller: Caller, *, name: str, scopes: Iterable[Scope], expires_at: datetime | None = None, now: datetime
) -> tuple[ServiceKey, str]:
    """A key with a service user of its own, and its secret, which is told this once."""
    caller.require(Act.MANAGE_KEYS)
    key = ServiceKey(
        name=name,
        scopes=sorted(set(scopes)),
        created_by_id=caller.user_id,
        created_at=now,
        expires_at=expires_at,
    )
    user = User(username=f"service-{key.id}", name=name)
    user.set_unusable_password()
    user.save()
    Membership.objects.create(user=user, clinic_id=caller.clinic_id, role=Role.SERVICE)
    secret = _new_secret()
    key.user, key.digest = user, _digest(secret)
    key.save()
    return key, secret


@transaction.atomic
def rotate_key(caller: Caller, key_id: UUID, *, overlap: timedelta, now: datetime) -> tuple[ServiceKey, str]:
    """A new secret, told this once; the one before works for the overlap, one from before that no more.

    KeyNotFound, or KeyExpired where a new secret would open nothing.
    """
    key = _locked(caller, key_id)
    if key.expires_at is not None and key.expires_at <= now:
        raise KeyExpired
    secret = _new_secret()
    key.old_digest, key.old_until = (key.digest, now + overlap) if overlap else (None, None)
    key.digest = _digest(secret)
    key.save(update_fields=["digest", "old_digest", "old_until"])
    return key, secret


@transaction.atomic
def delete_key(caller: Caller, key_id: UUID) -> None:
    """Forget the key, which opens nothing from now on; its user stays, deactivated, for what they did."""
    key = _locked(caller, key_id)
    key.delete()
    key.user.is_active = False
    key.user.save(update_fields=["is_active"])


def key_of(secret: str, now: datetime) -> ServiceKey:
    """The key of a secret, with user, membership and clinic, in one query; TokenRefused otherwise."""
    if not _well_formed(secret):
        raise TokenRefused("This key was cut off or changed on its way here.")
    found = _usable(now).filter(_opened_by(_digest(secret), now)).first()
    if found is None:
        raise TokenRefused("This key is not one of ours, or it was replaced, deleted or has expired.")
    return found


def note_use(key: ServiceKey, now: datetime) -> None:
    """Keep when the key was last used, to the minute; in its user's name."""
    if key.last_used_at is None or now - key.last_used_at >= USE_NOTED_EVERY:
        ServiceKey.objects.filter(id=key.id).update(last_used_at=now)


def _usable(now: datetime) -> "QuerySet[ServiceKey]":
    return ServiceKey.objects.select_related("user__membership__clinic").filter(
        Q(expires_at=None) | Q(expires_at__gt=now), user__is_active=True, user__membership__role=Role.SERVICE
    )


def _opened_by(digest: str, now: datetime) -> Q:
    return Q(digest=digest) | Q(old_digest=digest, old_until__gt=now)


def _locked(caller: Caller, key_id: UUID) -> ServiceKey:
    key = keys_of(caller).select_related("user").select_for_update(of=("self",)).filter(id=key_id).first()
    if key is None:
        raise KeyNotFound
    return key


def _new_secret() -> str:
    body = secrets.token_hex(32)
    return f"{PREFIX}{body}{_checksum(body)}"


def _well_formed(secret: str) -> bool:
    """Whether it has the form of a secret and its own checksum, so that a slip is refused without a query."""
    parts = SECRET.fullmatch(secret)
    return parts is not None and _checksum(parts[1]) == parts[2]


def _checksum(body: str) -> str:
    return f"{crc32(body.encode()):08x}"


def _digest(secret: str) -> str:
    """SHA-256 without salt or stretching: nobody guesses 256 random bits, and a lookup needs the same digest."""
    return sha256(secret.encode()).hexdigest()

"""Leases with fencing tokens: a singleton that needs no lock held while it works."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from work.errors import LeaseLost
from work.models import Lease

LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that was taken: compare ``token`` before writing what it guarded."""

    name: str
    holder: str
    token: int


def acquire(name: str, holder: str, now: datetime, seconds: float) -> Held | None:
    """Take the lease where it is free or run out; None where another holder has it.

    One that lasts longer than twice its length was taken by a clock that was ahead, and counts as run out.
    """
    expires_at = now + timedelta(seconds=seconds)
    with transaction.atomic():
        row, created = Lease.objects.select_for_update().get_or_create(
            name=name, defaults={"holder": holder, "expires_at": expires_at}
        )
        if created:
            return Held(name, holder, row.token)
        if now < row.expires_at <= expires_at + timedelta(seconds=seconds):
            return None
        row.holder, row.token, row.expires_at = holder, row.token + 1, expires_at
        row.save(update_fields=["holder", "token", "expires_at"])
        return Held(name, holder, row.token)


def renew(held: Held, now: datetime, seconds: float) -> None:
    """Extend the lease; LeaseLost where another holder took it."""
    expires_at = now + timedelta(seconds=seconds)
    if not Lease.objects.filter(name=held.name, token=held.token, holder=held.holder).update(expires_at=expires_at):
        raise LeaseLost(held.name)


def release(held: Held) -> None:
    """Let the next one have it at once, whatever our clock says; nothing happens where it was lost already."""
    Lease.objects.filter(name=held.name, token=held.token, holder=held.holder).update(expires_at=LONG_AGO)


@contextmanager
def alone(name: str, seconds: float) -> Iterator[bool]:
    """Whether this process has the lease for the length of the block; what it guards runs in one place at a time."""
    held = acquire(name, uuid4().hex, timezone.now(), seconds)
    try:
        yield held is not None
    finally:
        if held is not None:
            release(held)


def assert_held(held: Held) -> None:
    """Lock the lease's row for this transaction; LeaseLost where the token is no longer ours."""
    row = Lease.objects.select_for_update().filter(name=held.name, token=held.token, holder=held.holder).first()
    if row is None:
        raise LeaseLost(held.name)

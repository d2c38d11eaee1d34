"""Leases with fencing tokens: a singleton that needs no lock held while it works."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone
from psycopg_pool import PoolTimeout

from work.errors import LeaseLost
from work.models import Lease

log = logging.getLogger(__name__)
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
RENEWED_IN_A_LEASE: Final = 3


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
    """Whether this process has the lease for the length of the block; what it guards runs in one place at a time.

    A thread renews it however long a step takes, so that a worker that is killed, or cannot say that it is done, holds
    the next one up for ``seconds`` at most.
    """
    held = acquire(name, uuid4().hex, timezone.now(), seconds)
    if held is None:
        yield False
        return
    over = threading.Event()
    thread = threading.Thread(target=_renew_until, args=(over, held, seconds), name=f"lease {name}", daemon=True)
    thread.start()
    try:
        yield True
    finally:
        over.set()
        # Renewed after its release, it would be held by nobody.
        thread.join()
        release(held)


def _renew_until(over: threading.Event, held: Held, seconds: float) -> None:
    while not over.wait(seconds / RENEWED_IN_A_LEASE):
        try:
            renew(held, timezone.now(), seconds)
        except LeaseLost:
            log.warning("another took the lease %s", held.name)
            return
        except (DatabaseError, InterfaceError, PoolTimeout) as error:
            log.warning("the lease %s is not renewed: %s", held.name, type(error).__name__)
        finally:
            connection.close()


def assert_held(held: Held) -> None:
    """Lock the lease's row for this transaction; LeaseLost where the token is no longer ours."""
    row = Lease.objects.select_for_update().filter(name=held.name, token=held.token, holder=held.holder).first()
    if row is None:
        raise LeaseLost(held.name)

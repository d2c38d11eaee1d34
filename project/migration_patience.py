"""A migration beside a running version: it waits for a lock for seconds only, gives way, and comes back.

Who waits for a lock holds up everybody who comes later, readers too: docs/adr/0083.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from django.db import OperationalError, connection

import sql

# In a deadlock both wait, and the server ends one: whoever that was comes back, as after a wait.
NOT_GRANTED: Final = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)

log = logging.getLogger("migrate")


class LocksNotGranted(Exception):
    """Others held what a migration needs; the message says who, in one line."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a statement waits for a lock, how often a migration is tried, and how long it stays away between."""

    lock_seconds: float
    tries: int
    pause_seconds: float


def patiently(run: Callable[[], None], patience: Patience) -> None:
    """Run what migrates until it gets its locks; LocksNotGranted after the last try.

    ``run`` may be run again: what it committed stays, and it goes on from there.
    """
    for attempt in range(1, patience.tries + 1):
        watched = Watched()
        try:
            with waiting_at_most(patience.lock_seconds), connection.execute_wrapper(watched):
                drop_invalid_indexes()
                run()
            return
        except OperationalError as error:
            if not isinstance(error.__cause__, NOT_GRANTED):
                raise
            reason = f"no lock within {patience.lock_seconds:g} s, try {attempt} of {patience.tries}: " + holders(
                watched.statement
            )
            if attempt == patience.tries:
                raise LocksNotGranted(reason) from error
        log.warning("%s; it is tried again in %g s", reason, patience.pause_seconds)
        time.sleep(patience.pause_seconds)


@dataclass(slots=True)
class Watched:
    """Remembers the statement that ran last, for the tables in it."""

    statement: str = field(default="")

    def __call__(self, execute: Callable[..., Any], statement: Any, *others: Any) -> Any:
        """Stand around a statement of Django's."""
        self.statement = str(statement)
        return execute(statement, *others)


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """Let no statement of this connection wait for a lock for longer; in it nothing is decided about running."""
    _set_lock_timeout(seconds)
    try:
        yield
    finally:
        # In a transaction that failed the setting goes with it.
        if connection.connection is not None and not connection.needs_rollback:
            _set_lock_timeout(0)


def drop_invalid_indexes() -> None:
    """Drop what an interrupted CREATE INDEX CONCURRENTLY left: it answers nobody, and is in the way of the next one."""
    for (name,) in sql.rows("invalid_indexes"):
        log.warning("index %s was not finished; it is dropped and made anew", name)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX {name}")


def holders(statement: str) -> str:
    """Who holds a lock on a table that the statement names. Never what they run: that can name a patient."""
    words = sorted(set(re.findall(r"\w+", statement)))
    found = sql.rows("lock_holders", {"tables": words})
    if not found:
        return "whoever held it has let go meanwhile"
    return "; ".join(
        f"session {pid} of {role}{name and f' ({name})'} holds {tables}" for pid, role, name, tables in found
    )


def _set_lock_timeout(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [str(round(seconds * 1000))])

"""How the replica stands, and how far it must have come for each user.

What the primary has told a user is remembered with its place in the log, for a while; the replica answers the same user
again once it has replayed up to there. So nobody misses what they wrote, and no tag goes backwards.
"""

import logging
import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from psycopg_pool import PoolTimeout

import sql
from api.counters import counters

log = logging.getLogger(__name__)
ALIAS: Final = "replica"
QUERY: Final = "replica_standing"
# As long as what was heard is far enough, it need not be asked again; and how long one that failed is left alone.
HEARD_SECONDS: Final = 1.0
SILENT_SECONDS: Final = 5.0
# A replica that is used is never further behind than REPLICA_MAX_LAG_SECONDS; with room for clocks that differ.
KEPT_FACTOR: Final = 6
AWAY: Final = (DatabaseError, InterfaceError, PoolTimeout)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the replica said of itself: whether it is one, how far it has come, how old that is; and when it said so."""

    is_replica: bool
    position: int
    lag_seconds: float | None
    heard_at: float


class _Process:
    """What this process knows."""

    standing: Standing | None = None
    silent_until = 0.0
    unmarked_until = 0.0
    words = "has not been asked yet"


def refusal(user_id: UUID) -> str | None:
    """Why the primary is to answer this user now, None where the replica may."""
    now = time.monotonic()
    if now < _Process.silent_until:
        return _Process.words
    mark = _mark_of(user_id) if now >= _Process.unmarked_until else None
    if mark is None:
        return "what this user was told is not known"
    known = _Process.standing
    if known is None or now - known.heard_at > HEARD_SECONDS or judged(known, mark, now) is not None:
        known = _heard()
    return _Process.words if known is None else judged(known, mark, time.monotonic())


def judged(standing: Standing, mark: int, now: float) -> str | None:
    """Why a replica that stands so is not to answer, None where it may: what is old counts with its age."""
    if not standing.is_replica:
        return "is no replica"
    if standing.lag_seconds is None:
        return "has replayed nothing yet"
    behind = standing.lag_seconds + now - standing.heard_at
    if behind > settings.REPLICA_MAX_LAG_SECONDS:
        return f"is {behind:.0f} s behind"
    return "has not come so far as this user was told" if standing.position < mark else None


def leave_alone(error: Exception) -> None:
    """The replica failed: for some seconds nobody asks it."""
    log.error("the primary answers for %.0f s, the replica does not: %s", SILENT_SECONDS, type(error).__name__)
    _Process.standing = None
    _Process.words = f"does not answer ({type(error).__name__})"
    _Process.silent_until = time.monotonic() + SILENT_SECONDS


def remember(user_id: UUID) -> None:
    """The primary has told this user something: keep how far its log had come. Not inside of the transaction."""
    kept = settings.REPLICA_MAX_LAG_SECONDS * KEPT_FACTOR
    try:
        (position,) = sql.row("log_position")
    except AWAY:
        written = None
    else:
        written = counters().run_or_none("keep_highest", [_key(user_id)], [position, int(kept * 1000)])
    if written is None:
        # What is not written down is in nobody's memory but this process's.
        _Process.unmarked_until = time.monotonic() + kept


def told() -> str:
    """For people: ``ok``, or who answers in its place and why."""
    known = _heard()
    why = _Process.words if known is None else judged(known, 0, time.monotonic())
    return "ok" if why is None else f"the primary answers in its place: it {why}"


def _heard() -> Standing | None:
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(sql.read(f"queries/{QUERY}.sql"))
            is_replica, position, lag = cursor.fetchone()
    except AWAY as error:
        leave_alone(error)
        return None
    _Process.standing = Standing(is_replica, int(position or 0), lag, time.monotonic())
    return _Process.standing


def _mark_of(user_id: UUID) -> int | None:
    """How far the replica must have come for the user: 0 where nothing is kept, None where that is not known."""
    found = counters().run_or_none("highest", [_key(user_id)], [])
    return None if found is None else int(found)


def _key(user_id: UUID) -> str:
    return f"told:{user_id}"

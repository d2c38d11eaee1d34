"""Delivering what the outbox holds: claim, deliver, settle, in three steps with no transaction across the second.

Whoever is killed after a claim settles nothing: the claim runs out, and the entry is delivered again under its key.
A claim has a fencing token, so that whoever was slower than its claim settles nothing either.
"""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sql
from work.errors import EntryNotGivenUp, NotDelivered, Undeliverable
from work.models import OutboxEntry
from work.outbox import DELIVERERS, Entry

log = logging.getLogger(__name__)
State = OutboxEntry.State
Clock = Callable[[], datetime]

# Longer than one attempt of any deliverer takes; what a killed process had claimed waits for so long.
CLAIM: Final = timedelta(seconds=45)
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=1)
# Where a receiver asks for more, it gets no more.
LONGEST_WISH: Final = timedelta(hours=4)
GIVE_UP_AFTER: Final = timedelta(hours=24)
# How long a key is remembered once its entry is delivered, and how long what was given up is kept.
KEEP_DELIVERED: Final = timedelta(days=14)
KEEP_GIVEN_UP: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to settle an entry, as long as nobody claims it again."""

    id: int
    token: int
    waiting_since: datetime
    entry: Entry


def deliver_due(clock: Clock, *, lasting: timedelta, at_most: int = 1_000) -> int:
    """Deliver what is due, the longest due first, until nothing is or the time is up; how many attempts were made."""
    started = clock()
    for done in range(at_most):
        claim = claim_next(clock()) if abs(clock() - started) < lasting else None
        if claim is None:
            return done
        attempt(claim, clock)
    return at_most


def claim_next(now: datetime) -> Claim | None:
    """Take the entry that is due and waits longest; None where nothing is due that nobody has."""
    found = sql.rows(
        "claim_outbox_entry", {"now": now, "until": now + CLAIM, "latest": now + LONGEST_WISH + LONGEST_PAUSE}
    )
    if not found:
        return None
    id_, token, kind, key, lane, payload, attempts, put_at, waiting_since = found[0]
    return Claim(id_, token, waiting_since, Entry(kind, key, lane, payload, attempts, put_at))


def attempt(claim: Claim, clock: Clock) -> bool:
    """Deliver what was claimed, once, and settle what became of it; whether it was delivered."""
    deliverer = DELIVERERS.get(claim.entry.kind)
    try:
        if deliverer is None:
            raise NotDelivered("No worker knows how to deliver this.")
        deliverer.deliver(claim.entry)
    except Undeliverable as refusal:
        _settle(claim, state=State.GIVEN_UP, error=refusal.reason, settled_at=clock())
    except NotDelivered as failure:
        _failed(claim, failure, clock())
    except Exception as error:
        # Its words may name people, in the log as in the row.
        _failed(claim, NotDelivered(f"It ended with {type(error).__name__}."), clock())
    else:
        return _settle(claim, state=State.DELIVERED, error="", settled_at=clock())
    return False


def pause(attempts: int) -> timedelta:
    """How long after so many attempts the next one comes: twice as long each time, less a random part of a half."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(attempts - 1, 30)
    return min(doubled, LONGEST_PAUSE) * random.uniform(0.5, 1.0)  # noqa: S311 -- no secret


def send_again(entry_id: int, now: datetime) -> None:
    """Let what was given up wait again, as if it were new; EntryNotGivenUp where it was not.

    It goes before what waits in its lane, for it came before that.
    """
    given_up = OutboxEntry.objects.filter(id=entry_id, state=State.GIVEN_UP)
    fresh = {"attempts": 0, "waiting_since": now, "next_attempt_at": now, "claimed_until": None, "settled_at": None}
    if not given_up.update(state=State.WAITING, **fresh):
        raise EntryNotGivenUp


def prune(now: datetime) -> int:
    """Delete what was settled long ago; how many."""
    delivered = OutboxEntry.objects.filter(state=State.DELIVERED, settled_at__lt=now - KEEP_DELIVERED)
    given_up = OutboxEntry.objects.filter(state=State.GIVEN_UP, settled_at__lt=now - KEEP_GIVEN_UP)
    return sum(rows.delete()[0] for rows in (delivered, given_up))


def _failed(claim: Claim, failure: NotDelivered, now: datetime) -> None:
    deliverer, made = DELIVERERS.get(claim.entry.kind), claim.entry.attempt
    too_often = failure.counts and deliverer is not None and made >= deliverer.attempts
    if too_often or now - claim.waiting_since >= GIVE_UP_AFTER:
        words = f"{failure.reason} It was given up after {made} attempts."
        _settle(claim, state=State.GIVEN_UP, error=words, settled_at=now)
        return
    after = now + pause(made)
    if failure.not_before is not None:
        after = max(after, min(failure.not_before, now + LONGEST_WISH)) if failure.counts else failure.not_before
    attempts = made if failure.counts else made - 1
    _settle(claim, attempts=attempts, error=failure.reason, next_attempt_at=after)


def _settle(claim: Claim, **values: Any) -> bool:
    """Write what became of it and end the claim; False where somebody else has claimed it since."""
    held = OutboxEntry.objects.filter(id=claim.id, token=claim.token, state=State.WAITING)
    settled = bool(held.update(claimed_until=None, **values))
    if not settled:
        log.warning("entry %s of the outbox was claimed by another before it was settled", claim.entry.key)
    return settled

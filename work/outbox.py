"""The outbox: what must follow a commit is written in the same transaction, and delivered afterwards.

Each entry is delivered at least once; a receiver that honours the key has it once. Entries of a lane go one after the
other in the order of their commits, and one that fails holds up its own lane only. How that is done stands in
``work.delivery``.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from dramatiq.errors import BrokerError
from redis.exceptions import RedisError

import sql
from work.errors import NotDelivered as NotDelivered
from work.errors import Undeliverable as Undeliverable
from work.models import OutboxEntry
from work.queues import CRITICAL
from work.services import send

log = logging.getLogger(__name__)
# Goes into headers; and a full stop would end the id where a webhook is signed.
KEY: Final = re.compile(r"[A-Za-z0-9:_-]{1,200}", re.ASCII)
ATTEMPTS: Final = 15
# Rows of one statement.
BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """What a deliverer is given; ``attempt`` counts from 1, ``put_at`` is the same at each of them."""

    kind: str
    key: str
    lane: str
    payload: Mapping[str, Any]
    attempt: int
    put_at: datetime


@dataclass(frozen=True, slots=True)
class Put:
    """An entry that is to be put: the arguments of ``put``."""

    kind: str
    key: str
    payload: Mapping[str, Any]
    lane: str


Deliver = Callable[[Entry], None]


@dataclass(frozen=True, slots=True)
class Deliverer:
    """How entries of a kind are delivered, and after how many attempts they are given up."""

    deliver: Deliver
    attempts: int


DELIVERERS: Final[dict[str, Deliverer]] = {}


def delivers(kind: str, *, attempts: int = ATTEMPTS) -> Callable[[Deliver], Deliver]:
    """Declare what delivers entries of the kind, in a module that ``project.actors`` imports.

    It runs without a transaction and may run twice for an entry. It raises Undeliverable to give up; whatever else it
    raises means another attempt later. Only the words of Undeliverable and NotDelivered are kept: those of other
    errors may name people.
    """

    def declare(deliver: Deliver) -> Deliver:
        DELIVERERS[kind] = Deliverer(deliver, attempts)
        return deliver

    return declare


def put(kind: str, *, key: str, payload: Mapping[str, Any], lane: str) -> None:
    """Write an entry in the caller's transaction. A second one with the same key adds nothing.

    ``key`` is of letters, digits, ``:``, ``_`` and ``-``; ``payload`` holds ids and no personal data; ``lane`` is what
    is kept in order, such as ``patient:<id>:webhook:<id>``. The lane is locked until the commit, so that its order is
    that of the commits: whoever puts into several lanes takes them in the order of their names.
    """
    put_many([Put(kind, key, payload, lane)])


def put_many(entries: Sequence[Put]) -> None:
    """As ``put``, of many in their order; their lanes are locked in the order of their names, all before the first."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the outbox needs the transaction that it follows")
    for entry in entries:
        if not KEY.fullmatch(entry.key):
            raise ValueError(f"this is no key of an entry: {entry.key!r}")
    if not entries:
        return
    sql.row("lock_outbox_lanes", {"lanes": sorted({entry.lane for entry in entries})})
    rows = [OutboxEntry(kind=one.kind, key=one.key, lane=one.lane, payload=dict(one.payload)) for one in entries]
    OutboxEntry.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    # One for all that a transaction puts.
    if not any(registered[1] is _hint for registered in connection.run_on_commit):
        transaction.on_commit(_hint)


def _hint() -> None:
    """Have it delivered at once; without the broker the schedule finds it."""
    try:
        send("deliver_outbox", queue=CRITICAL)
    except (BrokerError, RedisError) as error:
        log.warning("the outbox waits for the broker: %s", type(error).__name__)

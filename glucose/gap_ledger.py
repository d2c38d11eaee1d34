"""The gap ledger's rules: what becomes of a gap as readings come in and the vendor is asked again. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum, unique
from typing import Final

import numpy as np

from glucose.coverage import Ranges, both, without

# The vendor's graph: its length, and how far behind the current measurement it ends.
GRAPH: Final = timedelta(hours=11, minutes=40)
GRAPH_LAG: Final = timedelta(minutes=20)
# After a gap's end: when the graph is asked for it. A phone that comes back fills its history in by then, or later.
ASK_GRAPH_AFTER: Final = (
    GRAPH_LAG,
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=11),
)
# The logbook reaches back two weeks, with single events: asked once for all gaps that the graph has no more.
ASK_LOGBOOK_AFTER: Final = timedelta(hours=24)


@unique
class GapState(StrEnum):
    """Whether the vendor may still fill a gap."""

    OPEN = "open"
    FILLED = "filled"
    LOST = "lost"


@unique
class Cause(StrEnum):
    """Why there is a gap, as far as it is known."""

    UNKNOWN = "unknown"
    PHONE = "phone"  # we asked meanwhile, and the vendor had nothing
    ACCOUNT = "account"  # the account could not be visited
    SYNC = "sync"  # nobody asked


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the time that had no readings when it was noticed: seconds since 1970, half-open."""

    start: int
    end: int
    noticed_at: datetime
    state: GapState = GapState.OPEN
    cause: Cause = Cause.UNKNOWN
    closed_at: datetime | None = None
    tries: int = 0
    next_try_at: datetime | None = None

    @property
    def ended_at(self) -> datetime:
        """Its end as an instant."""
        return datetime.fromtimestamp(self.end, UTC)


def reconciled(known: Sequence[Gap], missing: Ranges, window: tuple[int, int], now: datetime) -> list[Gap]:
    """The ledger of a window from what it said and what is missing in it now; sorted, no two of it overlapping.

    What is missing no more is filled, what is missing anew is noticed, and a part of a gap keeps what the whole had.
    What lies outside of the window stays as it is.
    """
    found: list[Gap] = []
    seen = np.empty((0, 2), dtype=np.int64)
    inside = np.array([window], dtype=np.int64)
    for gap in known:
        own = np.array([[gap.start, gap.end]], dtype=np.int64)
        seen = np.vstack((seen, own))
        still, gone = both(own, missing), without(both(own, inside), missing)
        if gap.state is GapState.FILLED:
            # What was filled and is missing again, as when readings are deleted, begins anew.
            found += [fresh(start, end, now) for start, end in still.tolist()]
        else:
            found += [replace(gap, start=start, end=end) for start, end in still.tolist()]
        kept = gap if gap.state is GapState.FILLED else _filled(gap, now)
        found += [replace(kept, start=start, end=end) for start, end in gone.tolist()]
        found += [replace(gap, start=start, end=end) for start, end in without(own, inside).tolist()]
    found += [fresh(start, end, now) for start, end in without(missing, seen).tolist()]
    return joined(found)


def fresh(start: int, end: int, now: datetime) -> Gap:
    """A gap that is noticed now."""
    return Gap(start, end, now, next_try_at=datetime.fromtimestamp(end, UTC) + GRAPH_LAG)


def joined(gaps: Iterable[Gap]) -> list[Gap]:
    """Sorted, and those that touch and differ in nothing else made one."""
    found: list[Gap] = []
    for gap in sorted(gaps, key=lambda gap: gap.start):
        if (
            found
            and found[-1].end == gap.start
            and replace(found[-1], end=gap.end) == replace(gap, start=found[-1].start)
        ):
            found[-1] = replace(found[-1], end=gap.end)
        else:
            found.append(gap)
    return found


def asked(gap: Gap, now: datetime, *, graph: bool, logbook: bool) -> Gap:
    """An open gap after the vendor was asked for what it has of it: when to ask again, or that it is lost."""
    if gap.state is not GapState.OPEN:
        return gap
    beyond_graph = gap.ended_at <= now - GRAPH
    if beyond_graph and logbook:
        return replace(gap, state=GapState.LOST, closed_at=now, tries=gap.tries + 1, next_try_at=None)
    if not graph or gap.ended_at > now - GRAPH_LAG:
        return gap
    return replace(gap, tries=gap.tries + 1, next_try_at=next_try(gap, now))


def next_try(gap: Gap, now: datetime) -> datetime:
    """When to ask for it next: the graph as long as that reaches back, then the logbook, at once where it is late."""
    for delay in ASK_GRAPH_AFTER:
        if gap.ended_at + delay > now:
            return gap.ended_at + delay
    return max(gap.ended_at + ASK_LOGBOOK_AFTER, now)


def why(gap: Gap, last_success_at: datetime | None, account_was_well: bool) -> Cause:
    """The cause of a gap that a visit notices: whether anybody had asked since it began."""
    began = datetime.fromtimestamp(gap.start, UTC)
    if last_success_at is not None and last_success_at - began >= timedelta(minutes=10):
        return Cause.PHONE
    return Cause.SYNC if account_was_well else Cause.ACCOUNT


def _filled(gap: Gap, now: datetime) -> Gap:
    return replace(gap, state=GapState.FILLED, closed_at=now, next_try_at=None)

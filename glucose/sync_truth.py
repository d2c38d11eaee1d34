"""How much of each day came in, what may still come, what is lost, and why. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from glucose.coverage import Ranges, both, clipped, seconds, without
from glucose.gap_ledger import GRAPH, Cause, Gap, GapState

GRAPH_SECONDS = int(GRAPH.total_seconds())


@dataclass(frozen=True, slots=True)
class Day:
    """A local day and its bounds in seconds since 1970, half-open."""

    date: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Share:
    """Missing minutes of one cause: ``fillable`` where the vendor may still have them, else lost."""

    cause: Cause
    fillable: bool
    minutes: int


@dataclass(frozen=True, slots=True)
class TruthOfDay:
    """Minutes of one local day: ``expected`` is what ``received``, ``fillable`` and ``lost`` are together.

    What is not expected is the future, the time before anybody followed the patient, and between sensors.
    """

    date: date
    minutes: int
    expected: int
    received: int
    fillable: int
    lost: int
    causes: list[Share]


@dataclass(frozen=True, slots=True)
class Silence:
    """What is missing after the newest reading: no row of the ledger, for it grows by itself."""

    ranges: Ranges
    cause: Cause
    now: int


def truth_of_days(
    days: Sequence[Day], expected: Ranges, absent: Ranges, ledger: Iterable[Gap], silence: Silence
) -> list[TruthOfDay]:
    """A row for each of the days.

    ``expected`` is when readings are expected, ``absent`` when there are none; ``ledger`` says what is known of gaps.
    """
    told = [gap for gap in ledger if gap.state is not GapState.FILLED]
    shares = _shares(both(absent, expected), told, silence)
    return [_truth(day, expected, absent, shares) for day in days]


def _shares(gaps: Ranges, told: Sequence[Gap], silence: Silence) -> list[tuple[Cause, bool, Ranges]]:
    """What is missing, by cause and by whether it may still come; together exactly ``gaps``."""
    found: list[tuple[Cause, bool, Ranges]] = []
    left = gaps
    for cause in Cause:
        for state in (GapState.OPEN, GapState.LOST):
            rows = [(gap.start, gap.end) for gap in told if gap.cause is cause and gap.state is state]
            own = np.array(rows, dtype=np.int64).reshape(-1, 2)
            found.append((cause, state is GapState.OPEN, both(left, own)))
            left = without(left, own)
    quiet = both(left, silence.ranges)
    reach = silence.now - GRAPH_SECONDS
    found.append((silence.cause, True, clipped(quiet, reach, silence.now)))
    found.append((silence.cause, False, clipped(quiet, 0, reach)))
    found.append((Cause.UNKNOWN, False, without(left, silence.ranges)))
    return found


def _truth(day: Day, expected: Ranges, absent: Ranges, shares: Sequence[tuple[Cause, bool, Ranges]]) -> TruthOfDay:
    start, end = day.start, day.end
    present = without(np.array([[start, end]], dtype=np.int64), absent)
    wanted = seconds(clipped(expected, start, end)) + seconds(without(present, expected))
    minutes: dict[tuple[Cause, bool], int] = {}
    for cause, fillable, ranges in shares:
        own = seconds(clipped(ranges, start, end))
        minutes[cause, fillable] = minutes.get((cause, fillable), 0) + own
    causes = [Share(cause, fillable, round(own / 60)) for (cause, fillable), own in minutes.items() if own >= 30]
    open_minutes = sum(share.minutes for share in causes if share.fillable)
    lost = sum(share.minutes for share in causes if not share.fillable)
    # Each share is rounded by itself: together they may be a minute more than the whole.
    whole = max(round(wanted / 60), open_minutes + lost)
    received = whole - open_minutes - lost
    return TruthOfDay(day.date, round((end - start) / 60), whole, received, open_minutes, lost, causes)

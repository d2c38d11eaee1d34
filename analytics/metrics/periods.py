"""A trace in parts: by local day, ISO week, month, block of the day, or weekday and weekend.

Each reading belongs to the local day, and to the block of it, that its own clock showed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.metrics.day import EPOCH
from analytics.metrics.grid import Ints
from analytics.metrics.trace import DAY_MINUTES, Trace

# The hours of the clock between which the blocks of a day lie.
BLOCK_HOURS: Final = (0, 6, 12, 18, 24)
BLOCKS: Final = ("night", "morning", "afternoon", "evening")
WEEK: Final = ("weekday", "weekend")
# Of a day, which period in the order of time it lies in.
CALENDARS: Final[Mapping[str, Callable[[date], str]]] = {
    "day": date.isoformat,
    "week": lambda day: day.strftime("%G-W%V"),
    "month": lambda day: day.isoformat()[:7],
}
BY: Final = (*CALENDARS, "time_of_day", "weekday")


@dataclass(frozen=True, eq=False)
class Part:
    """What lies in a period: its first and last local day, how many days it has, and its minutes by the clock."""

    name: str
    start: date
    end: date
    days: int
    clock_minutes: int
    trace: Trace


def whole(trace: Trace, first: date, lengths: Ints, name: str) -> Part:
    """All of the local days from ``first`` on; ``lengths`` are the minutes of each block of each, shape (days, 4)."""
    (part,) = _parts(trace, first, lengths, np.zeros(lengths.shape, dtype=np.int64), [name])
    return part


def parts(trace: Trace, first: date, lengths: Ints, by: str) -> list[Part]:
    """The same days in parts, in their order, those without readings too."""
    days = [first + timedelta(days=number) for number in range(len(lengths))]
    if by == "time_of_day":
        return _parts(trace, first, lengths, np.tile(np.arange(len(BLOCKS)), (len(days), 1)), list(BLOCKS))
    if by == "weekday":
        ends = np.array([day.isoweekday() > 5 for day in days], dtype=np.int64)
        return _parts(trace, first, lengths, _of_days(ends), list(WEEK))
    labels = [CALENDARS[by](day) for day in days]
    # Sorted text is in the order of time, up to the year 9999.
    names, places = np.unique(labels, return_inverse=True)
    return _parts(trace, first, lengths, _of_days(places), [str(name) for name in names])


def _of_days(places: NDArray[np.integer[Any]]) -> Ints:
    return np.repeat(places.astype(np.int64)[:, None], len(BLOCKS), axis=1)


def _parts(trace: Trace, first: date, lengths: Ints, places: Ints, names: list[str]) -> list[Part]:
    """The named parts where each block of each day, shape (days, 4), says in which part it is."""
    day = trace.local_days - (first - EPOCH).days
    block = (trace.seconds // 60 + trace.utc_offset_minutes) % DAY_MINUTES * len(BLOCKS) // DAY_MINUTES
    there = np.flatnonzero((day >= 0) & (day < len(lengths)))
    place = places[day[there], block[there]]
    # Stable: within a part readings stay in the order of time.
    order = there[np.argsort(place, kind="stable")]
    ends = np.cumsum(np.bincount(place, minlength=len(names)))
    minutes = np.bincount(places.ravel(), weights=lengths.ravel(), minlength=len(names)).astype(np.int64)
    found = []
    for number, (name, chosen) in enumerate(zip(names, np.split(order, ends[:-1]), strict=True)):
        days = np.flatnonzero((places == number).any(axis=1))
        if len(days):
            start, end = (first + timedelta(days=int(one)) for one in (days[0], days[-1]))
            found.append(Part(name, start, end, len(days), int(minutes[number]), trace.where(chosen)))
    return found

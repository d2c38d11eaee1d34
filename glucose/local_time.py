"""Offsets of a zone at many instants, without asking the zone for each. Pure."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

DAY_SECONDS: Final = 86_400
Ints = NDArray[np.int64]


def utc_offsets(times: Ints, zone: ZoneInfo) -> Ints:
    """The zone's offset from UTC in minutes at each instant (seconds since 1970), shape (n,).

    The zone is asked at both ends of every UTC day that occurs; only on the few days whose ends differ it is
    asked for each instant.
    """
    days, index = np.unique(times // DAY_SECONDS, return_inverse=True)
    starts = np.array([_offset(int(day) * DAY_SECONDS, zone) for day in days], dtype=np.int64)
    ends = np.array([_offset((int(day) + 1) * DAY_SECONDS, zone) for day in days], dtype=np.int64)
    offsets: Ints = starts[index]
    for position in np.flatnonzero((starts != ends)[index]):
        offsets[position] = _offset(int(times[position]), zone)
    return offsets


def offsets_through_moves(times: Ints, moves: Sequence[tuple[datetime | None, str]]) -> Ints:
    """Offsets of somebody who moved: ``moves`` are (since, zone) oldest first, the first since ever."""
    offsets = np.zeros(len(times), dtype=np.int64)
    for since, zone in moves:
        later = times >= (int(since.timestamp()) if since else np.iinfo(np.int64).min)
        offsets[later] = utc_offsets(times[later], ZoneInfo(zone))
    return offsets


def day_minutes(day: date, zone: ZoneInfo) -> int:
    """How many minutes a local day has: 1440, or as the clocks are changed in it."""
    (minutes,) = minutes_between_hours(day, zone, (0, 24))
    return minutes


def minutes_between_hours(day: date, zone: ZoneInfo, hours: Sequence[int]) -> list[int]:
    """How many minutes a local day has between hours of its clock, 24 being the next midnight."""
    clocks = [datetime.combine(day + timedelta(days=hour // 24), time(hour % 24), zone) for hour in hours]
    instants = [one.astimezone(UTC) for one in clocks]
    return [round((end - start).total_seconds() / 60) for start, end in pairwise(instants)]


def clock_minutes(start: datetime, end: datetime, zone: ZoneInfo) -> float:
    """How far the local clock goes between two instants: whole days are 1440 minutes each, changed clocks or not."""
    first, last = (one.astimezone(zone).replace(tzinfo=None) for one in (start, end))
    return (last - first) / timedelta(minutes=1)


def _offset(seconds: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(seconds, UTC).astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() / 60)

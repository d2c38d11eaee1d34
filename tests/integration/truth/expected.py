"""What must be stored, said again in the slowest and plainest way: stream, days and gaps."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np

from analytics.metrics.day import DayRow
from glucose.models import Reading
from tests.integration.truth.shown import Item

RANKS = {10: 1, 11: 2, 12: 2, 20: 2, 30: 3}
BANDS = [(0, 53), (54, 62), (63, 69), (70, 140), (141, 180), (181, 250), (251, 600)]


def too_close(one: Item, other: Item) -> bool:
    """Whether two samples of somebody tell the same minutes."""
    return abs(one.seconds - other.seconds) < 30 * max(one.cadence_minutes, other.cadence_minutes)


def take(stream: list[Item], batch: Iterable[Item], now: datetime) -> None:
    """Put into the stream what of a batch belongs there: the better rank, then the earlier time."""
    latest = int(now.timestamp()) + 600
    order = sorted(batch, key=lambda item: (RANKS[item.source], item.seconds, item.cadence_minutes, item.mg_dl))
    for item in order:
        if item.seconds <= latest and not any(too_close(item, other) for other in stream):
            stream.append(item)


def as_item(row: Reading) -> Item:
    """A stored reading as it came in."""
    return Item(
        seconds=int(row.time.timestamp()),
        mg_dl=row.mg_dl,
        utc_offset_minutes=row.utc_offset_minutes,
        cadence_minutes=row.cadence_minutes,
        source=row.source,
        trend=row.trend or 0,
        out_of_range=row.out_of_range,
    )


def local_date(item: Item) -> date:
    """The day that it was where it was taken."""
    return (datetime.fromtimestamp(item.seconds, UTC) + timedelta(minutes=item.utc_offset_minutes)).date()


def days(stream: Sequence[Item]) -> list[DayRow]:
    """The rows of all local days."""
    found = []
    for day in sorted({local_date(item) for item in stream}):
        own = [(item.mg_dl, item.cadence_minutes) for item in stream if local_date(item) == day]
        found.append(
            DayRow(
                date=day,
                readings=len(own),
                minutes=sum(minutes for _, minutes in own),
                total=sum(value for value, _ in own),
                total_sq=sum(value**2 for value, _ in own),
                total_w=sum(value * minutes for value, minutes in own),
                total_sq_w=sum(value**2 * minutes for value, minutes in own),
                lowest=min(value for value, _ in own),
                highest=max(value for value, _ in own),
                band_readings=[sum(low <= value <= high for value, _ in own) for low, high in BANDS],
                band_minutes=[sum(minutes for value, minutes in own if low <= value <= high) for low, high in BANDS],
            )
        )
    return found


def gaps(stream: Sequence[Item], since: int) -> list[tuple[int, int]]:
    """What no reading stands for from then on to the newest reading, second by second."""
    ordered = sorted(stream, key=lambda item: item.seconds)
    last = ordered[-1].seconds if ordered else since
    if last <= since:
        return []
    absent = np.ones(last - since, dtype=bool)

    def cover(start: int, end: int) -> None:
        absent[max(start - since, 0) : max(end - since, 0)] = False

    for item in ordered:
        cover(item.seconds - 30 * item.cadence_minutes, item.seconds + 30 * item.cadence_minutes)
    for before, after in pairwise(ordered):
        if after.seconds - before.seconds <= 90 * max(before.cadence_minutes, after.cadence_minutes):
            cover(before.seconds, after.seconds)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], absent, [False])).astype(int)))
    return [(since + int(start), since + int(end)) for start, end in edges.reshape(-1, 2)]


def joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted, those that touch as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found

"""Late readings into the daily aggregate: refresh what an ingest touched before today, and never past today."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection

from glucose.models import LateRange

log = logging.getLogger(__name__)
DAY: Final = timedelta(days=1)
# A longer refresh would hold other queries up where there is one process only.
LONGEST: Final = timedelta(days=35)


def refresh_late_ranges(clock: Callable[[], datetime]) -> int:
    """Refresh every pending range; how many rows of late_range were settled.

    The rows are read before the refresh and deleted after it: a range that comes in meanwhile stays pending.
    A row whose refresh was killed stays pending too. Must not be called in a transaction.
    """
    pending = list(LateRange.objects.order_by("first_time", "id"))
    for start, end in merged_days(pending):
        for first, last in _pieces(start, min(end, start_of_day(clock()))):
            refresh(first, last)
    LateRange.objects.filter(id__in=[row.id for row in pending]).delete()
    return len(pending)


def refresh(start: datetime, end: datetime) -> None:
    """Refresh the whole UTC days from start up to end. ``end`` past today would hide today's later readings."""
    if end > start_of_day(datetime.now(UTC)):
        raise ValueError("a refresh must not reach past the start of today (UTC)")
    with connection.cursor() as cursor:
        cursor.execute(
            "CALL refresh_continuous_aggregate('reading_day', %s::timestamptz, %s::timestamptz)", [start, end]
        )
    log.info("daily aggregate refreshed from %s to %s", start.date(), end.date())


def start_of_day(instant: datetime) -> datetime:
    """00:00 UTC of the instant's day."""
    return instant.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def merged_days(ranges: list[LateRange]) -> Iterator[tuple[datetime, datetime]]:
    """The ranges as whole UTC days, those that touch each other joined; they come sorted by first_time."""
    joined: tuple[datetime, datetime] | None = None
    for row in ranges:
        start, end = start_of_day(row.first_time), start_of_day(row.last_time) + DAY
        if joined is None or start > joined[1]:
            if joined is not None:
                yield joined
            joined = (start, end)
        else:
            joined = (joined[0], max(joined[1], end))
    if joined is not None:
        yield joined


def _pieces(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    while start < end:
        yield start, min(start + LONGEST, end)
        start += LONGEST

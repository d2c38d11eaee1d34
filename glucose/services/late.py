"""Late readings into the daily aggregate: refresh what an ingest touched before today, and never past today."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection

import sql
from glucose.models import LateRange
from glucose.services.ownership import as_owner

log = logging.getLogger(__name__)
DAY: Final = timedelta(days=1)
# A longer refresh would hold other queries up where there is one process only.
LONGEST: Final = timedelta(days=35)


def refresh_late_ranges(clock: Callable[[], datetime]) -> int:
    """Refresh what is pending and lies before today; how many rows of late_range were settled.

    The rows are read before the refresh and deleted after it: a range that comes in meanwhile stays pending, and
    so does one whose refresh was killed, or that reaches into today. Must not be called in a transaction.
    """
    settled = 0
    pending = list(LateRange.objects.order_by("first_time", "id"))
    for start, end, rows in merged_days(pending):
        over = today(clock())
        for first, last in _pieces(start, min(end, over)):
            refresh(first, last)
        done = [row.id for row in rows if row.last_time < over]
        LateRange.objects.filter(id__in=done).delete()
        settled += len(done)
    return settled


def refresh(start: datetime, end: datetime) -> None:
    """Refresh the whole UTC days from start up to end. ``end`` past today would hide today's later readings."""
    if end > today(datetime.now(UTC)):
        raise ValueError("a refresh must not reach past the start of today (UTC)")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "CALL refresh_continuous_aggregate('reading_day', %s::timestamptz, %s::timestamptz)", [start, end]
        )
    log.info("daily aggregate refreshed from %s to %s", start.date(), end.date())


def forget_recent_days() -> int:
    """Delete the sums of today once the day is over; how many rows."""
    return sql.run("forget_recent_days")


def today(now: datetime) -> datetime:
    """The start of today by our clock or the database's, whichever is behind.

    A clock that is a day ahead would else make today's later readings neither late nor visible, for good.
    """
    (theirs,) = sql.row("clock")
    return start_of_day(min(now, theirs))


def start_of_day(instant: datetime) -> datetime:
    """00:00 UTC of the instant's day."""
    return instant.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def merged_days(ranges: list[LateRange]) -> Iterator[tuple[datetime, datetime, list[LateRange]]]:
    """The ranges as whole UTC days with their rows, those that touch joined; they come sorted by first_time."""
    rows: list[LateRange] = []
    start = end = datetime.min.replace(tzinfo=UTC)
    for row in ranges:
        first, after = start_of_day(row.first_time), start_of_day(row.last_time) + DAY
        if rows and first > end:
            yield start, end, rows
            rows = []
        start, end = (start, max(end, after)) if rows else (first, after)
        rows.append(row)
    if rows:
        yield start, end, rows


def _pieces(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    while start < end:
        yield start, min(start + LONGEST, end)
        start += LONGEST

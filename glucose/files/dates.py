"""Dates and clocks as files write them, and what their dates tell of their order. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from glucose.files.port import DateOrder, Moment
from glucose.files.refusals import Unreadable

# 31-12-2026 23:59, 12/31/2026 11:59 PM, 2026-12-31T23:59:59, 31.12.2026 11:59 p. m.
_SPACE: Final = "[ \u00a0\u202f]"
_LOCAL: Final = re.compile(
    r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})"
    rf"(?:T|,?{_SPACE}{{1,2}})(\d{{1,2}}):(\d\d)(?::(\d\d)(?:\.\d{{1,9}})?)?"
    rf"(?:{_SPACE}?([AaPp])\.?{_SPACE}?[Mm]\.?)?",
    re.ASCII,
)
_INSTANT: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:(Z)|([+-])(\d\d):?([0-5]\d))", re.ASCII)
_FIRST_YEAR: Final = 1999
_LAST_YEAR: Final = 2100
_MOST_OFFSET_MINUTES: Final = 1080
# How far a clock may be ahead, and a wall clock whose zone is not known here.
_AHEAD: Final = timedelta(minutes=10)
_AHEAD_OF_UTC: Final = timedelta(hours=14)
# Two rows of one sensor are rarely further apart; under the wrong order midnight jumps by weeks.
_STEP: Final = timedelta(minutes=20)
_JUMP: Final = timedelta(days=20)
_MIDNIGHTS: Final = 2
_MOST_MISTAKEN: Final = 0.01


def local_moment(text: str, order: DateOrder) -> Moment:
    """A clock on the wall, by the order of the file; Unreadable where there is none such."""
    return Moment(clock(text, order), None, None)


def clock(text: str, order: DateOrder) -> datetime:
    """The date and time, naive; a year that comes first is read as such whatever the order."""
    found = _LOCAL.fullmatch(text)
    if found is None:
        raise Unreadable("date")
    first, _, middle, last, hour, minute, second, half = found.groups()
    if len(first) == 4:
        year, month, day = first, middle, last
    elif len(last) != 4 or order is DateOrder.YEAR_FIRST:
        raise Unreadable("date")
    else:
        year, month, day = (last, middle, first) if order is DateOrder.DAY_FIRST else (last, first, middle)
    try:
        # A wall clock; the caller knows the zone.
        told = datetime(int(year), int(month), int(day), _hour(hour, half), int(minute), int(second or 0))  # noqa: DTZ001
    except ValueError:
        raise Unreadable("date") from None
    return _plausible(told)


def _hour(hour: str, half: str | None) -> int:
    """0 to 23; ValueError for an hour that its clock does not have."""
    if half is None:
        return int(hour)
    if not 1 <= int(hour) <= 12:
        raise ValueError("a clock of twelve hours shows 1 to 12")
    return int(hour) % 12 + (12 if half in "Pp" else 0)


def _plausible(told: datetime) -> datetime:
    if not _FIRST_YEAR <= told.year <= _LAST_YEAR:
        raise Unreadable("date_range")
    return told


def instant(text: str) -> Moment:
    """An instant with its zone or Z, to the second; the offset is there where the zone is not Z."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise Unreadable("time")
    told, zulu, sign, hours, minutes = found.groups()
    try:
        read = datetime.fromisoformat(told)
    except ValueError:
        raise Unreadable("time") from None
    _plausible(read)
    if zulu:
        return Moment(None, read.replace(tzinfo=UTC), None)
    offset = int(f"{sign}1") * (int(hours) * 60 + int(minutes))
    if abs(offset) > _MOST_OFFSET_MINUTES:
        raise Unreadable("time")
    return Moment(read, (read - timedelta(minutes=offset)).replace(tzinfo=UTC), offset)


def with_offset(utc: datetime, offset_minutes: int | None) -> Moment:
    """An instant and, where it is told, the offset of the clock on the wall in minutes."""
    if offset_minutes is None:
        return Moment(None, utc, None)
    if isinstance(offset_minutes, bool) or not abs(offset_minutes) <= _MOST_OFFSET_MINUTES:
        raise Unreadable("time")
    return Moment((utc + timedelta(minutes=offset_minutes)).replace(tzinfo=None), utc, offset_minutes)


def epoch(milliseconds: float) -> datetime:
    """Milliseconds since 1970 as an aware instant, to the second."""
    if not 0 < milliseconds < 2**43:
        raise Unreadable("date_range")
    return _plausible(datetime.fromtimestamp(int(milliseconds) // 1000, UTC))


def is_ahead(at: Moment, now: datetime) -> bool:
    """Whether the moment is still to come, wherever on earth its wall clock hangs."""
    if at.utc is not None:
        return at.utc > now + _AHEAD
    return at.local is not None and at.local.replace(tzinfo=UTC) > now + _AHEAD + _AHEAD_OF_UTC


@dataclass(slots=True)
class DateEvidence:
    """What the dates of a file tell of their order: those that only one order has, and midnights between two rows."""

    day_first: int = 0
    month_first: int = 0
    year_first: int = 0
    midnights_day_first: int = 0
    midnights_month_first: int = 0
    dates: int = 0
    example: str = ""
    _before: tuple[datetime, datetime] | None = None

    def add(self, text: str) -> None:
        """One more date, in the order of the file; what is none tells nothing."""
        by_day, by_month = (_clock_or_none(text, order) for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST))
        if by_day is None and by_month is None:
            return
        self.dates += 1
        if text[:4].isdigit():
            self.year_first += 1
        elif by_month is None:
            self.day_first += 1
        elif by_day is None:
            self.month_first += 1
        else:
            if by_day != by_month:
                self.example = self.example or text
            self._add_midnight(by_day, by_month)

    def _add_midnight(self, by_day: datetime, by_month: datetime) -> None:
        before, self._before = self._before, (by_day, by_month)
        if before is None:
            return
        steps = abs(by_day - before[0]), abs(by_month - before[1])
        self.midnights_day_first += steps[0] <= _STEP and steps[1] >= _JUMP
        self.midnights_month_first += steps[1] <= _STEP and steps[0] >= _JUMP

    def order(self) -> DateOrder | None:
        """The order, None where it cannot be told; Unreadable where the dates contradict each other.

        Day first where every date reads the same both ways.
        """
        if self.year_first == self.dates > 0:
            return DateOrder.YEAR_FIRST
        for day, month, least in (
            (self.day_first, self.month_first, 1),
            (self.midnights_day_first, self.midnights_month_first, _MIDNIGHTS),
        ):
            if min(day, month) > _MOST_MISTAKEN * max(day, month):
                raise Unreadable("date")
            if max(day, month) >= least:
                return DateOrder.DAY_FIRST if day > month else DateOrder.MONTH_FIRST
        return DateOrder.DAY_FIRST if self.dates and not self.example else None


def _clock_or_none(text: str, order: DateOrder) -> datetime | None:
    try:
        return clock(text, order)
    except Unreadable:
        return None

"""Which instant a file means that tells the clock on the wall: by the zones somebody lived in. Pure."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAY: Final = timedelta(days=1)
# A file of millions of series is none of a person's: what was longest not seen is forgotten.
SERIES_KEPT: Final = 1_000
# Of each day its midnight and its offset; None for a day of several. More than a lifetime of them are no person's.
DAYS_KEPT: Final = 40_000

# Seconds since 1970, and minutes that the local clock is ahead of UTC.
Instant = tuple[int, int]


@dataclass(slots=True)
class _Course:
    """Where a series of lines is, and whether its times go up or down."""

    at: int
    rises: bool


@dataclass(slots=True)
class WallClock:
    """Turns local times into instants, in the order of the lines.

    ``moves`` are (since, zone), oldest first, the first since ever. An hour that comes twice is decided by the lines
    before: the first of the two that goes on as they went. State is kept, so the same lines give the same instants.
    """

    moves: Sequence[tuple[datetime | None, str]]
    _zones: list[tuple[int, int, ZoneInfo]] = field(init=False)
    _days: dict[date, Instant | None] = field(init=False, default_factory=dict)
    _courses: dict[Hashable, _Course] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        begins = [int(since.timestamp()) if since else -(1 << 62) for since, _ in self.moves]
        ends = [*begins[1:], 1 << 62]
        zones = (ZoneInfo(name) for _, name in self.moves)
        self._zones = list(zip(begins, ends, zones, strict=True))

    def instant(self, series: Hashable, local: datetime) -> Instant | None:
        """When a series of lines shows a naive local time; None for a time that never was there."""
        day = local.date()
        if day not in self._days:
            self._note_day(day)
        plain = self._days[day]
        if plain is not None:
            midnight, offset = plain
            return self._went(series, midnight + 3600 * local.hour + 60 * local.minute + local.second, offset)
        found = self._candidates(local, int(local.replace(tzinfo=UTC).timestamp()))
        if not found:
            return None
        return self._went(series, *self._next(series, found))

    def offset(self, instant: datetime) -> int:
        """How many minutes the local clock is ahead of UTC at an instant."""
        seconds = int(instant.timestamp())
        zone = next(zone for begin, end, zone in self._zones if begin <= seconds < end)
        return _minutes(instant.astimezone(zone))

    def note(self, series: Hashable, seconds: int) -> None:
        """A line of the series told its instant itself."""
        self._went(series, seconds, 0)

    def _note_day(self, day: date) -> None:
        if len(self._days) >= DAYS_KEPT:
            self._days.clear()
        offset = self._offset_of_day(day)
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        self._days[day] = None if offset is None else (midnight - 60 * offset, offset)

    def _offset_of_day(self, day: date) -> int | None:
        """The offset of a whole local day; None where it changes in it or near it."""
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        try:
            first, last = noon - 2 * DAY, noon + 2 * DAY
            start, after = int(first.timestamp()), int(last.timestamp())
            over = [zone for begin, end, zone in self._zones if begin < after and end > start]
            offsets = {_minutes(at.astimezone(over[0])) for at in (first, noon - DAY, noon, noon + DAY, last)}
        except OverflowError:
            return None
        return offsets.pop() if len(over) == 1 and len(offsets) == 1 else None

    def _candidates(self, local: datetime, naive: int) -> list[Instant]:
        found: set[Instant] = set()
        for begin, end, zone in self._zones:
            for fold in (0, 1):
                aware = local.replace(tzinfo=zone, fold=fold)
                offset = _minutes(aware)
                seconds = naive - 60 * offset
                if begin <= seconds < end and _exists(local, aware, zone):
                    found.add((seconds, offset))
        return sorted(found)

    def _next(self, series: Hashable, found: list[Instant]) -> Instant:
        course = self._courses.get(series)
        if course is None or course.rises:
            return next((one for one in found if course is None or one[0] >= course.at), found[-1])
        return next((one for one in reversed(found) if one[0] <= course.at), found[0])

    def _went(self, series: Hashable, seconds: int, offset: int) -> Instant:
        course = self._courses.get(series)
        if course is None:
            if len(self._courses) >= SERIES_KEPT:
                del self._courses[next(iter(self._courses))]
            self._courses[series] = _Course(seconds, rises=True)
        elif seconds != course.at:
            course.rises, course.at = seconds > course.at, seconds
        return seconds, offset


def _minutes(aware: datetime) -> int:
    offset = aware.utcoffset()
    return 0 if offset is None else round(offset.total_seconds() / 60)


def _exists(local: datetime, aware: datetime, zone: ZoneInfo) -> bool:
    """Whether the zone's clock ever showed it: there and back it is the same."""
    try:
        return aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) == local.replace(fold=0)
    except OverflowError:
        return False

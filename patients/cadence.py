"""When a patient is due for review. Pure. Days are those of the clinic's calendar."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, unique
from typing import Final
from zoneinfo import ZoneInfo


@unique
class CadenceKind(StrEnum):
    """How often patients are reviewed."""

    WEEKLY = "weekly"
    TWO_WEEKLY = "two_weekly"
    MONTHLY = "monthly"
    CUSTOM = "custom"


@unique
class Outcome(StrEnum):
    """What came of a review."""

    NO_CHANGE = "no_change"
    TREATMENT_CHANGED = "treatment_changed"
    CONTACTED = "contacted"
    APPOINTMENT = "appointment"
    REFERRED = "referred"
    OTHER = "other"


@unique
class Because(StrEnum):
    """Why a patient is due on a day."""

    CADENCE = "cadence"
    DATE = "date"  # that the last review chose
    CATEGORY = "category"


DAYS: Final[Mapping[CadenceKind, int]] = {CadenceKind.WEEKLY: 7, CadenceKind.TWO_WEEKLY: 14}
MOST_DAYS: Final = 365
WORDS: Final[Mapping[CadenceKind, str]] = {
    CadenceKind.WEEKLY: "every week",
    CadenceKind.TWO_WEEKLY: "every two weeks",
    CadenceKind.MONTHLY: "every month",
}


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often; ``days`` of a custom one, None of the others."""

    kind: CadenceKind
    days: int | None = None

    def after(self, day: date) -> date:
        """The day of the next review; a month later on the same day, or on the month's last where it has none."""
        if self.kind is CadenceKind.MONTHLY:
            year, month = (day.year + day.month // 12, day.month % 12 + 1)
            return date(year, month, min(day.day, monthrange(year, month)[1]))
        return day + timedelta(days=self.days or DAYS[self.kind])

    @property
    def words(self) -> str:
        """For people."""
        return WORDS.get(self.kind) or f"every {self.days} days"


# Of a clinic that has set nothing: consensus reports are of 14 days.
DEFAULT: Final = Cadence(CadenceKind.TWO_WEEKLY)
DEFAULT_ZONE: Final = "UTC"
DEFAULT_BY_CATEGORY: Final[Mapping[str, int]] = {"very_low": 3}


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The last review: on which day, and which day it named for the next, unless the cadence did."""

    on: date
    next_on: date
    by_cadence: bool


@dataclass(frozen=True, slots=True)
class Due:
    """On which day a patient is due, and why; ``called`` are the categories that want them reviewed by today."""

    on: date
    because: Because
    category: str | None = None
    called: tuple[str, ...] = ()


def day_at(instant: datetime, zone: str) -> date:
    """The day that it is, or was, in a zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def due(cadence: Cadence, last: Reviewed | None, *, since: date, in_categories: Mapping[str, int], today: date) -> Due:
    """When somebody is due who is followed since a day.

    ``in_categories`` are those they are in, with how many days after the last review each wants the next. Nobody knows
    since when they are in one, so a category makes them due today at the earliest, and never overdue.
    """
    day, because = _ordinary(cadence, last, since)
    wanted = {
        name: max(today, last.on + timedelta(days=days)) if last else today for name, days in in_categories.items()
    }
    called = tuple(name for name, on in wanted.items() if on <= today)
    soonest = min(wanted, key=lambda name: wanted[name], default=None)
    if soonest is not None and wanted[soonest] < day:
        return Due(wanted[soonest], Because.CATEGORY, soonest, called)
    return Due(day, because, None, called)


def _ordinary(cadence: Cadence, last: Reviewed | None, since: date) -> tuple[date, Because]:
    """Without categories: a cadence that was changed since the last review counts from that review."""
    if last is None:
        return cadence.after(since), Because.CADENCE
    if last.by_cadence:
        return cadence.after(last.on), Because.CADENCE
    return last.next_on, Because.DATE

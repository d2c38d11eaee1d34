"""What a patient's one-page report tells, computed once for the page and for the PDF. Pure.

It covers whole local days, so that it is the same all day long and each day counts as much as another.

Layout: Battelino et al. 2019, doi:10.2337/dci19-0028; Bergenstal et al. 2013, doi:10.1089/dia.2013.0051.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from analytics.agp import SMOOTHED, Profile, profile
from analytics.metrics.sufficiency import Sufficiency, sufficiency
from analytics.metrics.targets import Targets
from analytics.metrics.trace import DAY_MINUTES, Trace
from analytics.statistics import statistics_answer
from glucose.local_time import Ints, day_minutes

SPANS: Final = (7, 14, 30, 90)
# That many of the last days are drawn one by one.
DRAWN_DAYS: Final = 14
BANDS: Final = ("very_high", "high", "target", "low", "very_low")


@dataclass(frozen=True, slots=True)
class Days:
    """So many whole local days of a zone, the last included."""

    last: date
    count: int
    zone: str

    @property
    def first(self) -> date:
        """The first of them."""
        return self.last - timedelta(days=self.count - 1)

    @property
    def start(self) -> datetime:
        """When the first begins, in UTC."""
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """When the last is over, in UTC."""
        return midnight(self.last + timedelta(days=1), self.zone)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnDay:
    """A local day of so many minutes, with the minutes after its beginning and the values of its readings."""

    date: date
    length: int
    minutes: Ints
    mg_dl: Ints
    cadence_minutes: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """The numbers of a report; ``statistics`` is what `statistics/` answers of the window, in the unit."""

    days: Days
    targets: Targets
    unit: str
    enough: Sufficiency
    statistics: dict[str, Any]
    profile: Profile
    drawn: tuple[DrawnDay, ...]
    excluded: int


def report(trace: Trace, days: Days, *, targets: Targets, unit: str, excluded: int) -> Report:
    """The report of the days' readings, beside so many that are excluded."""
    # A local day of 23 hours is a day too.
    minutes = max((days.end - days.start) / timedelta(minutes=1), days.count * DAY_MINUTES)
    enough = sufficiency(minutes=trace.minutes, window_minutes=minutes, days_with_data=trace.days_with_data)
    statistics = statistics_answer(
        trace, enough, days=minutes / DAY_MINUTES, targets=targets, unit=unit, by_count=False
    )
    found = profile(trace, bin_minutes=SMOOTHED)
    return Report(days, targets, unit, enough, statistics, found, tuple(_drawn(trace, days)), excluded)


def midnight(day: date, zone: str) -> datetime:
    """When a local day begins, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def _drawn(trace: Trace, days: Days) -> Iterator[DrawnDay]:
    for back in range(min(days.count, DRAWN_DAYS) - 1, -1, -1):
        day = days.last - timedelta(days=back)
        length = day_minutes(day, ZoneInfo(days.zone))
        (places,) = np.nonzero(trace.local_days == (day - date(1970, 1, 1)).days)
        on_the_day = trace.where(places)
        if length == DAY_MINUTES:
            minutes = (on_the_day.seconds // 60 + on_the_day.utc_offset_minutes) % DAY_MINUTES
        else:
            # The clock shows an hour twice, or not at all.
            minutes = (on_the_day.seconds - int(midnight(day, days.zone).timestamp())) // 60
        yield DrawnDay(day, length, minutes, on_the_day.mg_dl, on_the_day.cadence_minutes)

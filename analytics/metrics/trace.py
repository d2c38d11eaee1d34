"""Readings in the order of time: what every metric of a period is computed from."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.metrics.grid import Grid, Ints, grid
from analytics.metrics.histogram import Histogram

DAY_MINUTES: Final = 1440


@dataclass(frozen=True, eq=False)
class Trace:
    """Readings, oldest first, no two at one time; shape (n,) each.

    ``seconds`` since 1970 in UTC, ``mg_dl`` whole values, ``cadence_minutes`` what each reading stands for,
    ``utc_offset_minutes`` what to add to UTC for the local clock at the time.
    """

    seconds: Ints
    mg_dl: Ints
    cadence_minutes: Ints
    utc_offset_minutes: Ints

    @classmethod
    def of(cls, *columns: NDArray[np.integer[Any]]) -> "Trace":
        """From columns of any width: an offset in seconds would not fit into the two bytes that it is kept in."""
        return cls(*(np.asarray(column, dtype=np.int64) for column in columns))

    @property
    def minutes(self) -> int:
        """How many minutes the readings stand for."""
        return int(self.cadence_minutes.sum())

    @cached_property
    def local_days(self) -> Ints:
        """The local day of each reading, as days since 1970; shape (n,)."""
        return (self.seconds // 60 + self.utc_offset_minutes) // DAY_MINUTES

    @property
    def days_with_data(self) -> int:
        """How many local days have a reading."""
        days = self.local_days
        # Those at which the day changes: a day comes twice where somebody travelled.
        return len(np.unique(days[np.flatnonzero(np.diff(days, prepend=-1))]))

    @cached_property
    def grid(self) -> Grid:
        """A value every five minutes."""
        return grid(self.seconds, self.utc_offset_minutes, self.mg_dl)

    def where(self, chosen: Ints) -> "Trace":
        """The readings at the places, which are ascending."""
        columns = (self.seconds, self.mg_dl, self.cadence_minutes, self.utc_offset_minutes)
        return Trace(*(column[chosen] for column in columns))

    def histogram(self, *, by_count: bool = False) -> Histogram:
        """How often each value occurs."""
        return Histogram.of(self.mg_dl, self.cadence_minutes, by_count=by_count)

"""The grid that metrics which depend on order are computed on: a glucose value every five minutes."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

GRID_MINUTES: Final = 5
INTERPOLATED_MINUTES: Final = 45
STEP_SECONDS: Final = GRID_MINUTES * 60
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Grid:
    """Glucose in mg/dL at each point, NaN where there is none, shape (n,); ``start`` is the first point's instant.

    Points are five minutes of elapsed time apart, without holes, so a lag in minutes is a lag in points.
    """

    start: int
    values: Floats

    def changes(self, minutes: int) -> Floats:
        """g(t) - g(t - minutes) in mg/dL wherever both points have a value, in the order of time."""
        lag = minutes // GRID_MINUTES
        found: Floats = self.values[lag:] - self.values[:-lag]
        return found[np.isfinite(found)]


def grid(
    times: Ints, utc_offset_minutes: Ints, mg_dl: Ints, *, interpolated_minutes: int = INTERPOLATED_MINUTES
) -> Grid:
    """The grid of readings, shape (n,) each; ``times`` are seconds since 1970 in UTC, strictly ascending.

    Points lie where the local clock of the first reading shows a multiple of five minutes, from the first reading
    to the last. Between neighbouring readings at most 45 minutes apart the value is linear in elapsed time; elsewhere
    there is none, but for a point that falls on a reading. No readings give a grid without points. Tools that do not
    interpolate have 0 ``interpolated_minutes``.
    """
    if len(times) == 0:
        return Grid(0, np.empty(0))
    # Offsets are multiples of five minutes wherever people live, so later offsets keep the same points.
    local_first = int(times[0]) + 60 * int(utc_offset_minutes[0])
    start = int(times[0]) + -local_first % STEP_SECONDS
    points = np.arange(start, int(times[-1]) + 1, STEP_SECONDS, dtype=np.int64)
    if len(points) == 0:
        return Grid(start, np.empty(0))
    before = _readings_up_to(times, start, len(points)) - 1
    after = np.minimum(before + 1, len(times) - 1)
    since, apart = points - times[before], times[after] - times[before]
    share = since / np.maximum(apart, 1)
    values = mg_dl[before] + (mg_dl[after] - mg_dl[before]) * share
    values[(apart > interpolated_minutes * 60) & (since > 0)] = np.nan
    return Grid(start, values)


def _readings_up_to(times: Ints, start: int, points: int) -> Ints:
    """How many readings lie at or before each point. Counted, which is faster than a search for each point."""
    # A reading counts from the first point that is not before it on.
    first = np.maximum(-((start - times) // STEP_SECONDS), 0)
    found: Ints = np.cumsum(np.bincount(first, minlength=points)[:points])
    return found

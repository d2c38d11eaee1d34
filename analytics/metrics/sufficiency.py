"""Whether there is enough data for the consensus targets: 14 days with the sensor active for 70 %.

Source: Battelino et al. 2019, doi:10.2337/dci19-0028.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

ENOUGH_DAYS: Final = 14
ENOUGH_PERCENT: Final = 70.0


@dataclass(frozen=True, slots=True)
class Sufficiency:
    """``active_percent`` is minutes covered by readings per minutes of the window that was asked for."""

    sufficient: bool
    days: float
    days_with_data: int
    active_percent: float
    reason: str | None


def active_percent(minutes: int, window_minutes: float) -> float:
    """Minutes covered per minutes of the window, in %; 100 where readings overlap its edges.

    A local day that the clocks passed over has no minutes, and readings only of who was elsewhere.
    """
    if window_minutes == 0:
        return 100.0 if minutes else 0.0
    return min(100.0, 100 * minutes / window_minutes)


def record_active_percent(times: NDArray[np.int64], cadence_minutes: NDArray[np.int64]) -> float | None:
    """Minutes covered per minutes from the first reading to the end of the last, in %; None without readings.

    ``times`` are seconds since 1970, ascending. It says how well a sensor that was worn was read, not whether one was
    worn for all of the window.
    """
    if len(times) == 0:
        return None
    return active_percent(int(cadence_minutes.sum()), int(times[-1] - times[0]) / 60 + int(cadence_minutes[-1]))


def sufficiency(*, minutes: int, window_minutes: float, days_with_data: int, days: float | None = None) -> Sufficiency:
    """Enough or not, and the reason in words where not; ``days`` where they are not all of 24 hours."""
    days = window_minutes / 1440 if days is None else days
    active = active_percent(minutes, window_minutes)
    reason = None
    if minutes == 0:
        reason = "There are no readings in the window."
    elif days < ENOUGH_DAYS:
        reason = f"The window has {days:g} {'day' if days == 1 else 'days'}; {ENOUGH_DAYS} are needed."
    elif active < ENOUGH_PERCENT:
        reason = f"The sensor was active for {active:.1f} % of the window; {ENOUGH_PERCENT:g} % are needed."
    return Sufficiency(reason is None, days, days_with_data, active, reason)

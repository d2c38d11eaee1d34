"""What a clinic looks at first: in which categories each patient is.

Source: the goals of Battelino et al. 2019, doi:10.2337/dci19-0028. Where a set of targets has no goal for a measure,
nobody who has the set is in its category.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.metrics.period_sums import CURRENT, PREVIOUS, Floats, Periods
from analytics.metrics.sufficiency import ENOUGH_DAYS, ENOUGH_PERCENT
from analytics.metrics.targets import COMPARISONS, CV, Goal, Targets

Flags = NDArray[np.bool_]
# By which goal each category is: the share of its measure is on the wrong side of the limit.
BY_GOAL: Final[Mapping[str, str]] = {
    "very_low": "very_low",
    "any_low": "below",
    "low_time_in_range": "target",
    "any_high": "above",
    "very_high": "very_high",
}
CATEGORIES: Final = (
    "very_low",
    "any_low",
    "tir_drop",
    "low_time_in_range",
    "any_high",
    "very_high",
    "extreme_high",
    "low_use",
    "meeting_targets",
    "no_data",
)
DROP_POINTS: Final = 15.0
EXTREME_MG_DL: Final = 350
EXTREME_PERCENT: Final = 1.0


@dataclass(frozen=True, eq=False)
class Looked:
    """What the categories are of: ``active_percent`` of both periods, shape (patients, 2); ``extreme_percent`` above
    350 mg/dL in the current one, shape (patients,), None where nobody asked.
    """

    periods: Periods
    active_percent: Floats
    days: int
    extreme_percent: Floats | None = None

    @property
    def no_data(self) -> Flags:
        """Who has no reading in the current period."""
        found: Flags = self.periods.readings[:, CURRENT] == 0
        return found

    @property
    def sufficient(self) -> Flags:
        """Whose current period is enough for the consensus targets: see sufficiency.py."""
        found: Flags = (self.active_percent[:, CURRENT] >= ENOUGH_PERCENT) & (self.days >= ENOUGH_DAYS) & ~self.no_data
        return found

    @property
    def comparable(self) -> Flags:
        """Whose previous period had the sensor active enough to compare the current one with."""
        found: Flags = (self.active_percent[:, PREVIOUS] >= ENOUGH_PERCENT) & ~self.no_data
        return found

    def change(self, values: Floats) -> Floats:
        """Current minus previous of values of shape (patients, 2); NaN where they cannot be compared."""
        return np.where(self.comparable, values[:, CURRENT] - values[:, PREVIOUS], np.nan)


def categories(looked: Looked, targets: Sequence[Targets]) -> dict[str, Flags]:
    """Who is in each category, shape (patients,) each; a patient may be in several."""
    found = {name: np.zeros(len(targets), dtype=bool) for name in CATEGORIES}
    for rows, one in _alike(targets):
        limits = {goal.measure: goal for goal in one.goals}
        for name, measure in BY_GOAL.items():
            if measure in limits:
                found[name][rows] = _missed(limits[measure], looked.periods.share(measure)[rows, CURRENT])
        found["meeting_targets"][rows] = _all_met(looked.periods, rows, one)
    found["meeting_targets"] &= looked.sufficient
    # Differences of shares are exact but for the last bits.
    found["tir_drop"] = np.round(looked.change(looked.periods.share("target")), 9) <= -DROP_POINTS
    found["low_use"] = looked.active_percent[:, CURRENT] < ENOUGH_PERCENT
    found["no_data"] = looked.no_data
    if looked.extreme_percent is not None:
        found["extreme_high"] = looked.extreme_percent > EXTREME_PERCENT
    return found


def _missed(goal: Goal, percent: Floats) -> Flags:
    """What is looked at: at least the limit of a goal to be below, less than the limit of one to be above."""
    found: Flags = percent < goal.limit if goal.comparison == "above" else percent >= goal.limit
    return found


def _all_met(found: Periods, rows: NDArray[np.intp], targets: Targets) -> Flags:
    met = np.ones(len(rows), dtype=bool)
    for goal in targets.goals:
        values = found.cv_percent if goal.measure == CV else found.share(goal.measure)
        met &= COMPARISONS[goal.comparison](values[rows, CURRENT], goal.limit)
    return met


def _alike(targets: Sequence[Targets]) -> list[tuple[NDArray[np.intp], Targets]]:
    """The positions of the patients who have each targets."""
    places: dict[Targets, list[int]] = {}
    for position, one in enumerate(targets):
        places.setdefault(one, []).append(position)
    return [(np.array(positions, dtype=np.intp), one) for one, positions in places.items()]

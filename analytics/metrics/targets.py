"""Target ranges with their goals: which goals a period meets.

Source: Battelino et al. 2019, doi:10.2337/dci19-0028; the coefficient of variation: Monnier et al. 2017,
doi:10.2337/dc16-1769.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from analytics.metrics.time_in_range import Band, Share, bands

COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "above": operator.gt,
    "below": operator.lt,
    "at_most": operator.le,
}
CV: Final = "cv_percent"
MEASURES: Final = ("target", "below", "very_low", "above", "very_high", CV)


@dataclass(frozen=True, slots=True)
class Goal:
    """``measure`` is a band, whose percentage it is about, or ``cv_percent``; ``limit`` in %."""

    measure: str
    comparison: str
    limit: float


@dataclass(frozen=True, slots=True)
class GoalResult:
    """A goal with what was found, in %; both None where there is too little data."""

    goal: Goal
    value: float | None
    met: bool | None


@dataclass(frozen=True, slots=True)
class Targets:
    """A target range in mg/dL, both ends included, with its goals; ``ranges`` is its name in answers."""

    ranges: str
    low: int
    high: int
    goals: tuple[Goal, ...]

    @property
    def bands(self) -> dict[str, Band]:
        """The consensus bands around the target."""
        return bands(self.low, self.high)


def _goals(limits: Mapping[str, tuple[str, float]]) -> tuple[Goal, ...]:
    stable = {CV: ("at_most", 36.0)}
    return tuple(Goal(measure, *limit) for measure, limit in {**limits, **stable}.items())


T1_T2: Final = Targets(
    "t1_t2",
    70,
    180,
    _goals(
        {
            "target": ("above", 70),
            "below": ("below", 4),
            "very_low": ("below", 1),
            "above": ("below", 25),
            "very_high": ("below", 5),
        }
    ),
)
OLDER_HIGH_RISK: Final = Targets(
    "older_high_risk",
    70,
    180,
    _goals({"target": ("above", 50), "below": ("below", 1), "very_high": ("below", 10)}),
)
PREGNANCY_T1: Final = Targets(
    "pregnancy_t1",
    63,
    140,
    _goals({"target": ("above", 70), "below": ("below", 4), "very_low": ("below", 1), "above": ("below", 25)}),
)
CONSENSUS: Final[Mapping[str, Targets]] = {one.ranges: one for one in (T1_T2, OLDER_HIGH_RISK, PREGNANCY_T1)}
CUSTOM: Final = "custom"
RANGES: Final = (*CONSENSUS, CUSTOM)


def custom_targets(low: int, high: int, limits: Mapping[str, float]) -> Targets:
    """Targets of a patient's own, edges in mg/dL; a goal that no limit is said of is that of type 1 and 2."""
    goals = tuple(replace(goal, limit=limits.get(goal.measure, goal.limit)) for goal in T1_T2.goals)
    return Targets(CUSTOM, low, high, goals)


def goal_results(targets: Targets, shares: Mapping[str, Share], cv_percent: float | None) -> list[GoalResult]:
    """Each goal of the targets against the shares of their bands and the coefficient of variation."""
    found = []
    for goal in targets.goals:
        value = cv_percent if goal.measure == CV else shares[goal.measure].percent
        met = None if value is None else COMPARISONS[goal.comparison](value, goal.limit)
        found.append(GoalResult(goal, value, met))
    return found


def all_met(results: Sequence[GoalResult]) -> bool | None:
    """False as soon as one is missed, None while one cannot be told, True else."""
    met = [one.met for one in results]
    return False if False in met else None if None in met else True

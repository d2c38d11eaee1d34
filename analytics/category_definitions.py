"""What puts a patient into each category of the clinic's overview, in words."""

from dataclasses import dataclass
from typing import Final

from analytics.metrics.categories import DROP_POINTS, EXTREME_MG_DL, EXTREME_PERCENT
from analytics.metrics.sufficiency import ENOUGH_PERCENT


@dataclass(frozen=True, slots=True)
class CategoryDefinition:
    """A category by its name in the overview; ``rule`` is of the current period unless it says otherwise."""

    name: str
    title: str
    rule: str


def _by_goal(name: str, title: str, measure: str, missed: str) -> CategoryDefinition:
    rule = f"time_in_range.{measure} is {missed} the limit of the goal for it; nobody whose targets have no such goal"
    return CategoryDefinition(name, title, rule)


CATEGORY_DEFINITIONS: Final = (
    _by_goal("very_low", "Very low", "very_low", "at or above"),
    _by_goal("any_low", "Low", "below", "at or above"),
    CategoryDefinition(
        "tir_drop",
        "Drop in time in range",
        f"time_in_range.target is at least {DROP_POINTS:g} points less than in the previous period, in which the sensor"
        f" was active for at least {ENOUGH_PERCENT:g} %",
    ),
    _by_goal("low_time_in_range", "Low time in range", "target", "below"),
    _by_goal("any_high", "High", "above", "at or above"),
    _by_goal("very_high", "Very high", "very_high", "at or above"),
    CategoryDefinition(
        "extreme_high",
        "Extremely high",
        f"more than {EXTREME_PERCENT:g} % of the time above {EXTREME_MG_DL} mg/dL; only where it is asked for",
    ),
    CategoryDefinition("low_use", "Low use", f"the sensor was active for less than {ENOUGH_PERCENT:g} %"),
    CategoryDefinition(
        "meeting_targets", "Meeting targets", "every goal of the targets is met, and there are enough data"
    ),
    CategoryDefinition("no_data", "No data", "there is no reading"),
)

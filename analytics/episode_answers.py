"""The episodes answer: each episode and the summary of each kind under the names of the contract. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from analytics.episodes import Episode, summaries
from analytics.metrics import DEFINITIONS_VERSION
from analytics.metrics.sufficiency import Sufficiency
from analytics.statistics import glucose, sufficiency_answer, summaries_answer


def episodes_answer(
    found: Sequence[Episode], enough: Sufficiency, *, days: float, has_data: bool, unit: str
) -> dict[str, Any]:
    """The episodes of a window of so many days in their order, and the summary of every kind."""
    return {
        "unit": unit,
        "definitions": DEFINITIONS_VERSION,
        "sufficiency": sufficiency_answer(enough),
        "summary": summaries_answer(summaries(found, days=days, has_data=has_data)),
        "results": [_episode_answer(one, unit) for one in found],
    }


def _episode_answer(one: Episode, unit: str) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "start": datetime.fromtimestamp(one.start, UTC),
        "end": datetime.fromtimestamp(one.end, UTC),
        "minutes": one.minutes,
        "extreme": glucose(one.extreme, unit),
        "area": glucose(one.area, unit),
        "night": one.night,
    }

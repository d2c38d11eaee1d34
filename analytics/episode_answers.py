"""The episodes answer: each episode and the summary of each kind under the names of the contract. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from analytics.episodes import Episode, Summary
from analytics.statistics import glucose, rounded


def episode_answer(one: Episode, unit: str) -> dict[str, Any]:
    """An episode; its extreme in the unit, and its area in the unit times minutes."""
    return {
        "kind": one.kind,
        "start": datetime.fromtimestamp(one.start, UTC),
        "end": datetime.fromtimestamp(one.end, UTC),
        "minutes": one.minutes,
        "extreme": glucose(one.extreme, unit),
        "area": glucose(one.area, unit),
        "night": one.night,
    }


def summary_answer(kinds: Mapping[str, Summary]) -> dict[str, dict[str, float | None]]:
    """The summary of every kind."""
    return {kind: {name: rounded(value) for name, value in asdict(one).items()} for kind, one in kinds.items()}


def episodes_answer(found: Sequence[Episode], unit: str) -> list[dict[str, Any]]:
    """All of them in their order."""
    return [episode_answer(one, unit) for one in found]

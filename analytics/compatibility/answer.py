"""The statistics as another tool tells them, with every number whose rule is another beside ours."""

from collections.abc import Mapping
from copy import deepcopy
from functools import reduce
from operator import getitem
from typing import Any, Final

from analytics.compatibility.agata import AGATA
from analytics.compatibility.iglu import IGLU
from analytics.compatibility.rules import Tool
from analytics.compatibility.tidepool import TIDEPOOL
from analytics.definitions import BY_NAME, GLUCOSE
from analytics.explain import Known, value_at
from analytics.metrics.time_in_range import Share, time_in_range
from analytics.statistics import goals_answer, rounded, share_answer
from patients.units import GlucoseUnit

TOOLS: Final[Mapping[str, Tool]] = {tool.name: tool for tool in (IGLU, AGATA, TIDEPOOL)}
BANDS: Final = "time_in_range."


def compatible_answer(tool: Tool, ours: Known, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Our answer, which is by time, with the numbers of the tool where it counts by another rule."""
    numbers, theirs = tool.numbers(ours), deepcopy(dict(answer))
    for name, number in numbers.items():
        *path, last = name.split(".")
        reduce(getitem, path, theirs)[last] = _shown(name, number, tool, answer["unit"])
    unknown = tool.not_reproduced(ours.trace)
    return theirs | {
        "compatibility": tool.name,
        "weighting": tool.weighting,
        "goals": _goals(ours, numbers, theirs),
        "differences": [
            {"metric": name, "ours": value_at(answer, name), "theirs": value_at(theirs, name), "why": rule.why}
            for name, rule in tool.rules.items()
            if name not in unknown
        ],
        "not_reproduced": unknown,
    }


def _shown(name: str, number: Any, tool: Tool, unit: str) -> Any:
    if isinstance(number, Share):
        return share_answer(number)
    in_mmol_l = unit == GlucoseUnit.MMOL_L and BY_NAME[name].unit.startswith(GLUCOSE)
    return rounded(number / tool.mg_dl_per_mmol_l if in_mmol_l and number is not None else number)


def _goals(ours: Known, numbers: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Which goals are met by the numbers of the tool."""
    shares = time_in_range(ours.histogram, ours.targets.bands)
    shares |= {name: numbers[f"{BANDS}{name}"] for name in shares if f"{BANDS}{name}" in numbers}
    return goals_answer(ours.targets, shares, numbers.get("cv_percent", theirs["cv_percent"]))

"""What a request says by `compatibility=`, and what does not go with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from analytics.compatibility.answer import TOOLS
from analytics.compatibility.rules import Tool
from analytics.metrics.targets import T1_T2, Targets
from analytics.selectors.targets import targets_for
from api.errors import InvalidInput
from api.schema import query
from patients.models import Patient

COMPATIBILITY: Final = query(
    "compatibility",
    "Another program, by whose rules to count: its edges, weighting and formulas, each difference named with both"
    " values. `explain` stays that of our definitions. Refused with a weighting or ranges that it does not have.",
    enum=tuple(TOOLS),
)


def asked_tool(given: Mapping[str, str]) -> Tool | None:
    """The tool that is asked for; InvalidInput where it is none, or does not count as is asked for too."""
    if "compatibility" not in given:
        return None
    tool = TOOLS.get(given["compatibility"])
    if tool is None:
        raise InvalidInput.parameter("compatibility", f"is not one of {', '.join(TOOLS)}")
    if given.get("weighting", tool.weighting) != tool.weighting:
        raise InvalidInput.parameter(
            "weighting", f"{tool.name} weighs by {tool.weighting}; leave weighting out, or leave compatibility out"
        )
    if given.get("ranges", tool.ranges[0]) not in tool.ranges:
        raise InvalidInput.parameter(
            "ranges", f"{tool.name} has {', '.join(tool.ranges)}; ask for one of them, or leave compatibility out"
        )
    return tool


def targets_of_answer(patient: Patient, asked: str | None, tool: Tool | None, as_of: datetime | None) -> Targets:
    """As without a tool; where nothing is said and the tool does not have those of the patient, the standard ones."""
    targets = targets_for(patient, asked, as_of)
    return targets if tool is None or targets.ranges in tool.ranges else T1_T2

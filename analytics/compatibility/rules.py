"""What is known of another tool: by which rules it counts, and which of our numbers it does not have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from analytics.definitions import BY_NAME, GRID
from analytics.explain import Known
from analytics.metrics.grid import GRID_MINUTES
from analytics.metrics.histogram import Histogram
from analytics.metrics.trace import Trace
from patients.units import MG_DL_PER_MMOL_L

ON_GRID: Final = frozenset(name for name, one in BY_NAME.items() if one.basis == GRID)


@dataclass(frozen=True, slots=True)
class Rule:
    """Why a number of the tool is another, in one sentence, and the number: glucose in mg/dL, a band as its share."""

    why: str
    value: Callable[[Known], Any]


@dataclass(frozen=True)
class Tool:
    """Another program. ``source`` says what its rules were taken from.

    ``ranges`` are the targets that it knows. ``rules`` has the numbers whose rule is another, by their path in the
    answer, ``same`` those that are by our rule. ``prepared`` is what the tool makes of the readings first.
    """

    name: str
    source: str
    weighting: str
    ranges: tuple[str, ...]
    rules: Mapping[str, Rule]
    same: frozenset[str]
    prepared: Callable[[Trace], Trace] = lambda trace: trace
    mg_dl_per_mmol_l: float = MG_DL_PER_MMOL_L

    def known(self, ours: Known) -> Known:
        """What the tool computes its numbers from."""
        by_count = self.weighting == "count"
        return Known(self.prepared(ours.trace), ours.targets, ours.window_minutes, ours.days, by_count)

    def numbers(self, ours: Known) -> dict[str, Any]:
        """The numbers whose rule is another, unrounded; nothing without readings."""
        if len(ours.trace.seconds) == 0:
            return {}
        known, unknown = self.known(ours), set(self.not_reproduced(ours.trace))
        return {name: rule.value(known) for name, rule in self.rules.items() if name not in unknown}

    def not_reproduced(self, trace: Trace) -> list[str]:
        """What the tool does not have, or computes in a way that we do not follow."""
        followed = self.rules.keys() | self.same
        if cadence_minutes(trace) != GRID_MINUTES:
            # The tool's grid has the steps of the sensor; ours has five minutes.
            followed = followed - ON_GRID
        return [name for name in BY_NAME if name not in followed]


def of_readings(metric: Callable[[Histogram], Any]) -> Callable[[Known], Any]:
    """A metric of the values of the readings, weighted as the tool does."""
    return lambda known: metric(known.histogram)


def cadence_minutes(trace: Trace) -> int:
    """The usual distance of neighbouring readings, which tools take for the cadence of all; 5 where none are."""
    if len(trace.seconds) < 2:
        return GRID_MINUTES
    return max(1, round(float(np.median(np.diff(trace.seconds))) / 60))

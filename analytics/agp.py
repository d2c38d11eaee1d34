"""The ambulatory glucose profile: percentiles of glucose by local time of day. Pure.

One computation stands behind the JSON and the drawing. By hours it is smoothed over neighbouring hours with weights
1-4-1, around midnight too; by quarters of an hour it is as found.

Source: Bergenstal et al. 2013, doi:10.1089/dia.2013.0051.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.metrics import DEFINITIONS_VERSION
from analytics.metrics.sufficiency import Sufficiency
from analytics.metrics.targets import Targets
from analytics.metrics.trace import DAY_MINUTES, Trace
from analytics.statistics import DECIMALS, sufficiency_answer, targets_answer
from patients.units import from_mg_dl

PERCENTS: Final = (5, 25, 50, 75, 95)
BIN_MINUTES: Final = (60, 15)
SMOOTHED: Final = 60
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What the readings say by time of day.

    ``n`` is how many readings each bin has, shape (bins,); ``percentiles`` are in mg/dL, shape (bins, 5) in the order
    of PERCENTS, NaN in a bin without readings.
    """

    bin_minutes: int
    n: Ints
    percentiles: Floats
    minutes: int
    days_with_data: int

    @property
    def readings(self) -> int:
        """How many readings there are."""
        return int(self.n.sum())

    @property
    def minute_of_day(self) -> Ints:
        """Where each bin begins on the local clock, shape (bins,)."""
        return np.arange(len(self.n)) * self.bin_minutes


def profile(trace: Trace, *, bin_minutes: int) -> Profile:
    """The profile of readings.

    Each reading counts at the clock time that it was taken at: a day on which the clocks are changed contributes 23 or
    25 hours.
    """
    local = trace.seconds // 60 + trace.utc_offset_minutes
    bins = local % DAY_MINUTES // bin_minutes
    count = DAY_MINUTES // bin_minutes
    found = _percentiles(bins, trace.mg_dl, _weights(bins, trace.cadence_minutes, count), count)
    return Profile(
        bin_minutes,
        np.bincount(bins, minlength=count),
        _smoothed(found) if bin_minutes == SMOOTHED else found,
        trace.minutes,
        trace.days_with_data,
    )


def agp_answer(found: Profile, enough: Sufficiency, *, targets: Targets, unit: str) -> dict[str, Any]:
    """The profile under the names of the contract; glucose values in the unit."""
    return {
        "unit": unit,
        "definitions": DEFINITIONS_VERSION,
        "ranges": targets.ranges,
        "target": targets_answer(targets, unit),
        "bin_minutes": found.bin_minutes,
        "smoothed": found.bin_minutes == SMOOTHED,
        "sufficiency": sufficiency_answer(enough),
        "readings": found.readings,
        "minutes": found.minutes,
        "bins": bin_answers(found, unit),
    }


def bin_answers(found: Profile, unit: str) -> list[dict[str, Any]]:
    """Each bin with its percentiles in the unit, None where it has no readings."""
    names = [f"p{percent}" for percent in PERCENTS]
    values = np.round(from_mg_dl(1.0, unit) * found.percentiles, DECIMALS).tolist()
    return [
        {"minute_of_day": minute, "n": n} | dict(zip(names, row if n else [None] * len(row), strict=True))
        for minute, n, row in zip(found.minute_of_day.tolist(), found.n.tolist(), values, strict=True)
    ]


def _weights(bins: Ints, cadences: Ints, count: int) -> Ints:
    """How often each reading counts: once where those of its bin have one cadence, else for each of its minutes."""
    n = np.bincount(bins, minlength=count)
    total = np.bincount(bins, weights=cadences, minlength=count).astype(np.int64)
    squares = np.bincount(bins, weights=cadences**2, minlength=count).astype(np.int64)
    return np.where((n * squares == total**2)[bins], 1, cadences)


def _percentiles(bins: Ints, mg_dl: Ints, weights: Ints, count: int) -> Floats:
    """Percentiles of type 7 of every bin, as in metrics/percentiles.py, shape (count, 5)."""
    span = int(mg_dl.max(initial=0)) + 1
    histograms = np.bincount(bins * span + mg_dl, weights=weights, minlength=count * span).astype(np.int64)
    # How often something counts up to each value of each bin, all bins one after the other.
    ends = np.cumsum(histograms)
    totals = histograms.reshape(count, span).sum(axis=1)
    rank = np.outer(totals - 1, np.array(PERCENTS) / 100)
    below = np.floor(rank)
    before = (np.cumsum(totals) - totals)[:, None]

    def value_at(place: Floats) -> Ints:
        found: Ints = np.searchsorted(ends, before + place.astype(np.int64), side="right") % span
        return found

    low, high = value_at(below), value_at(np.ceil(rank))
    found: Floats = low + (high - low) * (rank - below)
    found[totals == 0] = np.nan
    return found


def _smoothed(found: Floats) -> Floats:
    """Weights 1-4-1 over the day as a circle; a neighbour without readings has no weight, nor is a bin made up."""
    values, there = np.nan_to_num(found), (~np.isnan(found)).astype(np.int64)

    def around(of: Any) -> Any:
        return np.roll(of, 1, axis=0) + 4 * of + np.roll(of, -1, axis=0)

    weight = around(there)
    return np.where(there, around(values) / np.where(there, weight, 1), np.nan)

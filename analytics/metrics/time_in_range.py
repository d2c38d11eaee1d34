"""Time in ranges, on integer mg/dL.

Source: Battelino et al. 2019, doi:10.2337/dci19-0028.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.metrics.histogram import Histogram

OPEN: Final = 10_000


@dataclass(frozen=True, slots=True)
class Band:
    """Values from ``lowest`` to ``highest`` mg/dL, both included."""

    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Share:
    """What lies in a band: percent of the weight (None without readings), minutes, readings."""

    percent: float | None
    minutes: int
    readings: int


def bands(target_low: int, target_high: int) -> dict[str, Band]:
    """The consensus bands around a target; 54, 140 (tight) and 250 are the same for every target."""
    return {
        "very_low": Band(0, 53),
        "low": Band(54, target_low - 1),
        "target": Band(target_low, target_high),
        "tight_target": Band(70, 140),
        "high": Band(target_high + 1, 250),
        "very_high": Band(251, OPEN),
        "below": Band(0, target_low - 1),
        "above": Band(target_high + 1, OPEN),
    }


STANDARD: Final[Mapping[str, Band]] = bands(70, 180)


def share(histogram: Histogram, band: Band) -> Share:
    """What of the histogram lies in the band."""
    inside = slice(*np.searchsorted(histogram.values, [band.lowest, band.highest + 1]))
    weight = int(histogram.weights[inside].sum())
    return Share(
        100 * weight / histogram.total_weight if histogram.count else None,
        int(histogram.minutes[inside].sum()),
        int(histogram.readings[inside].sum()),
    )


def time_in_range(histogram: Histogram, wanted: Mapping[str, Band]) -> dict[str, Share]:
    """The share of every band."""
    return {name: share(histogram, band) for name, band in wanted.items()}

"""Glycemia risk index.

Source: Klonoff et al. 2023, doi:10.1177/19322968221085273.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.metrics.histogram import Histogram
from analytics.metrics.time_in_range import STANDARD, Band, share

ZONES = "ABCDE"


@dataclass(frozen=True, slots=True)
class GlycemiaRisk:
    """The index from 0 to 100, its zone A to E by twenties, and its two components."""

    index: float
    zone: str
    hypo_component: float
    hyper_component: float


def gri(histogram: Histogram, bands: Mapping[str, Band] = STANDARD) -> GlycemiaRisk | None:
    """min(100, 3.0 VLow + 2.4 Low + 1.6 VHigh + 0.8 High) of percentages; None without readings.

    Hypo component VLow + 0.8 Low, hyper component VHigh + 0.5 High. The bands are the standard ones whatever
    the patient's targets are; tools that put the edges elsewhere have other bands.
    """
    shares = [share(histogram, bands[name]).percent for name in ("very_low", "low", "very_high", "high")]
    very_low, low, very_high, high = (percent or 0.0 for percent in shares)
    if histogram.count == 0:
        return None
    hypo, hyper = very_low + 0.8 * low, very_high + 0.5 * high
    index = min(100.0, 3.0 * hypo + 1.6 * hyper)
    return GlycemiaRisk(index, ZONES[min(max(int(-(-index // 20)) - 1, 0), 4)], hypo, hyper)

"""Percentiles by linear interpolation (type 7 of Hyndman and Fan 1996, doi:10.1080/00031305.1996.10473566)."""

import math

import numpy as np

from analytics.metrics.histogram import Histogram


def percentile_mg_dl(histogram: Histogram, percent: float) -> float | None:
    """The percentile in mg/dL; None without readings.

    Weighted by repeating each reading weight / gcd(weights) times: for one cadence that is once, so the result
    is exactly type 7 of the readings; mixed cadences count as often as the shortest would have measured.
    """
    if histogram.count == 0:
        return None
    times = histogram.weights // _unit(histogram)
    rank = percent / 100 * (int(times.sum()) - 1)
    below = math.floor(rank)
    ends = np.cumsum(times)
    low = float(histogram.values[np.searchsorted(ends, below, side="right")])
    high = float(histogram.values[np.searchsorted(ends, math.ceil(rank), side="right")])
    return low + (high - low) * (rank - below)


def _unit(histogram: Histogram) -> int:
    """The weight of one repetition: the cadence where there is one, else the greatest common divisor."""
    if histogram.by_count:
        return 1
    cadences = histogram.minutes // histogram.readings
    if np.all(histogram.readings * cadences == histogram.minutes) and np.all(cadences == cadences[0]):
        return int(cadences[0])
    return 1

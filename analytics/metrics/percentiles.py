"""Percentiles by linear interpolation (type 7 of Hyndman and Fan 1996, doi:10.1080/00031305.1996.10473566)."""

import math

import numpy as np

from analytics.metrics.histogram import Histogram


def percentile_mg_dl(histogram: Histogram, percent: float) -> float | None:
    """The percentile in mg/dL; None without readings.

    For one cadence each reading counts once, so the result is exactly type 7 of the readings. Where cadences are
    mixed, each reading counts once for every minute that it stands for.
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
    """The weight that counts once: a reading where they weigh the same, else a minute."""
    if histogram.by_count:
        return 1
    cadences = histogram.minutes // histogram.readings
    if np.all(histogram.readings * cadences == histogram.minutes) and np.all(cadences == cadences[0]):
        return int(cadences[0])
    return 1

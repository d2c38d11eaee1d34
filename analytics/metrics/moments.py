"""Mean, standard deviation, coefficient of variation."""

import math

import numpy as np

from analytics.metrics.histogram import Histogram


def mean_mg_dl(histogram: Histogram) -> float | None:
    """Mean glucose in mg/dL, weighted: sum(w x) / sum(w); None without readings."""
    if histogram.count == 0:
        return None
    return float(np.dot(histogram.values, histogram.weights)) / histogram.total_weight


def sd_mg_dl(histogram: Histogram) -> float | None:
    """Standard deviation in mg/dL with n - 1; None below two readings.

    sqrt(sum(w (x - mean)^2) / sum(w) * n / (n - 1)): for one cadence exactly the plain sample deviation.
    """
    count, spread = histogram.count, _spread(histogram)
    return None if spread is None or count < 2 else math.sqrt(spread * count / (count - 1))


def population_sd_mg_dl(histogram: Histogram) -> float | None:
    """Standard deviation in mg/dL with n, which some tools take: sqrt(sum(w (x - mean)^2) / sum(w))."""
    spread = _spread(histogram)
    return None if spread is None else math.sqrt(spread)


def cv_percent(histogram: Histogram) -> float | None:
    """Coefficient of variation: 100 SD / mean, in %; None below two readings."""
    mean, deviation = mean_mg_dl(histogram), sd_mg_dl(histogram)
    return None if mean is None or deviation is None else 100 * deviation / mean


def _spread(histogram: Histogram) -> float | None:
    mean = mean_mg_dl(histogram)
    if mean is None:
        return None
    return float(np.dot((histogram.values - mean) ** 2, histogram.weights)) / histogram.total_weight

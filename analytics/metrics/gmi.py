"""Glucose management indicator."""

from analytics.metrics.histogram import Histogram
from analytics.metrics.moments import mean_mg_dl


def gmi_percent(histogram: Histogram) -> float | None:
    """3.31 + 0.02392 mean, in % HbA1c; None without readings.

    Source: Bergenstal et al. 2018, doi:10.2337/dc18-1581.
    """
    mean = mean_mg_dl(histogram)
    return None if mean is None else 3.31 + 0.02392 * mean

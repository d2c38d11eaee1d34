"""Estimated HbA1c."""

from analytics.metrics.histogram import Histogram
from analytics.metrics.moments import mean_mg_dl


def ea1c_percent(histogram: Histogram) -> float | None:
    """(mean + 46.7) / 28.7, in % HbA1c; None without readings.

    Source: Nathan et al. 2008, doi:10.2337/dc08-0545.
    """
    mean = mean_mg_dl(histogram)
    return None if mean is None else (mean + 46.7) / 28.7

"""Glucose management indicator.

Source: Bergenstal et al. 2018, doi:10.2337/dc18-1581.
"""

from typing import Final

from analytics.metrics.histogram import Histogram
from analytics.metrics.moments import mean_mg_dl

GMI_INTERCEPT: Final = 3.31
GMI_SLOPE: Final = 0.02392


def gmi_percent(histogram: Histogram) -> float | None:
    """3.31 + 0.02392 mean, in % HbA1c; None without readings."""
    mean = mean_mg_dl(histogram)
    return None if mean is None else GMI_INTERCEPT + GMI_SLOPE * mean

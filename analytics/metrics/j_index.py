"""J-index."""

from analytics.metrics.histogram import Histogram
from analytics.metrics.moments import mean_mg_dl, sd_mg_dl


def j_index(histogram: Histogram) -> float | None:
    """0.001 (mean + SD)^2 of mg/dL; None below two readings.

    Source: Wojcicki 1995, doi:10.1055/s-2007-979906.
    """
    mean, deviation = mean_mg_dl(histogram), sd_mg_dl(histogram)
    return None if mean is None or deviation is None else 0.001 * (mean + deviation) ** 2

"""M-value."""

from typing import Final

import numpy as np

from analytics.metrics.histogram import Histogram

M_VALUE_REFERENCE_MG_DL: Final = 90


def m_value(histogram: Histogram, reference_mg_dl: float = M_VALUE_REFERENCE_MG_DL) -> float | None:
    """Mean of 1000 |log10(g / reference)|^3, weighted; None without readings.

    Tools differ in the reference (80, 90, 100, 120 mg/dL), so an answer names it. The correction for the range of
    values that the source adds is for a few readings a day and left out.

    Source: Schlichtkrull et al. 1965, doi:10.1111/j.0954-6820.1965.tb01810.x.
    """
    if histogram.count == 0:
        return None
    away = 1000 * np.abs(np.log10(histogram.values / reference_mg_dl)) ** 3
    return float(np.dot(away, histogram.weights)) / histogram.total_weight

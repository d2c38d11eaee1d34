"""Average daily risk range."""

import numpy as np

from analytics.metrics.blood_glucose_risk import transformed
from analytics.metrics.grid import Ints


def adrr(local_days: Ints, mg_dl: Ints) -> float | None:
    """Mean over local days of max(10 f^2 where f < 0) + max(10 f^2 where f > 0); None without readings.

    ``local_days`` is the day of each reading, in any numbering and order. Days weigh alike, and a maximum does not
    depend on the cadence, so both weightings give the same.

    Source: Kovatchev et al. 2006, doi:10.2337/dc06-1085.
    """
    if len(mg_dl) == 0:
        return None
    days, index = np.unique(local_days, return_inverse=True)
    symmetric = transformed(mg_dl)
    low, high = np.zeros(len(days)), np.zeros(len(days))
    np.maximum.at(low, index, -symmetric)
    np.maximum.at(high, index, symmetric)
    return 10 * float((low**2 + high**2).mean())

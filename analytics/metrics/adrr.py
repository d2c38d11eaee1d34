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
    days, index = np.unique(local_days[firsts := _runs(local_days)], return_inverse=True)
    # f rises with glucose, so the extremes of a day have its extremes.
    lowest, highest = np.full(len(days), mg_dl.max()), np.full(len(days), mg_dl.min())
    np.minimum.at(lowest, index, np.minimum.reduceat(mg_dl, firsts))
    np.maximum.at(highest, index, np.maximum.reduceat(mg_dl, firsts))
    low, high = np.minimum(transformed(lowest), 0), np.maximum(transformed(highest), 0)
    return 10 * float((low**2 + high**2).mean())


def _runs(local_days: Ints) -> Ints:
    """Where readings of another day begin; a day comes twice where somebody travelled."""
    return np.concatenate(([0], np.flatnonzero(np.diff(local_days)) + 1))

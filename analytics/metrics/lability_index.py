"""Lability index."""

import numpy as np

from analytics.metrics.grid import Grid
from patients.units import MG_DL_PER_MMOL_L


def lability_index(grid: Grid) -> float | None:
    """Mean of (g(t) - g(t - 1 h))^2 / 1 h over the grid, in (mmol/L)^2/h; None where no points are an hour apart.

    The source sums it over a week of hours: 168 times this, where nothing is missing. A mean depends neither on the
    length of the window, nor on gaps, nor on the minute at which the hours begin.

    Source: Ryan et al. 2004, doi:10.2337/diabetes.53.4.955.
    """
    changes = grid.changes(60) / MG_DL_PER_MMOL_L
    return float(np.square(changes).mean()) if len(changes) else None

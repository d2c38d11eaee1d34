"""Lability index."""

from typing import Final

import numpy as np

from analytics.metrics.grid import Grid
from patients.units import MG_DL_PER_MMOL_L

HOURS_OF_A_WEEK: Final = 7 * 24


def lability_index(grid: Grid) -> float | None:
    """sum(dg^2 / dt) of a week with dt one hour, in (mmol/L)^2/h per week; None where no points are an hour apart.

    168 times the mean of (g(t) - g(t - 1 h))^2 / 1 h over the grid, so that neither the length of the window, nor
    gaps, nor the minute at which the hours begin matter.

    Source: Ryan et al. 2004, doi:10.2337/diabetes.53.4.955.
    """
    changes = grid.changes(60) / MG_DL_PER_MMOL_L
    return HOURS_OF_A_WEEK * float(np.square(changes).mean()) if len(changes) else None

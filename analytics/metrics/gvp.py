"""Glycemic variability percentage."""

import numpy as np

from analytics.metrics.grid import GRID_MINUTES, Grid


def gvp_percent(grid: Grid) -> float | None:
    """(sum sqrt(dt^2 + dg^2) / sum dt - 1) 100 over steps of the grid, in %; None without a step.

    How much longer the line is than a flat one, with dt in minutes and dg in mg/dL whatever the unit of the answer is.

    Source: Peyser et al. 2018, doi:10.1089/dia.2017.0187.
    """
    changes = grid.changes(GRID_MINUTES)
    if len(changes) == 0:
        return None
    return 100 * (float(np.hypot(changes, GRID_MINUTES).mean()) / GRID_MINUTES - 1)

"""Mean absolute glucose change."""

import numpy as np

from analytics.metrics.grid import GRID_MINUTES, Grid


def mag_mg_dl_per_hour(grid: Grid) -> float | None:
    """sum |dg| / hours over steps of the grid, in mg/dL per hour; None without a step.

    The hours are those of the steps: time without readings is not counted as time without change.

    Source: Hermanides et al. 2010, doi:10.1097/CCM.0b013e3181cc4be9.
    """
    changes = grid.changes(GRID_MINUTES)
    return float(np.abs(changes).mean()) * 60 / GRID_MINUTES if len(changes) else None

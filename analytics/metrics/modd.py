"""Mean of daily differences."""

import numpy as np

from analytics.metrics.grid import Grid


def modd_mg_dl(grid: Grid) -> float | None:
    """Mean of |g(t) - g(t - 24 h)| over the grid, in mg/dL; None where no two points are a day apart.

    Source: Molnar et al. 1972, doi:10.1007/BF01218495.
    """
    changes = grid.changes(24 * 60)
    return float(np.abs(changes).mean()) if len(changes) else None

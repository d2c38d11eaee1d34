"""Continuous overlapping net glycemic action."""

from typing import Final

from analytics.metrics.grid import Grid

CONGA_HOURS: Final = 24


def conga_mg_dl(grid: Grid, hours: int = CONGA_HOURS) -> float | None:
    """Standard deviation (n - 1) of g(t) - g(t - hours) over the grid, in mg/dL; None below two such changes.

    Tools differ in the hours, so an answer names them: ``conga_24``.

    Source: McDonnell et al. 2005, doi:10.1089/dia.2005.7.253.
    """
    changes = grid.changes(hours * 60)
    return float(changes.std(ddof=1)) if len(changes) > 1 else None

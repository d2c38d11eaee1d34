"""Every metric that depends on the order of readings, from their arrays in one call."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.metrics.adrr import adrr
from analytics.metrics.conga import conga_mg_dl
from analytics.metrics.grid import grid
from analytics.metrics.gvp import gvp_percent
from analytics.metrics.lability_index import lability_index
from analytics.metrics.mag import mag_mg_dl_per_hour
from analytics.metrics.mage import mage
from analytics.metrics.modd import modd_mg_dl
from analytics.metrics.sufficiency import record_active_percent

DAY_SECONDS: Final = 86_400
Column = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class SequenceMetrics:
    """Each as its own module says, or None; mage, modd and conga_24 in mg/dL, mag in mg/dL per hour."""

    mage: float | None
    mage_plus: float | None
    mage_minus: float | None
    modd: float | None
    conga_24: float | None
    gvp_percent: float | None
    mag: float | None
    li: float | None
    adrr: float | None
    record_active_percent: float | None


def sequence_metrics(
    times: Column, utc_offset_minutes: Column, mg_dl: Column, cadence_minutes: Column
) -> SequenceMetrics:
    """From readings in the order of time, shape (n,) each; ``times`` are seconds since 1970 in UTC, all different.

    On the grid each five minutes count once whatever the cadence was, so these are weighted by time only.
    """
    # Columns come in as few bytes as the database keeps; an offset in seconds does not fit into two.
    times, utc_offset_minutes, mg_dl, cadence_minutes = (
        np.asarray(column, dtype=np.int64) for column in (times, utc_offset_minutes, mg_dl, cadence_minutes)
    )
    points = grid(times, utc_offset_minutes, mg_dl)
    excursions = mage(points)
    return SequenceMetrics(
        mage=excursions.mean if excursions else None,
        mage_plus=excursions.plus if excursions else None,
        mage_minus=excursions.minus if excursions else None,
        modd=modd_mg_dl(points),
        conga_24=conga_mg_dl(points),
        gvp_percent=gvp_percent(points),
        mag=mag_mg_dl_per_hour(points),
        li=lability_index(points),
        adrr=adrr((times + 60 * utc_offset_minutes) // DAY_SECONDS, mg_dl),
        record_active_percent=record_active_percent(times, cadence_minutes),
    )

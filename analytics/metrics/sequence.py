"""Every metric that depends on the order of readings, in one call."""

from dataclasses import dataclass

from analytics.metrics.adrr import adrr
from analytics.metrics.conga import conga_mg_dl
from analytics.metrics.gvp import gvp_percent
from analytics.metrics.lability_index import lability_index
from analytics.metrics.mag import mag_mg_dl_per_hour
from analytics.metrics.mage import mage
from analytics.metrics.modd import modd_mg_dl
from analytics.metrics.sufficiency import record_active_percent
from analytics.metrics.trace import Trace


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


def sequence_metrics(trace: Trace) -> SequenceMetrics:
    """On the grid each five minutes count once whatever the cadence was, so these are weighted by time only."""
    points = trace.grid
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
        adrr=adrr(trace.local_days, trace.mg_dl),
        record_active_percent=record_active_percent(trace.seconds, trace.cadence_minutes),
    )

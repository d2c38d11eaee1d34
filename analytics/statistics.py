"""The statistics answer: metrics of a histogram under the names of the contract. Pure."""

from typing import Any

from analytics.metrics import DEFINITIONS_VERSION
from analytics.metrics.blood_glucose_risk import hbgi, lbgi
from analytics.metrics.ea1c import ea1c_percent
from analytics.metrics.gmi import gmi_percent
from analytics.metrics.gri import gri
from analytics.metrics.histogram import Histogram
from analytics.metrics.j_index import j_index
from analytics.metrics.moments import cv_percent, mean_mg_dl, sd_mg_dl
from analytics.metrics.percentiles import percentile_mg_dl
from analytics.metrics.sufficiency import Sufficiency
from analytics.metrics.targets import Targets
from analytics.metrics.time_in_range import Share, time_in_range
from patients.units import from_mg_dl

DECIMALS = 6


def statistics_answer(histogram: Histogram, sufficiency: Sufficiency, *, targets: Targets, unit: str) -> dict[str, Any]:
    """Every metric that derives from the histogram; glucose values in the unit, null where there is none."""
    shares = time_in_range(histogram, targets.bands)
    return {
        "unit": unit,
        "definitions": DEFINITIONS_VERSION,
        "ranges": targets.ranges,
        "weighting": "count" if histogram.by_count else "time",
        "sufficiency": sufficiency_answer(sufficiency),
        "readings": histogram.count,
        "minutes": histogram.total_minutes,
        **_central(histogram, unit),
        "gmi_percent": rounded(gmi_percent(histogram)),
        "ea1c_percent": rounded(ea1c_percent(histogram)),
        "time_in_range": {name: share_answer(share) for name, share in shares.items()},
        "risk": _risk(histogram),
        "variability": {"j_index": rounded(j_index(histogram))},
    }


def sufficiency_answer(sufficiency: Sufficiency) -> dict[str, Any]:
    """Whether there is enough data, and why not."""
    return {
        "sufficient": sufficiency.sufficient,
        "days": rounded(sufficiency.days),
        "days_with_data": sufficiency.days_with_data,
        "active_percent": rounded(sufficiency.active_percent),
        "reason": sufficiency.reason,
    }


def share_answer(share: Share) -> dict[str, Any]:
    """A band's share."""
    return {"percent": rounded(share.percent), "minutes": share.minutes, "readings": share.readings}


def rounded(value: float | None) -> float | None:
    """Six decimals, which is for the eye: nothing is computed from it."""
    return None if value is None else round(value, DECIMALS)


def glucose(mg_dl: float | None, unit: str) -> float | None:
    """A glucose value, or a difference of such, in the unit."""
    return None if mg_dl is None else rounded(from_mg_dl(mg_dl, unit))


def _central(histogram: Histogram, unit: str) -> dict[str, Any]:
    empty = histogram.count == 0
    return {
        "mean": glucose(mean_mg_dl(histogram), unit),
        "median": glucose(percentile_mg_dl(histogram, 50), unit),
        "sd": glucose(sd_mg_dl(histogram), unit),
        "cv_percent": rounded(cv_percent(histogram)),
        "min": None if empty else glucose(int(histogram.values[0]), unit),
        "max": None if empty else glucose(int(histogram.values[-1]), unit),
        "q1": glucose(percentile_mg_dl(histogram, 25), unit),
        "q3": glucose(percentile_mg_dl(histogram, 75), unit),
    }


def _risk(histogram: Histogram) -> dict[str, Any]:
    found = gri(histogram)
    return {
        "gri": rounded(found.index) if found else None,
        "gri_zone": found.zone if found else None,
        "gri_hypo_component": rounded(found.hypo_component) if found else None,
        "gri_hyper_component": rounded(found.hyper_component) if found else None,
        "lbgi": rounded(lbgi(histogram)),
        "hbgi": rounded(hbgi(histogram)),
    }

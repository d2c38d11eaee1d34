"""The statistics answer: every metric of a trace under the names of the contract. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from analytics.episodes import Summary, episodes_of, summaries
from analytics.metrics import DEFINITIONS_VERSION
from analytics.metrics.blood_glucose_risk import hbgi, lbgi
from analytics.metrics.ea1c import ea1c_percent
from analytics.metrics.gmi import gmi_percent
from analytics.metrics.grade import grade
from analytics.metrics.gri import gri
from analytics.metrics.histogram import Histogram
from analytics.metrics.j_index import j_index
from analytics.metrics.m_value import M_VALUE_REFERENCE_MG_DL, m_value
from analytics.metrics.moments import cv_percent, mean_mg_dl, sd_mg_dl
from analytics.metrics.percentiles import percentile_mg_dl
from analytics.metrics.sequence import SequenceMetrics, sequence_metrics
from analytics.metrics.sufficiency import Sufficiency
from analytics.metrics.targets import Targets, all_met, goal_results
from analytics.metrics.time_in_range import Share, time_in_range
from analytics.metrics.trace import Trace
from patients.units import from_mg_dl

DECIMALS = 6


def statistics_answer(
    trace: Trace, enough: Sufficiency, *, days: float, targets: Targets, unit: str, by_count: bool
) -> dict[str, Any]:
    """Every metric of a window of so many days; glucose values in the unit, null where there is none."""
    histogram, ordered = trace.histogram(by_count=by_count), sequence_metrics(trace)
    shares = time_in_range(histogram, targets.bands)
    kinds = summaries(episodes_of(trace), days=days, has_data=histogram.count > 0)
    return {
        **form_answer(targets, unit, by_count=by_count),
        "compatibility": None,
        "sufficiency": sufficiency_answer(enough) | {"record_active_percent": rounded(ordered.record_active_percent)},
        "readings": histogram.count,
        "minutes": histogram.total_minutes,
        **central_answer(histogram, unit),
        "gmi_percent": rounded(gmi_percent(histogram)),
        "ea1c_percent": rounded(ea1c_percent(histogram)),
        "time_in_range": {name: share_answer(share) for name, share in shares.items()},
        "goals": goals_answer(targets, shares, cv_percent(histogram)),
        "risk": _risk(histogram, ordered),
        "variability": _variability(histogram, ordered, unit),
        "episodes": summaries_answer(kinds),
    }


def form_answer(targets: Targets, unit: str, *, by_count: bool) -> dict[str, Any]:
    """What numbers are told by: the unit, the version of the definitions, the targets, and what readings weigh."""
    return {
        "unit": unit,
        "definitions": DEFINITIONS_VERSION,
        "ranges": targets.ranges,
        "targets": targets_answer(targets, unit),
        "weighting": "count" if by_count else "time",
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


def targets_answer(targets: Targets, unit: str) -> dict[str, Any]:
    """The target range in the unit, both ends included."""
    return {"low": glucose(targets.low, unit), "high": glucose(targets.high, unit)}


def goals_answer(targets: Targets, shares: Mapping[str, Share], cv: float | None) -> dict[str, Any]:
    """Which goals of the targets are met."""
    results = goal_results(targets, shares, cv)
    return {
        "met": all_met(results),
        "results": [asdict(one.goal) | {"value": rounded(one.value), "met": one.met} for one in results],
    }


def share_answer(share: Share) -> dict[str, Any]:
    """A band's share."""
    return {"percent": rounded(share.percent), "minutes": share.minutes, "readings": share.readings}


def summaries_answer(kinds: Mapping[str, Summary]) -> dict[str, Any]:
    """How often each kind of episode occurred."""
    return {kind: {name: rounded(value) for name, value in asdict(one).items()} for kind, one in kinds.items()}


def central_answer(histogram: Histogram, unit: str) -> dict[str, Any]:
    """Where the values lie, and how far apart."""
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


def rounded(value: float | None) -> float | None:
    """Six decimals, which is for the eye: nothing is computed from it."""
    return None if value is None else round(value, DECIMALS)


def glucose(mg_dl: float | None, unit: str) -> float | None:
    """A glucose value, or a difference of such, in the unit."""
    return None if mg_dl is None else rounded(from_mg_dl(mg_dl, unit))


def _risk(histogram: Histogram, ordered: SequenceMetrics) -> dict[str, Any]:
    found = gri(histogram)
    return {
        "gri": rounded(found.index) if found else None,
        "gri_zone": found.zone if found else None,
        "gri_hypo_component": rounded(found.hypo_component) if found else None,
        "gri_hyper_component": rounded(found.hyper_component) if found else None,
        "lbgi": rounded(lbgi(histogram)),
        "hbgi": rounded(hbgi(histogram)),
        "adrr": rounded(ordered.adrr),
    }


def _variability(histogram: Histogram, ordered: SequenceMetrics, unit: str) -> dict[str, Any]:
    graded = grade(histogram)
    return {
        "mage": glucose(ordered.mage, unit),
        "mage_plus": glucose(ordered.mage_plus, unit),
        "mage_minus": glucose(ordered.mage_minus, unit),
        "modd": glucose(ordered.modd, unit),
        "conga_24": glucose(ordered.conga_24, unit),
        "gvp_percent": rounded(ordered.gvp_percent),
        "mag": glucose(ordered.mag, unit),
        "j_index": rounded(j_index(histogram)),
        "li": rounded(ordered.li),
        "m_value": rounded(m_value(histogram)),
        "m_value_reference": glucose(M_VALUE_REFERENCE_MG_DL, unit),
        "grade": rounded(graded.score) if graded else None,
        "grade_hypo_percent": rounded(graded.hypo_percent) if graded else None,
        "grade_eu_percent": rounded(graded.eu_percent) if graded else None,
        "grade_hyper_percent": rounded(graded.hyper_percent) if graded else None,
    }

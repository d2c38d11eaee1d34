"""Why a number is what it is: what went into each number of the statistics, so that anybody can do it again by hand.

Inputs are in mg/dL, whatever the unit of the answer is. Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

import numpy as np

from analytics.definitions import BY_NAME, GLUCOSE, RULES
from analytics.episodes import KINDS
from analytics.metrics.adrr import adrr
from analytics.metrics.blood_glucose_risk import transformed
from analytics.metrics.conga import CONGA_HOURS
from analytics.metrics.grid import GRID_MINUTES, STEP_SECONDS
from analytics.metrics.histogram import Histogram
from analytics.metrics.m_value import M_VALUE_REFERENCE_MG_DL
from analytics.metrics.mage import segments
from analytics.metrics.moments import mean_mg_dl, sd_mg_dl
from analytics.metrics.targets import Targets
from analytics.metrics.time_in_range import STANDARD, Band, share
from analytics.metrics.trace import Trace
from analytics.statistics import rounded
from patients.units import MG_DL_PER_MMOL_L

CADENCES: Final = (1, 5, 15)
Inputs = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What the inputs of every number are taken from."""

    trace: Trace
    targets: Targets
    window_minutes: float
    days: float
    by_count: bool

    @cached_property
    def histogram(self) -> Histogram:
        """How often each value occurs."""
        return self.trace.histogram(by_count=self.by_count)

    def weighted(self, values: Any) -> float:
        """Sum of the weight times a value for each value of the histogram."""
        return float(np.dot(values, self.histogram.weights))


def explanation(known: Known, answer: Mapping[str, Any], *, excluded: int, excluded_minutes: int) -> dict[str, Any]:
    """Of a statistics answer: what its readings are, and the formula, inputs and value of each of its numbers."""
    return {
        "rules": list(RULES),
        "readings": _readings(known.trace, excluded, excluded_minutes),
        "grid": _grid(known.trace),
        "histogram": {
            "mg_dl": known.histogram.values.tolist(),
            "readings": known.histogram.readings.tolist(),
            "minutes": known.histogram.minutes.tolist(),
        },
        "metrics": [_metric(name, known, answer) for name in BY_NAME],
    }


def _metric(name: str, known: Known, answer: Mapping[str, Any]) -> dict[str, Any]:
    definition, inputs = BY_NAME[name], INPUTS[name]
    return {
        "name": name,
        "title": definition.title,
        "value": value_at(answer, name),
        "unit": definition.unit.replace(GLUCOSE, answer["unit"]),
        "basis": definition.basis,
        "formula": definition.formula,
        "null_when": definition.null_when,
        "inputs": inputs(known) if known.histogram.count else {},
        "source": definition.source,
    }


def value_at(answer: Mapping[str, Any], name: str) -> Any:
    """The number of a definition in the answer: of a band its percentage, of a kind of episodes their count."""
    found: Any = answer
    for part in name.split("."):
        found = found[part]
    return found.get("percent", found.get("count")) if isinstance(found, dict) else found


def _readings(trace: Trace, excluded: int, excluded_minutes: int) -> dict[str, Any]:
    known = len(trace.seconds) > 0
    return {
        "used": len(trace.seconds),
        "minutes": trace.minutes,
        "excluded": excluded,
        "excluded_minutes": excluded_minutes,
        "first": datetime.fromtimestamp(int(trace.seconds[0]), UTC) if known else None,
        "last": datetime.fromtimestamp(int(trace.seconds[-1]), UTC) if known else None,
        "by_cadence_minutes": {str(one): int((trace.cadence_minutes == one).sum()) for one in CADENCES},
    }


def _grid(trace: Trace) -> dict[str, Any]:
    points = trace.grid
    at = points.start + STEP_SECONDS * np.flatnonzero(np.isfinite(points.values))
    between = ~np.isin(at, trace.seconds)
    after = np.searchsorted(trace.seconds, at[between])
    apart = trace.seconds[after] - trace.seconds[after - 1]
    # A reading on time is about one cadence after the last: more than one and a half, and one is missing.
    bridged = int((2 * apart > 3 * 60 * trace.cadence_minutes[after]).sum())
    return {
        "points": len(points.values),
        "points_with_value": len(at),
        "interpolated": int(between.sum()),
        "interpolated_percent": rounded(100 * float(between.mean())) if len(at) else None,
        "bridged": bridged,
        "bridged_percent": rounded(100 * bridged / len(at)) if len(at) else None,
    }


def _nothing(known: Known) -> Inputs:
    return {}


def _count(known: Known) -> Inputs:
    return {"readings": known.histogram.count}


def _mean(known: Known) -> Inputs:
    return {"sum_w_g": known.weighted(known.histogram.values), "sum_w": known.histogram.total_weight}


def _of_mean(known: Known) -> Inputs:
    return {"mean": mean_mg_dl(known.histogram)}


def _sd(known: Known) -> Inputs:
    mean = known.weighted(known.histogram.values) / known.histogram.total_weight
    return {
        "mean": mean,
        "sum_w_squared_deviation": known.weighted((known.histogram.values - mean) ** 2),
        "sum_w": known.histogram.total_weight,
        "n": known.histogram.count,
    }


def _of_mean_and_sd(known: Known) -> Inputs:
    return {"mean": mean_mg_dl(known.histogram), "sd": sd_mg_dl(known.histogram)}


def _window(known: Known) -> Inputs:
    return {"minutes": known.histogram.total_minutes, "minutes_of_window": known.window_minutes}


def _record(known: Known) -> Inputs:
    trace = known.trace
    length = int(trace.seconds[-1] - trace.seconds[0]) / 60 + int(trace.cadence_minutes[-1])
    return {"minutes": trace.minutes, "minutes_of_record": length}


def _band(name: str) -> Callable[[Known], Inputs]:
    def inputs(known: Known) -> Inputs:
        band = known.targets.bands[name]
        found = share(known.histogram, band)
        weight = found.readings if known.by_count else found.minutes
        return {
            "lowest": band.lowest,
            "highest": band.highest,
            "sum_w_inside": weight,
            "sum_w": known.histogram.total_weight,
        }

    return inputs


def _gri(known: Known) -> Inputs:
    names = {"very_low": "VLow", "low": "Low", "high": "High", "very_high": "VHigh"}
    return {title: share(known.histogram, STANDARD[name]).percent for name, title in names.items()}


def _risk(side: int) -> Callable[[Known], Inputs]:
    def inputs(known: Known) -> Inputs:
        one_side = np.clip(side * transformed(known.histogram.values), 0, None)
        return {"sum_w_risk": known.weighted(10 * one_side**2), "sum_w": known.histogram.total_weight}

    return inputs


def _adrr(known: Known) -> Inputs:
    days, values = known.trace.local_days, known.trace.mg_dl
    ranges = [adrr(days[days == day], values[days == day]) for day in np.unique(days)]
    return {"range_of_each_day": [rounded(one) for one in ranges]}


def _mage(known: Known) -> Inputs:
    parts = segments(known.trace.grid)
    return {
        "segments": [
            {
                "hours": one.steps * GRID_MINUTES / 60,
                "sd": rounded(one.deviation),
                "rises": [rounded(height) for height in one.rises],
                "falls": [rounded(height) for height in one.falls],
            }
            for one in parts
        ]
    }


def _modd(known: Known) -> Inputs:
    changes = known.trace.grid.changes(24 * 60)
    return {"sum_absolute_change": float(np.abs(changes).sum()), "pairs": len(changes)}


def _conga(known: Known) -> Inputs:
    changes = known.trace.grid.changes(60 * CONGA_HOURS)
    return {"sum_change": float(changes.sum()), "sum_squared_change": float((changes**2).sum()), "n": len(changes)}


def _gvp(known: Known) -> Inputs:
    changes = known.trace.grid.changes(GRID_MINUTES)
    return {"sum_length": float(np.hypot(changes, GRID_MINUTES).sum()), "sum_dt": GRID_MINUTES * len(changes)}


def _mag(known: Known) -> Inputs:
    changes = known.trace.grid.changes(GRID_MINUTES)
    return {"sum_absolute_change": float(np.abs(changes).sum()), "hours": len(changes) * GRID_MINUTES / 60}


def _li(known: Known) -> Inputs:
    changes = known.trace.grid.changes(60) / MG_DL_PER_MMOL_L
    return {"sum_squared_change_mmol_l": float((changes**2).sum()), "pairs": len(changes)}


def _m_value(known: Known) -> Inputs:
    away = 1000 * np.abs(np.log10(known.histogram.values / M_VALUE_REFERENCE_MG_DL)) ** 3
    return {"sum_w_score": known.weighted(away), "sum_w": known.histogram.total_weight}


def _grade(band: Band) -> Callable[[Known], Inputs]:
    def inputs(known: Known) -> Inputs:
        values = known.histogram.values
        score = np.minimum(50, 425 * (np.log10(np.log10(values / 18)) + 0.16) ** 2)
        inside = np.where((values >= band.lowest) & (values <= band.highest), score, 0)
        return {
            "sum_w_score_inside": known.weighted(inside),
            "sum_w_score": known.weighted(score),
            "sum_w": known.histogram.total_weight,
        }

    return inputs


def _episodes(kind: str) -> Callable[[Known], Inputs]:
    (rule,) = (one for one in KINDS if one.name == kind)
    return lambda known: {"edge": rule.edge_mg_dl, "points": rule.points, "days": known.days}


INPUTS: Final[Mapping[str, Callable[[Known], Inputs]]] = {
    "sufficiency.active_percent": _window,
    "sufficiency.record_active_percent": _record,
    "mean": _mean,
    "median": _count,
    "q1": _count,
    "q3": _count,
    "sd": _sd,
    "cv_percent": _of_mean_and_sd,
    "min": _count,
    "max": _count,
    "gmi_percent": _of_mean,
    "ea1c_percent": _of_mean,
    **{f"time_in_range.{name}": _band(name) for name in STANDARD},
    **{f"risk.{name}": _gri for name in ("gri", "gri_zone", "gri_hypo_component", "gri_hyper_component")},
    "risk.lbgi": _risk(-1),
    "risk.hbgi": _risk(1),
    "risk.adrr": _adrr,
    **{f"variability.{name}": _mage for name in ("mage", "mage_plus", "mage_minus")},
    "variability.modd": _modd,
    "variability.conga_24": _conga,
    "variability.gvp_percent": _gvp,
    "variability.mag": _mag,
    "variability.j_index": _of_mean_and_sd,
    "variability.li": _li,
    "variability.m_value": _m_value,
    "variability.m_value_reference": _nothing,
    "variability.grade": _grade(Band(0, 10_000)),
    "variability.grade_hypo_percent": _grade(Band(0, 69)),
    "variability.grade_eu_percent": _grade(Band(70, 140)),
    "variability.grade_hyper_percent": _grade(Band(141, 10_000)),
    **{f"episodes.{kind.name}": _episodes(kind.name) for kind in KINDS},
}

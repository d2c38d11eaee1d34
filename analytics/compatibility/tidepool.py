"""Tidepool's backend: the summaries of its platform, which are in mmol/L. Its front end counts otherwise."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.compatibility.rules import Rule, Tool, of_readings
from analytics.explain import Known
from analytics.metrics.histogram import Histogram
from analytics.metrics.targets import OLDER_HIGH_RISK, T1_T2
from analytics.metrics.time_in_range import OPEN, Band, share
from analytics.metrics.trace import Trace

MG_DL_PER_MMOL_L: Final = 18.01559
DECIMALS: Final = 5
HOUR_SECONDS: Final = 3600
# How much too early a reading may come and count.
EARLY_SECONDS: Final = 10


def mmol_l(mg_dl: Any) -> NDArray[np.float64]:
    """As the backend keeps values: five decimals, a half upwards; shape as given."""
    kept: NDArray[np.float64] = np.floor(np.asarray(mg_dl) / MG_DL_PER_MMOL_L * 10**DECIMALS + 0.5) / 10**DECIMALS
    return kept


WHOLE: Final = mmol_l(np.arange(OPEN + 1))
# The highest mg/dL below 3.0 and 3.9 mmol/L, and those up to 10.0 and 13.9.
VERY_LOW, LOW = (int(np.searchsorted(WHOLE, edge, side="left")) - 1 for edge in (3.0, 3.9))
TARGET, HIGH = (int(np.searchsorted(WHOLE, edge, side="right")) - 1 for edge in (10.0, 13.9))
BANDS: Final = {
    "very_low": Band(0, VERY_LOW),
    "low": Band(VERY_LOW + 1, LOW),
    "target": Band(LOW + 1, TARGET),
    "high": Band(TARGET + 1, HIGH),
    "very_high": Band(HIGH + 1, OPEN),
    "below": Band(0, LOW),
    "above": Band(TARGET + 1, OPEN),
}


def without_early(trace: Trace) -> Trace:
    """Without readings that come before the one before them has run out; each hour of UTC begins anew."""
    hours, early_from = trace.seconds // HOUR_SECONDS, 60 * trace.cadence_minutes - EARLY_SECONDS
    suspect = (np.diff(trace.seconds) < early_from[:-1]) & (np.diff(hours) == 0)
    if not suspect.any():
        return trace
    kept: list[int] = []
    for place, second in enumerate(trace.seconds.tolist()):
        before = kept[-1] if kept else None
        if before is None or hours[before] != hours[place] or second - trace.seconds[before] >= early_from[before]:
            kept.append(place)
    return trace.where(np.array(kept, dtype=np.int64))


def _mean_mmol_l(histogram: Histogram) -> float:
    return float(np.dot(mmol_l(histogram.values), histogram.weights)) / histogram.total_weight


def _sd_mmol_l(histogram: Histogram) -> float:
    away = mmol_l(histogram.values) - _mean_mmol_l(histogram)
    return float(np.sqrt(np.dot(away**2, histogram.weights) / histogram.total_weight))


def _cv(histogram: Histogram) -> float:
    return 100 * _sd_mmol_l(histogram) / _mean_mmol_l(histogram)


def _gmi(histogram: Histogram) -> float:
    hba1c = 0.09148 * (12.71 + 4.70587 * _mean_mmol_l(histogram)) + 2.152
    return float(np.floor(10 * hba1c + 0.5)) / 10


def _in_mg_dl(metric: Callable[[Histogram], float]) -> Callable[[Known], float]:
    return of_readings(lambda histogram: MG_DL_PER_MMOL_L * metric(histogram))


def _active(known: Known) -> float:
    return 100 * known.histogram.total_minutes / known.window_minutes


def _band(name: str, why: str) -> Rule:
    return Rule(why, lambda known: share(known.histogram, BANDS[name]))


KEPT: Final = (
    "Tidepool keeps values in mmol/L of 18.01559 mg/dL to five decimals and leaves out readings that come early"
)
POPULATION: Final = "Tidepool divides the squared deviations by all minutes, not by n - 1 of n readings"
COMPARED: Final = "Tidepool compares in mmol/L"

TIDEPOOL: Final = Tool(
    name="tidepool",
    source="the summaries of Tidepool's platform, July 2026",
    weighting="time",
    ranges=(T1_T2.ranges, OLDER_HIGH_RISK.ranges),
    rules={
        "mean": Rule(f"{KEPT}.", _in_mg_dl(_mean_mmol_l)),
        "sd": Rule(f"{POPULATION}.", _in_mg_dl(_sd_mmol_l)),
        "cv_percent": Rule(f"{POPULATION}.", of_readings(_cv)),
        "min": Rule(f"{KEPT}.", _in_mg_dl(lambda histogram: float(mmol_l(histogram.values[0])))),
        "max": Rule(f"{KEPT}.", _in_mg_dl(lambda histogram: float(mmol_l(histogram.values[-1])))),
        "gmi_percent": Rule(
            "Tidepool takes the formula in mmol/L by way of HbA1c and rounds it to one decimal.", of_readings(_gmi)
        ),
        "sufficiency.active_percent": Rule(
            "Tidepool does not end at 100 %, and leaves out readings that come early.", _active
        ),
        "time_in_range.very_low": _band("very_low", f"{COMPARED}, below 3.0: 54 mg/dL is very low."),
        "time_in_range.low": _band("low", f"{COMPARED}, below 3.9: 70 mg/dL is low, and 54 is very low."),
        "time_in_range.below": _band("below", f"{COMPARED}, below 3.9: 70 mg/dL is below range."),
        "time_in_range.target": _band("target", f"{COMPARED}, 3.9 to 10.0: 70 mg/dL is below range."),
        "time_in_range.high": _band("high", f"{COMPARED}, above 10.0 up to 13.9, which are the same whole mg/dL."),
        "time_in_range.very_high": _band("very_high", f"{COMPARED}, above 13.9, which are the same whole mg/dL."),
        "time_in_range.above": _band("above", f"{COMPARED}, above 10.0, which are the same whole mg/dL."),
    },
    same=frozenset(),
    prepared=without_early,
    mg_dl_per_mmol_l=MG_DL_PER_MMOL_L,
)

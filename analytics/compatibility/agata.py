"""AGATA, by its Python package. It takes a regular grid of readings and leaves what is missing out."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from analytics.compatibility.counted import ONCE, counted
from analytics.compatibility.rules import Rule, Tool, cadence_minutes, of_readings
from analytics.explain import Known
from analytics.metrics.conga import conga_mg_dl
from analytics.metrics.grade import grade
from analytics.metrics.gri import gri
from analytics.metrics.grid import Grid, grid
from analytics.metrics.histogram import Histogram
from analytics.metrics.m_value import m_value
from analytics.metrics.modd import modd_mg_dl
from analytics.metrics.targets import OLDER_HIGH_RISK, PREGNANCY_T1, T1_T2
from analytics.metrics.time_in_range import OPEN, Band, share
from analytics.metrics.trace import Trace

M_VALUE_REFERENCE_MG_DL: Final = 100
CONGA_HOURS: Final = 4
HIGH_OF_GRADE: Final = 180


def bands(low: int, high: int) -> dict[str, Band]:
    """AGATA's bands: an edge belongs to the side away from the target."""
    return {
        "very_low": Band(0, 54),
        "low": Band(55, low),
        "target": Band(low + 1, high - 1),
        "tight_target": Band(71, 139),
        "high": Band(high, 249),
        "very_high": Band(250, OPEN),
        "below": Band(0, low),
        "above": Band(high, OPEN),
    }


def snapped(trace: Trace) -> Trace:
    """Each reading at the next point of a regular grid, which AGATA wants; of several at a point the first."""
    step = 60 * cadence_minutes(trace)
    points = (trace.seconds + step // 2) // step * step
    first = np.flatnonzero(np.diff(points, prepend=-1))
    return Trace(
        points[first], *(column[first] for column in (trace.mg_dl, trace.cadence_minutes, trace.utc_offset_minutes))
    )


def _points(known: Known) -> Grid:
    """The grid with nothing made up between readings."""
    trace = known.trace
    return grid(trace.seconds, trace.utc_offset_minutes, trace.mg_dl, interpolated_minutes=0)


def _band(name: str) -> Callable[[Known], Any]:
    return lambda known: share(known.histogram, bands(known.targets.low, known.targets.high)[name])


def _gri(histogram: Histogram) -> float | None:
    found = gri(histogram, bands(T1_T2.low, T1_T2.high))
    return found.index if found else None


def _grade(part: str) -> Callable[[Known], Any]:
    return of_readings(lambda histogram: getattr(grade(histogram, highest=HIGH_OF_GRADE, cap=np.inf), part))


def _there(known: Known) -> float:
    steps = 1 + round(int(known.trace.seconds[-1] - known.trace.seconds[0]) / 60 / cadence_minutes(known.trace))
    return 100 * len(known.trace.seconds) / steps


EDGES: Final = f"AGATA counts a value on an edge away from the target, so 70 mg/dL is low and 180 is high; it {ONCE}."
GAPS: Final = "AGATA makes up nothing between readings"

AGATA: Final = Tool(
    name="agata",
    source="py_agata 0.0.8",
    weighting="count",
    ranges=(T1_T2.ranges, OLDER_HIGH_RISK.ranges, PREGNANCY_T1.ranges),
    rules={
        **counted(
            "AGATA",
            "mean", "median", "sd", "cv_percent", "gmi_percent", "risk.lbgi", "risk.hbgi", "variability.j_index",
        ),
        **{f"time_in_range.{name}": Rule(EDGES, _band(name)) for name in bands(T1_T2.low, T1_T2.high)},
        "risk.gri": Rule(EDGES, of_readings(_gri)),
        "variability.modd": Rule(f"{GAPS}.", lambda known: modd_mg_dl(_points(known))),
        "variability.conga_24": Rule(
            "AGATA's CONGA is of 4 hours, and it makes up nothing between readings.",
            lambda known: conga_mg_dl(_points(known), CONGA_HOURS),
        ),
        "variability.m_value": Rule(
            f"AGATA's reference is 100 mg/dL, and it {ONCE}.",
            of_readings(lambda histogram: m_value(histogram, M_VALUE_REFERENCE_MG_DL)),
        ),
        "variability.m_value_reference": Rule("AGATA's reference is 100 mg/dL.", lambda _: M_VALUE_REFERENCE_MG_DL),
        "variability.grade": Rule(f"AGATA does not end a score at 50, and {ONCE}.", _grade("score")),
        **{
            f"variability.grade_{part}": Rule(
                f"AGATA counts values above 180 mg/dL as high, does not end a score at 50, and {ONCE}.", _grade(part)
            )
            for part in ("hypo_percent", "eu_percent", "hyper_percent")
        },
        "sufficiency.record_active_percent": Rule(
            "AGATA counts the points of its grid that have a reading, from the first to the last.", _there
        ),
    },
    same=frozenset({"risk.adrr"}),
    prepared=snapped,
)  # fmt: skip

"""iglu, the R package. Its translation iglu-python differs from it in what `docs/conformance.md` names."""

from typing import Final

import numpy as np

from analytics.compatibility.counted import COUNTED, ONCE, counted
from analytics.compatibility.rules import ON_GRID, Rule, Tool, cadence_minutes, of_readings
from analytics.explain import Known
from analytics.metrics.adrr import adrr
from analytics.metrics.blood_glucose_risk import hbgi, lbgi
from analytics.metrics.grade import grade
from analytics.metrics.histogram import Histogram
from analytics.metrics.targets import RANGES

# What iglu writes for 10 · 1.509².
FACTOR: Final = 22.77
OF_OURS: Final = FACTOR / (10 * 1.509**2)
LOW_OF_GRADE: Final = 80
ROUNDED: Final = "iglu takes 22.77 for 10 · 1.509²"


def _rounded_lbgi(histogram: Histogram) -> float:
    return OF_OURS * (lbgi(histogram) or 0.0)


def _rounded_hbgi(histogram: Histogram) -> float:
    return OF_OURS * (hbgi(histogram) or 0.0)


def _rounded_adrr(known: Known) -> float:
    return OF_OURS * (adrr(known.trace.local_days, known.trace.mg_dl) or 0.0)


def _grade_hypo(histogram: Histogram) -> float | None:
    found = grade(histogram, lowest=LOW_OF_GRADE)
    return found.hypo_percent if found else None


def _steps_read(known: Known) -> float:
    """The share of the steps from the first reading to the last that have one; each gap is rounded to whole steps."""
    apart = np.diff(known.trace.seconds) / 60 / cadence_minutes(known.trace)
    steps = round(float(apart.sum())) + 1
    return 100 * (steps - float(np.maximum(apart.round() - 1, 0).sum())) / steps


IGLU: Final = Tool(
    name="iglu",
    source="iglu 4.3.0 for R",
    weighting="count",
    ranges=RANGES,
    rules={
        **counted("iglu", *COUNTED),
        "risk.lbgi": Rule(f"{ROUNDED}, and {ONCE}.", of_readings(_rounded_lbgi)),
        "risk.hbgi": Rule(f"{ROUNDED}, and {ONCE}.", of_readings(_rounded_hbgi)),
        "risk.adrr": Rule(f"{ROUNDED}.", _rounded_adrr),
        "variability.grade_hypo_percent": Rule(
            f"iglu counts values below 80 mg/dL as low, those from 70 on as normal too, and {ONCE}.",
            of_readings(_grade_hypo),
        ),
        "sufficiency.record_active_percent": Rule(
            "iglu counts whole steps of the usual distance of readings, from the first reading to the last.",
            _steps_read,
        ),
    },
    same=frozenset(
        {"min", "max", "variability.m_value_reference"}
        | {name for name in ON_GRID if not name.startswith("episodes.")} - {"variability.li"}
    ),
)

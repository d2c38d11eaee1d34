"""Our numbers by the other program's rules, which the product has: a difference is explained when these are equal."""

from typing import Any, Final

import numpy as np

from analytics.compatibility.agata import AGATA
from analytics.compatibility.iglu import IGLU
from analytics.compatibility.rules import Tool
from analytics.explain import Known
from analytics.metrics.targets import PREGNANCY_T1, T1_T2
from analytics.metrics.time_in_range import Share
from tests.conformance.ours import Numbers, Readings, trace_of

R, PYTHON, PY_AGATA = "iglu 4.3.0 (R)", "iglu-python 0.4.3", "py_agata 0.0.8"
TOOLS: Final[dict[str, Tool]] = {R: IGLU, PYTHON: IGLU, PY_AGATA: AGATA}
STEP_SECONDS: Final = 300
CENTRAL: Final = ("mean", "median", "q1", "q3", "sd", "cv_percent", "gmi_percent", "ea1c_percent")
RISK: Final = ("gri", "lbgi", "hbgi", "adrr")
# Paths in the answer of the numbers whose name here is another; what is not here is of `variability`.
PATHS: Final = {
    **{name: name for name in CENTRAL},
    **{name: f"risk.{name}" for name in RISK},
    "record_active_percent": "sufficiency.record_active_percent",
    "below_54_percent": "time_in_range.very_low",
    "below_70_percent": "time_in_range.below",
    "above_180_percent": "time_in_range.above",
    "above_250_percent": "time_in_range.very_high",
    "above_140_percent": "time_in_range.above",
    "pregnancy_target_percent": "time_in_range.target",
    "pregnancy_low_percent": "time_in_range.low",
    "pregnancy_high_percent": "time_in_range.high",
    **{
        f"{name}_percent": f"time_in_range.{name}"
        for name in ("very_low", "low", "below", "target", "tight_target", "high", "very_high", "above")
    },
}
OF_PREGNANCY: Final = (
    "above_140_percent",
    "pregnancy_target_percent",
    "pregnancy_low_percent",
    "pregnancy_high_percent",
)
# What compatibility= does not follow, and why it is another.
NOT_FOLLOWED: Final = {
    (PY_AGATA, name): "AGATA looks at each day by itself; one without excursions or without readings counts 0."
    for name in ("mage", "mage_plus", "mage_minus")
}
# Where the translation of iglu to Python is not iglu: there is no 22.77 in LBGI and HBGI, and gaps are summed.
ONLY_IN_R: Final = ("lbgi", "hbgi", "record_active_percent")


def path_of(metric: str) -> str:
    """Where the answer has it."""
    return PATHS.get(metric, f"variability.{metric}")


def why(oracle: str, metric: str) -> str:
    """Why the program's number is another; empty where its rule is ours."""
    rule = TOOLS[oracle].rules.get(path_of(metric))
    return NOT_FOLLOWED.get((oracle, metric)) or (rule.why if rule else "")


def their_way(oracle: str, traces: dict[str, Readings], ours: Numbers) -> Numbers:
    """Ours with every number that is another by the rules of the program."""
    return {subject: {**ours[subject], **_of(oracle, readings, ours[subject])} for subject, readings in traces.items()}


def _of(oracle: str, readings: Readings, ours: dict[str, float | None]) -> dict[str, float | None]:
    standard, pregnancy = (
        TOOLS[oracle].numbers(Known(trace_of(readings), targets, 1440.0, 1.0, by_count=False))
        for targets in (T1_T2, PREGNANCY_T1)
    )
    found = {
        name: _number((pregnancy if name in OF_PREGNANCY else standard)[path_of(name)])
        for name in ours
        if path_of(name) in standard
    }
    return found | ({"record_active_percent": _steps_in_python(readings)} if oracle == PYTHON else {})


def _number(value: Any) -> float | None:
    return value.percent if isinstance(value, Share) else value


def _steps_in_python(readings: Readings) -> float:
    apart = np.diff([second for second, _ in readings]) / STEP_SECONDS
    steps = round(float(apart.sum())) + 1
    return 100 * (steps - round(float((apart[apart > 1] - 1).sum()))) / steps

"""Our metrics of readings, as tools have them that count each reading once."""

from collections.abc import Callable
from typing import Any, Final

from analytics.compatibility.rules import Rule, of_readings
from analytics.explain import Known
from analytics.metrics.blood_glucose_risk import hbgi, lbgi
from analytics.metrics.ea1c import ea1c_percent
from analytics.metrics.gmi import gmi_percent
from analytics.metrics.grade import grade
from analytics.metrics.gri import gri
from analytics.metrics.histogram import Histogram
from analytics.metrics.j_index import j_index
from analytics.metrics.m_value import m_value
from analytics.metrics.moments import cv_percent, mean_mg_dl, sd_mg_dl
from analytics.metrics.percentiles import percentile_mg_dl
from analytics.metrics.time_in_range import STANDARD, share

ONCE: Final = "counts each reading once, whatever minutes it stands for"


def _percentile(percent: float) -> Callable[[Histogram], float | None]:
    return lambda histogram: percentile_mg_dl(histogram, percent)


def _part_of(metric: Callable[[Histogram], Any], part: str) -> Callable[[Histogram], Any]:
    return lambda histogram: getattr(metric(histogram), part)


def _band(name: str) -> Callable[[Known], Any]:
    return lambda known: share(known.histogram, known.targets.bands[name])


COUNTED: Final[dict[str, Callable[[Known], Any]]] = {
    **{
        name: of_readings(metric)
        for name, metric in {
            "mean": mean_mg_dl,
            "median": _percentile(50),
            "q1": _percentile(25),
            "q3": _percentile(75),
            "sd": sd_mg_dl,
            "cv_percent": cv_percent,
            "gmi_percent": gmi_percent,
            "ea1c_percent": ea1c_percent,
            "risk.gri": _part_of(gri, "index"),
            "risk.lbgi": lbgi,
            "risk.hbgi": hbgi,
            "variability.j_index": j_index,
            "variability.m_value": m_value,
            "variability.grade": _part_of(grade, "score"),
            "variability.grade_hypo_percent": _part_of(grade, "hypo_percent"),
            "variability.grade_eu_percent": _part_of(grade, "eu_percent"),
            "variability.grade_hyper_percent": _part_of(grade, "hyper_percent"),
        }.items()
    },
    **{f"time_in_range.{name}": _band(name) for name in STANDARD},
}


def counted(tool: str, *names: str) -> dict[str, Rule]:
    """The rules of a tool for numbers that are ours by count."""
    return {name: Rule(f"{tool} {ONCE}.", COUNTED[name]) for name in names}

"""The periods answer: what the histogram of each period says, and its change from the one before. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from analytics.metrics.gmi import gmi_percent
from analytics.metrics.histogram import Histogram
from analytics.metrics.moments import cv_percent, mean_mg_dl, sd_mg_dl
from analytics.metrics.percentiles import percentile_mg_dl
from analytics.metrics.periods import CALENDARS, Part
from analytics.metrics.sufficiency import Sufficiency, sufficiency
from analytics.metrics.targets import Targets
from analytics.metrics.time_in_range import Share, time_in_range
from analytics.statistics import central_answer, glucose, goals_answer, rounded, share_answer, sufficiency_answer

GLUCOSE: Final = ("mean", "median", "sd")
PERCENT: Final = ("cv_percent", "gmi_percent", "active_percent")


@dataclass(frozen=True, slots=True)
class Form:
    """How periods are answered."""

    targets: Targets
    unit: str
    by_count: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What is computed of a part; ``values`` by name, None without enough readings."""

    part: Part
    histogram: Histogram
    enough: Sufficiency
    shares: dict[str, Share]
    values: dict[str, float | None]


def figures_of(part: Part, form: Form) -> Figures:
    """The figures of a part."""
    histogram = part.trace.histogram(by_count=form.by_count)
    enough = sufficiency(
        minutes=histogram.total_minutes,
        window_minutes=part.clock_minutes,
        days_with_data=part.trace.days_with_data,
        days=part.days,
    )
    values = {
        "mean": mean_mg_dl(histogram),
        "median": percentile_mg_dl(histogram, 50),
        "sd": sd_mg_dl(histogram),
        "cv_percent": cv_percent(histogram),
        "gmi_percent": gmi_percent(histogram),
        "active_percent": enough.active_percent if histogram.count else None,
    }
    return Figures(part, histogram, enough, time_in_range(histogram, form.targets.bands), values)


def periods_answer(found: Sequence[Part], window: Part, previous: Part, by: str, form: Form) -> dict[str, Any]:
    """Every period, the window as a whole, and the one of the same length before it."""
    results = [figures_of(part, form) for part in found]
    befores = [None, *results[:-1]] if by in CALENDARS else [None] * len(results)
    now, before = figures_of(window, form), figures_of(previous, form)
    return {
        "results": [
            figures_answer(one, form) | {"change": change_answer(one, earlier, form)}
            for one, earlier in zip(results, befores, strict=True)
        ],
        "window": figures_answer(now, form) | {"change": change_answer(now, before, form)},
        "previous": figures_answer(before, form),
    }


def figures_answer(figures: Figures, form: Form) -> dict[str, Any]:
    """The figures of a part under the names of the contract."""
    part, histogram, shares = figures.part, figures.histogram, figures.shares
    return {
        "name": part.name,
        "start": part.start,
        "end": part.end,
        "sufficiency": sufficiency_answer(figures.enough),
        "readings": histogram.count,
        "minutes": histogram.total_minutes,
        **central_answer(histogram, form.unit),
        "gmi_percent": rounded(figures.values["gmi_percent"]),
        "time_in_range": {name: share_answer(share) for name, share in shares.items()},
        "goals": goals_answer(form.targets, shares, figures.values["cv_percent"]),
    }


def change_answer(now: Figures, before: Figures | None, form: Form) -> dict[str, Any] | None:
    """How much more than before; None where there is nothing before, a difference None where one of the two is."""
    if before is None:
        return None
    differences = {name: _more(now.values[name], before.values[name]) for name in now.values}
    points = {name: _more(share.percent, before.shares[name].percent) for name, share in now.shares.items()}
    return {
        **{name: glucose(differences[name], form.unit) for name in GLUCOSE},
        **{name: rounded(differences[name]) for name in PERCENT},
        "time_in_range": {name: rounded(value) for name, value in points.items()},
    }


def _more(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before

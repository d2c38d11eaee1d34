"""Our numbers for a trace of wall-clock times without a zone, as iglu reads them: five-minute readings, one clock."""

import csv
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

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
from analytics.metrics.sequence import sequence_metrics
from analytics.metrics.time_in_range import OPEN, Band, share
from analytics.metrics.trace import Trace

ROOT: Final = Path(__file__).resolve().parent.parent.parent
# CC BY 4.0: simulator/data/README.md.
HALL: Final = ROOT / "simulator" / "data" / "hall2018_five_subjects.csv"
BANDS: Final = {
    "below_54_percent": Band(0, 53),
    "below_70_percent": Band(0, 69),
    "target_percent": Band(70, 180),
    "pregnancy_target_percent": Band(63, 140),
    "above_140_percent": Band(141, OPEN),
    "above_180_percent": Band(181, OPEN),
    "above_250_percent": Band(251, OPEN),
    "very_low_percent": Band(0, 53),
    "low_percent": Band(54, 69),
    "below_percent": Band(0, 69),
    "tight_target_percent": Band(70, 140),
    "high_percent": Band(181, 250),
    "very_high_percent": Band(251, OPEN),
    "above_percent": Band(181, OPEN),
    "pregnancy_low_percent": Band(54, 62),
    "pregnancy_high_percent": Band(141, 250),
}
Readings = list[tuple[int, int]]
Numbers = dict[str, dict[str, float | None]]


def by_subject(rows: Iterable[tuple[str, str, str]]) -> dict[str, Readings]:
    """(subject, local time, mg/dL) as written, as seconds and values in the order of time."""
    found: dict[str, Readings] = {}
    for subject, local_time, mg_dl in rows:
        time = datetime.fromisoformat(local_time).replace(tzinfo=UTC)
        found.setdefault(subject, []).append((int(time.timestamp()), int(mg_dl)))
    return {subject: sorted(readings) for subject, readings in found.items()}


def hall() -> dict[str, Readings]:
    """The traces that we ship."""
    with HALL.open(newline="") as file:
        return by_subject((row["subject"], row["local_time"], row["mg_dl"]) for row in csv.DictReader(file))


def regular(traces: dict[str, Readings]) -> dict[str, Readings]:
    """Each reading at the next multiple of five minutes, the first of several: AGATA takes nothing else."""
    found: dict[str, Readings] = {}
    for subject, readings in traces.items():
        at: dict[int, int] = {}
        for second, mg_dl in readings:
            at.setdefault((second + 150) // 300 * 300, mg_dl)
        found[subject] = list(at.items())
    return found


def trace_of(readings: Readings) -> Trace:
    """Of five-minute readings in one zone."""
    times, mg_dl = np.array(readings, dtype=np.int64).T
    return Trace(times, mg_dl, np.full_like(times, 5), np.zeros_like(times))


def numbers(traces: dict[str, Readings]) -> Numbers:
    """Every metric by subject and by the names of ``oracle.CALLS``."""
    return {subject: {**_of_values(readings), **_of_sequence(readings)} for subject, readings in traces.items()}


def _of_values(readings: Readings) -> dict[str, float | None]:
    histogram = Histogram.of([mg_dl for _, mg_dl in readings])
    risk, parts = gri(histogram), grade(histogram)
    return {
        "mean": mean_mg_dl(histogram),
        "median": percentile_mg_dl(histogram, 50),
        "q1": percentile_mg_dl(histogram, 25),
        "q3": percentile_mg_dl(histogram, 75),
        "sd": sd_mg_dl(histogram),
        "cv_percent": cv_percent(histogram),
        "gmi_percent": gmi_percent(histogram),
        "ea1c_percent": ea1c_percent(histogram),
        **{name: share(histogram, band).percent for name, band in BANDS.items()},
        "gri": risk.index if risk else None,
        "lbgi": lbgi(histogram),
        "hbgi": hbgi(histogram),
        "j_index": j_index(histogram),
        "grade": parts.score if parts else None,
        "grade_hypo_percent": parts.hypo_percent if parts else None,
        "grade_eu_percent": parts.eu_percent if parts else None,
        "grade_hyper_percent": parts.hyper_percent if parts else None,
        "m_value": m_value(histogram),
    }


def _of_sequence(readings: Readings) -> dict[str, float | None]:
    found = asdict(sequence_metrics(trace_of(readings)))
    del found["li"]  # iglu has none
    return found

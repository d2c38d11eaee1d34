"""The statistics of one patient's window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np

import sql
from accounts.callers import Caller
from analytics.metrics.histogram import Histogram
from analytics.selectors.freshness import aggregate_is_current
from api.windows import Window
from patients.models import Patient
from patients.selectors import visible_patient


@dataclass(frozen=True, slots=True)
class WindowData:
    """What the statistics of a window are computed from."""

    patient: Patient
    histogram: Histogram
    days_with_data: int


def window_data(caller: Caller, patient_id: UUID, window: Window, *, by_count: bool) -> WindowData:
    """The value histogram of the window, from raw readings, and on how many local days there are any."""
    patient = visible_patient(caller, patient_id)
    bounds = {"patient": patient.id, "start": window.start, "end": window.end}
    histogram = as_histogram(sql.rows("histogram", bounds), by_count=by_count)
    return WindowData(patient, histogram, _days_with_data(patient.id, window) if histogram.count else 0)


def as_histogram(rows: Sequence[tuple[Any, ...]], *, by_count: bool = False) -> Histogram:
    """Rows of (mg/dL, readings, minutes) as a histogram."""
    values, readings, minutes = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Histogram(values, readings, minutes, by_count)


def _days_with_data(patient_id: UUID, window: Window) -> int:
    long = window.end - window.start > timedelta(days=1)
    current = long and aggregate_is_current(
        patient_id, window.start - timedelta(days=1), window.end + timedelta(days=1)
    )
    name = "days_with_data_of_aggregate" if current else "days_with_data_of_readings"
    (days,) = sql.row(name, {"patient": patient_id, "start": window.start, "end": window.end}, prepare=current)
    return int(days)

"""Reading readings. Hot paths bypass the ORM: arrays from the database to NumPy, no object per row."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

import sql
from accounts.callers import Caller
from api.windows import Window
from glucose.binary_arrays import UUIDArray, instant_values, int2_values
from patients.models import Patient
from patients.selectors import visible_patient

# Nothing is older than what the ingest accepts, nor further ahead (10 minutes) than an hour.
OLDEST: Final = datetime(1999, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(hours=1)
SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A reading as a row of a page."""

    time: datetime
    mg_dl: int
    trend: int | None
    source: int
    utc_offset_minutes: int
    excluded: bool
    out_of_range: int


@dataclass(frozen=True, slots=True)
class Columns:
    """A window of one patient, oldest first: epoch milliseconds and mg/dL, shape (n,) each."""

    patient: Patient
    time_ms: NDArray[np.int64]
    mg_dl: NDArray[np.int16]


def reading_page(
    caller: Caller, patient_id: UUID, window: Window, *, edge: datetime | None, backwards: bool, limit: int
) -> tuple[Patient, list[ReadingRow]]:
    """Up to ``limit`` readings of the window: the newest before ``edge``, or backwards the oldest after it."""
    patient = visible_patient(caller, patient_id)
    bounds: dict[str, Any] = {"patient": patient.id, "start": window.start, "end": window.end, "limit": limit}
    if backwards and edge is not None:
        bounds["start"] = max(window.start, edge + SECOND)
    elif edge is not None:
        bounds["end"] = min(window.end, edge)
    found = sql.rows("readings_after" if backwards else "readings_before", bounds)
    return patient, [ReadingRow(*row) for row in found]


def span_of_page(patient: Patient, window: Window, oldest: datetime, newest: datetime, *, is_last: bool) -> Window:
    """From the oldest reading of a page (of the last one from the window's start) up to the one after its newest."""
    bounds = {"patient": patient.id, "start": newest + SECOND, "end": window.end, "limit": 1}
    after = sql.rows("readings_after", bounds)
    return Window(window.start if is_last else oldest, ReadingRow(*after[0]).time if after else window.end)


def reading_columns(caller: Caller, patient_id: UUID, window: Window) -> Columns:
    """The whole window in columns, excluded readings left out."""
    patient = visible_patient(caller, patient_id)
    bounds = {"patient": patient.id, "start": window.start, "end": window.end}
    times, values = sql.row("reading_columns", bounds)
    return Columns(patient, instant_values(times) * 1000, int2_values(values))


def oldest_times(patients: UUIDArray, before: datetime) -> dict[UUID, datetime]:
    """When the oldest reading of each patient before an instant was taken, of those that have one."""
    return dict(sql.rows("oldest_readings", {"patients": patients, "before": before}))

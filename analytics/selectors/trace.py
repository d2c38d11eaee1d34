"""The readings of a window in their order: what is computed of one patient is computed from these."""

from datetime import datetime
from uuid import UUID

import sql
from accounts.callers import Caller
from analytics.metrics.trace import Trace
from api.windows import Window
from glucose.binary_arrays import instant_values, int2_values
from patients.models import Patient
from patients.selectors import patient_then


def trace_of_patient(
    caller: Caller, patient_id: UUID, window: Window, as_of: datetime | None = None
) -> tuple[Patient, Trace]:
    """The patient with the whole window, without excluded readings, in one statement.

    With ``as_of`` what was known then: readings that had been received, without those that were excluded.
    """
    patient = patient_then(caller, patient_id, as_of)
    return patient, trace_of(patient, window, as_of)


def trace_of(patient: Patient, window: Window, as_of: datetime | None = None) -> Trace:
    """The window of a patient whom the caller of this has found."""
    times, *small = sql.row(*_asked("reading_sequence", "reading_sequence_as_of", patient, window, as_of))
    return Trace.of(instant_values(times), *(int2_values(sent) for sent in small))


def excluded_of_patient(patient: Patient, window: Window, as_of: datetime | None = None) -> tuple[int, int]:
    """How many readings of the window are excluded, or were at an instant, and how many minutes they stand for."""
    readings, minutes = sql.row(*_asked("excluded_readings", "excluded_readings_as_of", patient, window, as_of))
    return readings or 0, minutes or 0


def _asked(
    now: str, then: str, patient: Patient, window: Window, as_of: datetime | None
) -> tuple[str, dict[str, object]]:
    """A query and its parameters: the one of now looks at fewer columns."""
    bounds: dict[str, object] = {"patient": patient.id, "start": window.start, "end": window.end}
    return (now, bounds) if as_of is None else (then, bounds | {"as_of": as_of})

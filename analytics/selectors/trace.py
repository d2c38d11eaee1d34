"""The readings of a window in their order: what is computed of one patient is computed from these."""

from uuid import UUID

import sql
from accounts.callers import Caller
from analytics.metrics.trace import Trace
from api.windows import Window
from glucose.binary_arrays import instant_values, int2_values
from patients.models import Patient
from patients.selectors import visible_patient


def trace_of_patient(caller: Caller, patient_id: UUID, window: Window) -> tuple[Patient, Trace]:
    """The patient with the whole window, without excluded readings, in one statement."""
    patient = visible_patient(caller, patient_id)
    return patient, trace_of(patient, window)


def trace_of(patient: Patient, window: Window) -> Trace:
    """The window of a patient whom the caller of this has found."""
    bounds = {"patient": patient.id, "start": window.start, "end": window.end}
    times, *small = sql.row("reading_sequence", bounds)
    return Trace.of(instant_values(times), *(int2_values(sent) for sent in small))


def excluded_of_patient(patient: Patient, window: Window) -> tuple[int, int]:
    """How many readings of the window are excluded, and how many minutes they stand for."""
    readings, minutes = sql.row("excluded_readings", {"patient": patient.id, "start": window.start, "end": window.end})
    return readings or 0, minutes or 0

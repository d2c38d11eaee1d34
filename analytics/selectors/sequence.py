"""The readings of a window in their order, for what depends on it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

import sql
from accounts.callers import Caller
from api.windows import Window
from glucose.binary_arrays import instant_values, int2_values
from patients.models import Patient
from patients.selectors import visible_patient

DAY_MINUTES: Final = 1440


@dataclass(frozen=True, slots=True)
class ReadingSequence:
    """The readings of a patient's window, oldest first, without excluded ones; shape (n,) each.

    ``seconds`` since 1970; ``cadence_minutes`` is what each stands for.
    """

    patient: Patient
    seconds: NDArray[np.int64]
    mg_dl: NDArray[np.int64]
    cadence_minutes: NDArray[np.int64]
    utc_offset_minutes: NDArray[np.int64]

    @property
    def minutes(self) -> int:
        """How many minutes the readings stand for."""
        return int(self.cadence_minutes.sum())

    @property
    def days_with_data(self) -> int:
        """How many local days have a reading."""
        return len(np.unique((self.seconds // 60 + self.utc_offset_minutes) // DAY_MINUTES))


def reading_sequence(caller: Caller, patient_id: UUID, window: Window) -> ReadingSequence:
    """The whole window in four arrays, in one statement."""
    patient = visible_patient(caller, patient_id)
    bounds = {"patient": patient.id, "start": window.start, "end": window.end}
    times, values, cadences, offsets = sql.row("reading_sequence", bounds)
    small = [int2_values(sent).astype(np.int64) for sent in (values, cadences, offsets)]
    return ReadingSequence(patient, instant_values(times), *small)

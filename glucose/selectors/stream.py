"""Years of readings in bounded memory: batches by key, each in a transaction of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

import sql
from accounts import identity
from accounts.callers import Caller
from api.windows import Window
from glucose.binary_arrays import instant_values, int2_values
from patients.selectors import visible_patient

BATCH: Final = 20_000
Column = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Batch:
    """Readings oldest first, shape (n,) each: epoch seconds, mg/dL, and what else a row says; trend 0 is none."""

    time: NDArray[np.int64]
    mg_dl: Column
    trend: Column
    source: Column
    utc_offset_minutes: Column
    excluded: Column
    out_of_range: Column


def reading_batches(caller: Caller, patient_id: UUID, window: Window, *, size: int = BATCH) -> Iterator[Batch]:
    """The window's readings, excluded ones flagged; at least one batch, which may be empty.

    Before each batch it is asked again whether the caller sees the patient: PatientNotFound ends the stream. Between
    two, no transaction is open and no connection is held, however slowly they are taken.
    """
    start = window.start
    while True:
        with identity.acting(caller.user_id):
            patient = visible_patient(caller, patient_id)
            bounds = {"patient": patient.id, "start": start, "end": window.end, "limit": size}
            times, *columns = sql.row("reading_batch", bounds)
        sql.release()
        batch = Batch(instant_values(times), *(int2_values(column) for column in columns))
        yield batch
        if len(batch.time) < size:
            return
        start = datetime.fromtimestamp(int(batch.time[-1]) + 1, UTC)

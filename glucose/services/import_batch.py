"""One batch of a file: stored, or told what storing it would do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import numpy as np
from django.db import transaction

from glucose.import_batches import Batch, Refused
from glucose.models import Import
from glucose.provenance import Source
from glucose.samples import Samples
from glucose.services.ingest import Ingested, Outcome, store
from glucose.services.preview import Preview
from glucose.services.treatments import store_treatments
from patients.errors import PatientNotFound

REFUSED_TREATMENT: Final = "refused_treatment"
DEVICES_KEPT: Final = 100


@dataclass(slots=True)
class Done:
    """What became of a batch; the first and the last time of what can be a reading, in seconds since 1970."""

    stored: int = 0
    duplicates: int = 0
    stored_treatments: int = 0
    duplicate_treatments: int = 0
    first: int | None = None
    last: int | None = None
    refused: list[Refused] = field(default_factory=list)


def store_batch(patient_id: UUID, batch: Batch, now: datetime) -> Done:
    """Store a batch, in the caller's transaction; PatientNotFound where the patient is no more."""
    done = Done()
    _readings(batch, done, lambda samples: store(samples, now=now))
    _treatments(patient_id, batch, done, now)
    return done


def check_batch(patient_id: UUID, batch: Batch, preview: Preview, now: datetime) -> Done:
    """What storing it would do, after all batches that the preview has seen."""
    done = Done()
    _readings(batch, done, lambda samples: preview.would_store(samples, now))
    with transaction.atomic():
        _treatments(patient_id, batch, done, now)
        transaction.set_rollback(True)
    return done


def note_devices(found: Import, batch: Batch) -> None:
    """Which devices told of how much, and when; of so many that a file may not fill the row."""
    known = {(one["device"], one["serial"]): one for one in found.devices}
    for device in batch.devices:
        one = known.get((device.name, device.serial))
        if one is None and len(known) < DEVICES_KEPT:
            one = {"device": device.name, "serial": device.serial, "first": device.first, "last": device.last}
            known[device.name, device.serial] = one | {"readings": device.readings}
        elif one is not None:
            one["first"], one["last"] = min(one["first"], device.first), max(one["last"], device.last)
            one["readings"] += device.readings
    found.devices = list(known.values())


def _readings(batch: Batch, done: Done, act: Callable[[Samples], Ingested]) -> None:
    """What the sensor measured by itself before scans, which tell some of the same minutes a little off their time."""
    samples = batch.samples
    if samples is None:
        return
    outcomes = np.empty(len(samples), dtype=np.int8)
    for chosen in (~batch.scans, batch.scans):
        if chosen.any():
            outcomes[chosen] = act(samples[chosen]).outcomes
    if (outcomes == Outcome.UNKNOWN_PATIENT).any():
        raise PatientNotFound
    told = Ingested(outcomes)
    done.stored, done.duplicates = told.stored, told.duplicates
    times = samples.time[outcomes <= Outcome.DUPLICATE]
    if len(times):
        done.first, done.last = int(times.min()), int(times.max())
    for index, reason in told.refused():
        code = Outcome(outcomes[index]).name.lower()
        done.refused.append(Refused(batch.lines[index], code, reason))


def _treatments(patient_id: UUID, batch: Batch, done: Done, now: datetime) -> None:
    if not batch.treatments:
        return
    told = store_treatments(patient_id, batch.treatments, source=Source.FILE, received_at=now)
    done.stored_treatments, done.duplicate_treatments = told.stored, told.duplicates
    for index, reason in told.rejected:
        done.refused.append(Refused(batch.treatment_lines[index], REFUSED_TREATMENT, reason))

"""Storing treatments, taking one back and restoring it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from uuid_utils.compat import uuid7

import sql
from accounts.callers import Caller
from accounts.roles import Act
from glucose.local_time import Ints, offsets_through_moves
from glucose.models import Treatment as Row
from glucose.models import TreatmentRemoval
from glucose.provenance import Source
from glucose.selectors.treatments import treatment_of
from glucose.services.exclusions import lock
from glucose.treatment_uploads import parse_treatments
from glucose.treatments import Treatment, kept, refusal
from patients.models import Patient
from patients.selectors import time_zones, visible_patient

NOTE = Row._meta.get_field("note")


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch; ``rejected`` are (index, reason) of what cannot be a treatment."""

    received: int
    stored: int
    duplicates: int
    rejected: list[tuple[int, str]]


def store_treatments(
    patient_id: UUID, treatments: Sequence[Treatment], *, source: Source, received_at: datetime
) -> Stored:
    """Store what is new and plausible. The same patient, time, kind, amount and source are the same treatment.

    So repeating adds nothing, and one that was taken back stays so. Times are kept to the second.
    """
    reasons = [refusal(one, received_at) for one in treatments]
    rejected = [(index, reason) for index, reason in enumerate(reasons) if reason]
    fitting = [one for one, reason in zip(treatments, reasons, strict=True) if not reason]
    if not fitting:
        return Stored(len(treatments), 0, 0, rejected)
    with transaction.atomic():
        if not lock(patient_id):
            return Stored(len(treatments), 0, 0, [(n, "there is no such patient") for n in range(len(treatments))])
        told = {"patient": patient_id, "source": int(source), "received_at": received_at}
        stored = sql.run("insert_treatments", told | _columns(fitting))
        if stored:
            _changed(patient_id)
    return Stored(len(treatments), stored, len(fitting) - stored, rejected)


def store_treatment_upload(caller: Caller, patient_id: UUID, body: Any, *, now: datetime) -> Stored:
    """Store the treatments of a body in one transaction; single bad values are rejected by index."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.WRITE_TREATMENTS)
    moves = [(row.since, row.timezone) for row in time_zones(patient.id)]

    def offsets_of(times: Ints) -> Ints:
        return offsets_through_moves(times, moves)

    upload = parse_treatments(body, offsets_of)
    rejected, parts = list(upload.rejected), []
    with transaction.atomic():
        for source, (treatments, index) in upload.by_source.items():
            parts.append(store_treatments(patient.id, treatments, source=source, received_at=now))
            rejected += [(index[position], reason) for position, reason in parts[-1].rejected]
    received = len(upload.rejected) + sum(part.received for part in parts)
    stored, duplicates = (sum(part.stored for part in parts), sum(part.duplicates for part in parts))
    return Stored(received, stored, duplicates, sorted(rejected))


def remove(caller: Caller, patient_id: UUID, treatment_id: UUID, *, reason: str, now: datetime) -> Row:
    """Take a treatment back: it is in no answer any more that does not ask for it. A second time keeps the first."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.REMOVE_TREATMENTS)
    with transaction.atomic():
        lock(patient.id)
        found = treatment_of(caller, patient.id, treatment_id)
        if not TreatmentRemoval.objects.filter(treatment=found, restored_at=None).exists():
            TreatmentRemoval.objects.create(
                treatment=found, reason=reason, removed_at=now, removed_by_id=caller.user_id
            )
            _changed(patient.id)
    return treatment_of(caller, patient.id, treatment_id)


def restore(caller: Caller, patient_id: UUID, treatment_id: UUID, *, now: datetime) -> Row:
    """Let a treatment count again; what was taken back, and by whom, stays known."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.REMOVE_TREATMENTS)
    with transaction.atomic():
        lock(patient.id)
        found = treatment_of(caller, patient.id, treatment_id)
        standing = TreatmentRemoval.objects.filter(treatment=found, restored_at=None)
        if standing.update(restored_at=now, restored_by_id=caller.user_id):
            _changed(patient.id)
    return treatment_of(caller, patient.id, treatment_id)


def _columns(treatments: Sequence[Treatment]) -> dict[str, list[Any]]:
    return {
        "id": [uuid7() for _ in treatments],
        "time": [one.time.replace(microsecond=0) for one in treatments],
        "utc_offset_minutes": [one.utc_offset_minutes for one in treatments],
        "kind": [one.kind.value for one in treatments],
        "amount": [kept(one.amount) for one in treatments],
        "unit": [one.unit for one in treatments],
        "duration_minutes": [one.minutes for one in treatments],
        "note": [NOTE.get_prep_value(one.note) for one in treatments],
    }


def _changed(patient_id: UUID) -> None:
    """Answers that show treatments have another tag from now on."""
    Patient.objects.filter(id=patient_id).update(data_version=F("data_version") + 1)

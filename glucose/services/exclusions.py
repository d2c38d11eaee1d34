"""Taking readings out of the statistics, and in again: who sees the patient, and whose role allows it, may."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from django.db import transaction

import sql
from accounts.callers import Caller
from accounts.roles import Act
from api.windows import Window
from glucose.binary_arrays import uuid_array
from glucose.errors import ExclusionNotFound
from glucose.models import Exclusion
from glucose.services.ingest import COMMITTED_WITHIN_SECONDS
from glucose.services.late import start_of_day
from patients.selectors import visible_patient


def exclude(caller: Caller, patient_id: UUID, window: Window, said: Mapping[str, str], *, now: datetime) -> Exclusion:
    """Take the readings of the window out of every statistic, those that are still to come included.

    ``said`` is the reason and the note.
    """
    patient = visible_patient(caller, patient_id)
    caller.require(Act.EXCLUDE_READINGS)
    with transaction.atomic():
        lock(patient.id)
        made = Exclusion.objects.create(
            patient=patient, start=window.start, end=window.end, author_id=caller.user_id, created_at=now, **said
        )
        settle(patient.id, made.start, made.end, now)
    return Exclusion.objects.select_related("author", "undone_by").get(id=made.id)


def undo(caller: Caller, patient_id: UUID, exclusion_id: UUID, *, now: datetime) -> Exclusion:
    """End an exclusion; readings that another one covers stay excluded. Undoing it again keeps the first time."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.EXCLUDE_READINGS)
    with transaction.atomic():
        lock(patient.id)
        rows = Exclusion.objects.filter(id=exclusion_id, patient=patient)
        changed = rows.filter(undone_at=None).update(undone_at=now, undone_by_id=caller.user_id)
        found = rows.select_related("author", "undone_by").first()
        if found is None:
            raise ExclusionNotFound
        if changed:
            settle(patient.id, found.start, found.end, now)
    return found


def lock(patient_id: UUID) -> bool:
    """Take the ingest's lock of the patient until the transaction ends; whether their readings may be written."""
    packed = uuid_array(np.frombuffer(patient_id.bytes, dtype="V16"))
    return bool(sql.rows("lock_patients", {"patients": packed}))


def settle(patient_id: UUID, start: datetime, end: datetime, now: datetime) -> int:
    """Make the flags of the readings what the exclusions say; how many were not. Under the patient's lock.

    What changed before today is late, as an ingest is: the aggregate does not show it until it is refreshed.
    """
    today = start_of_day(now + timedelta(seconds=COMMITTED_WITHIN_SECONDS))
    (changed,) = sql.row("settle_exclusions", {"patient": patient_id, "start": start, "end": end, "today": today})
    return int(changed)

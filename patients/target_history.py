"""Which targets stand for a patient from when on: the one place that writes it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.callers import Caller
from accounts.roles import Act
from patients.models import Patient, PatientTargets
from patients.selectors import NEWEST_TARGETS, visible_patient


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of the sets by its name, or ``custom`` with a target range and the limit of each goal in %."""

    target_set: str
    low_mg_dl: int | None = None
    high_mg_dl: int | None = None
    goals: Mapping[str, float] | None = None


def set_targets(
    caller: Caller, patient_id: UUID, chosen: Chosen, *, reason: str | None, now: datetime
) -> PatientTargets:
    """Let the targets stand from now on; what is answered by the patient's targets changes."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.SET_TARGETS)
    with transaction.atomic():
        patient = Patient.objects.select_for_update().get(id=patient.id)
        written = note_targets(caller, patient, chosen, now=now, reason=reason)
        patient.target_set = chosen.target_set
        patient.data_version += 1
        patient.save(update_fields=["target_set", "data_version", "updated_at"])
    return written


def begin_history(caller: Caller, patient: Patient) -> None:
    """Write what a patient who was just added has."""
    since = patient.created_at
    PatientTargets.objects.create(patient=patient, target_set=patient.target_set, since=since, set_by_id=caller.user_id)


def note_targets(
    caller: Caller, patient: Patient, chosen: Chosen, *, now: datetime, reason: str | None = None
) -> PatientTargets:
    """Write what stands from now on, of a patient who is locked and does not have it yet."""
    newest = PatientTargets.objects.filter(patient=patient).order_by(NEWEST_TARGETS).first()
    if newest is None:
        # From before there was a history: nobody knows since when, and by whom.
        newest = PatientTargets.objects.create(patient=patient, target_set=patient.target_set)
    # Of two changes at once the one that is written last stands, whoever asked first.
    since = now if newest.since is None else max(now, newest.since + timedelta(microseconds=1))
    return PatientTargets.objects.create(
        patient=patient, since=since, set_by_id=caller.user_id, reason=reason, **asdict(chosen)
    )

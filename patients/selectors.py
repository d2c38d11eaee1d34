"""Who may see which patient: the one place. Every reader of patient data starts here."""

from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet

import sql
from accounts.blind_index import HashField
from accounts.callers import Caller
from accounts.encryption import SealedField
from accounts.roles import ALLOWED, Act, Role
from api.conditional import digest
from patients.errors import PatientNotFound
from patients.models import CareAssignment, Consent, HealthProfile, Patient, PatientTargets, PatientTimeZone

COLUMNS: Final = [field.attname for field in Patient._meta.concrete_fields]
SEALED: Final = [
    (place, field) for place, field in enumerate(Patient._meta.concrete_fields) if isinstance(field, SealedField)
]
# What people can change: not what follows from it, or from the readings.
RECORD: Final = [
    field.attname
    for field in Patient._meta.concrete_fields
    if field.attname != "data_version" and not isinstance(field, HashField)
]
NEWEST_TARGETS: Final = F("since").desc(nulls_last=True)


def visible_patients(caller: Caller) -> QuerySet[Patient]:
    """The patients the caller may see: of their clinic, not deleted, and theirs."""
    if Act.READ_PATIENTS not in ALLOWED[caller.role]:
        return Patient.objects.none()
    rows = Patient.objects.filter(clinic_id=caller.clinic_id, deleted_at=None)
    if caller.sees_all:
        return rows
    if caller.role is Role.PATIENT:
        return rows.filter(user_id=caller.user_id)
    return rows.filter(care_assignments__user_id=caller.user_id)


def visible_patient(caller: Caller, patient_id: UUID) -> Patient:
    """One patient the caller may see; PatientNotFound otherwise, deleted ones included.

    By a prepared statement: every request about a patient begins with it.
    """
    if Act.READ_PATIENTS not in ALLOWED[caller.role]:
        raise PatientNotFound
    is_patient = caller.role is Role.PATIENT
    found = sql.rows(
        "visible_patient",
        {
            "patient": patient_id,
            "clinic": caller.clinic_id,
            "sees_all": caller.sees_all,
            "own_record_of": caller.user_id if is_patient else None,
            "cares": None if is_patient else caller.user_id,
        },
        prepare=True,
    )
    if not found:
        raise PatientNotFound
    row = list(found[0])
    for place, field in SEALED:
        row[place] = field.from_db_value(row[place])
    return Patient.from_db(None, COLUMNS, row)


def local_today(caller: Caller, patient_id: UUID, now: datetime, as_of: datetime | None = None) -> date:
    """The day that it is where the patient lives, or that it was at an instant."""
    patient = patient_then(caller, patient_id, as_of)
    return (as_of or now).astimezone(ZoneInfo(patient.timezone)).date()


def patient_then(caller: Caller, patient_id: UUID, moment: datetime | None) -> Patient:
    """One patient the caller may see, in the zone that they lived in at a moment; as they are where it is None."""
    patient = visible_patient(caller, patient_id)
    if moment is not None:
        lived = zones_until(patient.id, moment)
        patient.timezone = lived[-1].timezone if lived else patient.timezone
    return patient


def clinician_ids(patients: list[Patient]) -> dict[UUID, list[UUID]]:
    """The users who care for each of the patients."""
    found: dict[UUID, list[UUID]] = {patient.id: [] for patient in patients}
    through = CareAssignment.objects.filter(patient_id__in=list(found)).order_by("user_id")
    for patient_id, user_id in through.values_list("patient_id", "user_id"):
        found[patient_id].append(user_id)
    return found


def record_of(patient: Patient, clinicians: list[UUID]) -> str:
    """What stands for everything that people can change about a patient: it differs after any change."""
    return digest(
        *(getattr(patient, name) for name in RECORD),
        clinicians,
    )


def time_zones(patient_id: UUID) -> list[PatientTimeZone]:
    """The zones a patient lived in, oldest first; the first has no beginning."""
    rows = PatientTimeZone.objects.filter(patient_id=patient_id)
    return sorted(rows, key=lambda row: row.since.timestamp() if row.since else float("-inf"))


def targets_history(caller: Caller, patient_id: UUID) -> list[PatientTargets]:
    """The targets of a patient, newest first: of one who has no history, what stands, without a beginning."""
    patient = visible_patient(caller, patient_id)
    rows = list(PatientTargets.objects.filter(patient=patient).select_related("set_by").order_by(NEWEST_TARGETS))
    return rows or [PatientTargets(patient=patient, target_set=patient.target_set)]


def targets_at(patient: Patient, at: datetime | None) -> PatientTargets:
    """The targets that stood at an instant, or stand now; before the first of the history, the first."""
    rows = PatientTargets.objects.filter(patient=patient).order_by(NEWEST_TARGETS)
    then = rows if at is None else rows.exclude(since__gt=at)
    return then.first() or rows.last() or PatientTargets(patient=patient, target_set=patient.target_set)


def zones_until(patient_id: UUID, moment: datetime | None) -> list[PatientTimeZone]:
    """The same, as it was known at a moment; or now, where it is None."""
    rows = time_zones(patient_id)
    return [row for row in rows if moment is None or row.since is None or row.since <= moment]


def zones_of_moved(caller: Caller) -> dict[UUID, tuple[tuple[datetime | None, str], ...]]:
    """As time_zones, of those patients whom the caller sees and who lived in more than one."""
    moved = visible_patients(caller).filter(time_zones__since__isnull=False)
    rows = PatientTimeZone.objects.filter(patient__in=moved.values("id")).order_by(F("since").asc(nulls_first=True))
    found: dict[UUID, list[tuple[datetime | None, str]]] = {}
    for patient_id, since, zone in rows.values_list("patient_id", "since", "timezone"):
        found.setdefault(patient_id, []).append((since, zone))
    return {patient_id: tuple(moves) for patient_id, moves in found.items()}


def consents(caller: Caller, patient_id: UUID) -> list[Consent]:
    """What the patient consented to, newest first, withdrawn ones included."""
    patient = visible_patient(caller, patient_id)
    return list(Consent.objects.filter(patient=patient).order_by("-granted_at", "-id"))


def health_profile(caller: Caller, patient_id: UUID) -> HealthProfile:
    """What the patient's dosing is based on; empty, and not stored, where nobody wrote one."""
    return profile_of(visible_patient(caller, patient_id))


def profile_of(patient: Patient) -> HealthProfile:
    """The profile of a patient whom the caller of this has checked."""
    found = HealthProfile.objects.filter(patient=patient).first()
    return found or HealthProfile(patient=patient, content={})


def record_of_profile(profile: HealthProfile) -> str:
    """What stands for everything that people can change about a profile."""
    return digest("health profile", profile.patient_id, sorted(profile.content.items()))

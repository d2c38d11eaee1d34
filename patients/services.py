"""Changing patients. Each act checks that the caller sees the patient, then that the role allows it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.callers import Caller
from accounts.models import Membership
from accounts.roles import Act, Role
from api.conditional import check_expected
from patients.errors import ConsentNotFound, ExternalRefTaken, UnknownMember, UserTaken
from patients.models import CareAssignment, Consent, HealthProfile, Patient, PatientTimeZone
from patients.selectors import clinician_ids, profile_of, record_of, record_of_profile, visible_patient
from patients.target_history import Chosen, begin_history, note_targets

CHANGES_ANSWERS = frozenset({"timezone", "target_set"})


def create_patient(
    caller: Caller, *, clinicians: Sequence[UUID] | None = None, user: UUID | None = None, **fields: Any
) -> Patient:
    """A patient of the caller's clinic; a clinician who is told of no other cares for the patient."""
    caller.require(Act.WRITE_PATIENTS)
    if clinicians is not None or user is not None:
        caller.require(Act.ASSIGN_CLINICIANS)
    if clinicians is None:
        clinicians = [caller.user_id] if caller.role is Role.CLINICIAN else []
    with transaction.atomic():
        patient = Patient(clinic_id=caller.clinic_id, user_id=_own_record(caller, user), **fields)
        _save(patient)
        # First: from then on the patient is visible to a clinician who adds them.
        _assign(caller, patient, clinicians)
        PatientTimeZone.objects.create(patient=patient, timezone=patient.timezone)
        begin_history(caller, patient)
    return patient


def change_patient(
    caller: Caller,
    patient_id: UUID,
    *,
    now: datetime,
    expected: frozenset[str] | None = None,
    clinicians: Sequence[UUID] | None = None,
    **fields: Any,
) -> Patient:
    """Change what is given, if the record is one of the expected.

    A new zone holds from now on; older readings keep the offset they were taken at.
    """
    patient = visible_patient(caller, patient_id)
    caller.require(Act.WRITE_PATIENTS)
    if clinicians is not None or "user" in fields:
        caller.require(Act.ASSIGN_CLINICIANS)
    if "user" in fields:
        fields["user_id"] = _own_record(caller, fields.pop("user"))
    with transaction.atomic():
        patient = _locked(patient.id, expected)
        moved = fields.get("timezone", patient.timezone) != patient.timezone
        answers = any(getattr(patient, name) != fields[name] for name in CHANGES_ANSWERS & fields.keys())
        if fields.get("target_set", patient.target_set) != patient.target_set:
            note_targets(caller, patient, Chosen(fields["target_set"]), now=now)
        for name, value in fields.items():
            setattr(patient, name, value)
        if answers:
            patient.data_version += 1
        _save(patient)
        if moved:
            PatientTimeZone.objects.create(patient=patient, timezone=patient.timezone, since=now)
        if clinicians is not None:
            _assign(caller, patient, clinicians)
    return patient


def delete_patient(caller: Caller, patient_id: UUID, *, now: datetime, expected: frozenset[str] | None = None) -> None:
    """Take the patient out of every answer, if the record is one of the expected; nothing is erased."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.DELETE_PATIENTS)
    with transaction.atomic():
        rows = Patient.objects.filter(id=_locked(patient.id, expected).id)
        rows.update(deleted_at=now, updated_at=now, data_version=F("data_version") + 1)


def replace_health_profile(
    caller: Caller,
    patient_id: UUID,
    *,
    content: Mapping[str, Any],
    now: datetime,
    expected: frozenset[str] | None = None,
) -> HealthProfile:
    """Write the whole profile, if the one that stands is one of the expected; no answer depends on it."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.WRITE_PATIENTS)
    with transaction.atomic():
        Patient.objects.select_for_update().get(id=patient.id)
        check_expected(expected, lambda: record_of_profile(profile_of(patient)))
        values = {"content": dict(content), "updated_at": now}
        return HealthProfile.objects.update_or_create(patient=patient, defaults=values)[0]


def record_consent(caller: Caller, patient_id: UUID, *, purpose: str, version: str, granted_at: datetime) -> Consent:
    """Write down a consent; of two for the same purpose the earlier ends when the later begins."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.WRITE_PATIENTS)
    with transaction.atomic():
        Patient.objects.select_for_update().get(id=patient.id)
        in_force = Consent.objects.filter(patient=patient, purpose=purpose, withdrawn_at=None)
        later = in_force.filter(granted_at__gt=granted_at).first()
        in_force.filter(granted_at__lte=granted_at).update(withdrawn_at=granted_at)
        return Consent.objects.create(
            patient=patient,
            purpose=purpose,
            version=version,
            granted_at=granted_at,
            withdrawn_at=later.granted_at if later else None,
            recorded_by_id=caller.user_id,
        )


def withdraw_consent(caller: Caller, patient_id: UUID, consent_id: UUID, *, now: datetime) -> Consent:
    """End a consent; withdrawing it again keeps the first time."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.WRITE_PATIENTS)
    Consent.objects.filter(id=consent_id, patient=patient, withdrawn_at=None).update(withdrawn_at=now)
    consent = Consent.objects.filter(id=consent_id, patient=patient).first()
    if consent is None:
        raise ConsentNotFound
    return consent


def _locked(patient_id: UUID, expected: frozenset[str] | None) -> Patient:
    patient = Patient.objects.select_for_update().get(id=patient_id)
    check_expected(expected, lambda: record_of(patient, clinician_ids([patient])[patient.id]))
    return patient


def _save(patient: Patient) -> None:
    try:
        with transaction.atomic():
            patient.save()
    except IntegrityError as error:
        if "external_ref" in str(error):
            raise ExternalRefTaken from None
        if "one_record_a_user" in str(error):
            raise UserTaken from None
        raise


def _assign(caller: Caller, patient: Patient, user_ids: Sequence[UUID]) -> None:
    wanted = set(user_ids)
    staff = Membership.objects.filter(
        clinic_id=caller.clinic_id, user_id__in=wanted, role__in=[Role.CLINICIAN, Role.ADMIN]
    )
    if staff.count() != len(wanted):
        raise UnknownMember
    CareAssignment.objects.filter(patient=patient).exclude(user_id__in=wanted).delete()
    CareAssignment.objects.bulk_create(
        [CareAssignment(patient=patient, user_id=user_id) for user_id in sorted(wanted)],
        ignore_conflicts=True,
    )


def _own_record(caller: Caller, user_id: UUID | None) -> UUID | None:
    if user_id is None:
        return None
    if not Membership.objects.filter(clinic_id=caller.clinic_id, user_id=user_id, role=Role.PATIENT).exists():
        raise UnknownMember
    return user_id

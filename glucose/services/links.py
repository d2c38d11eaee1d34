"""Linking the vendor's people to patients: always an explicit act, never a guess."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.callers import Caller
from accounts.roles import Act
from glucose.errors import AlreadyLinked, CannotBeToldApart, NotLinked, VendorPatientNotFound
from glucose.models import SourceAccount, VendorPatient
from glucose.selectors.accounts import visible_account
from glucose.services.accounts import start_sync
from patients.models import Patient
from patients.selectors import visible_patient
from patients.services import create_patient

UNKNOWN_ZONE = "UTC"


def link(caller: Caller, account_id: UUID, vendor_id: str, patient_id: UUID) -> VendorPatient:
    """Link the person to a patient of the clinic; their readings come with the next sync, which starts at once."""
    account, person = _person(caller, account_id, vendor_id)
    return _link(caller, account, person, visible_patient(caller, patient_id).id)


def create_and_link(caller: Caller, account_id: UUID, vendor_id: str, **fields: Any) -> VendorPatient:
    """Create a patient for the person; the name is the vendor's where none is given."""
    account, person = _person(caller, account_id, vendor_id)
    if person.patient_id is not None:
        raise AlreadyLinked
    name = f"{person.first_name} {person.last_name}".strip() or person.vendor_id
    with transaction.atomic():
        patient = create_patient(caller, **{"name": name, "timezone": UNKNOWN_ZONE, **fields})
        return _link(caller, account, person, patient.id)


def ignore(caller: Caller, account_id: UUID, vendor_id: str) -> VendorPatient:
    """Do not ask about this person again; nothing of theirs is stored."""
    _, person = _person(caller, account_id, vendor_id)
    if person.patient_id is not None:
        raise AlreadyLinked
    person.state = VendorPatient.State.IGNORED
    person.save(update_fields=["state"])
    return person


def unlink(caller: Caller, account_id: UUID, vendor_id: str) -> VendorPatient:
    """Sync this person no more; the patient keeps what is stored, and may be linked to somebody else."""
    _, person = _person(caller, account_id, vendor_id)
    if person.patient_id is None:
        raise NotLinked
    person.patient, person.state, person.newest_at = None, VendorPatient.State.UNLINKED, None
    person.save(update_fields=["patient", "state", "newest_at"])
    return person


def _person(caller: Caller, account_id: UUID, vendor_id: str) -> tuple[SourceAccount, VendorPatient]:
    account = visible_account(caller, account_id)
    caller.require(Act.WRITE_SOURCES)
    # PostgreSQL has no null byte to compare with.
    person = VendorPatient.objects.filter(account=account, vendor_id=vendor_id.replace("\x00", "")).first()
    if person is None:
        raise VendorPatientNotFound
    if person.patient_id is not None and not Patient.objects.filter(id=person.patient_id, deleted_at=None).exists():
        # Their patient was deleted since: they wait again for somebody to say who they are.
        person.patient, person.state = None, VendorPatient.State.UNLINKED
        person.save(update_fields=["patient", "state"])
    return account, person


def _link(caller: Caller, account: SourceAccount, person: VendorPatient, patient_id: UUID) -> VendorPatient:
    if person.problem == VendorPatient.Problem.TWICE:
        raise CannotBeToldApart
    if person.problem == VendorPatient.Problem.ELSEWHERE:
        raise AlreadyLinked
    try:
        with transaction.atomic():
            _release_vanished(account, person.vendor_id, patient_id)
            linked = VendorPatient.objects.filter(id=person.id, patient=None).update(
                patient_id=patient_id, state=VendorPatient.State.LINKED
            )
            if not linked:
                raise AlreadyLinked
            start_sync(caller, account)
    except IntegrityError:
        raise AlreadyLinked from None
    person.refresh_from_db()
    return person


def _release_vanished(account: SourceAccount, vendor_id: str, patient_id: UUID) -> None:
    """The same person moved here from another account: this act moves the link of their patient along."""
    VendorPatient.objects.filter(
        account__clinic_id=account.clinic_id,
        account__kind=account.kind,
        vendor_id=vendor_id,
        patient_id=patient_id,
        problem=VendorPatient.Problem.VANISHED,
    ).update(patient=None, state=VendorPatient.State.UNLINKED, newest_at=None)

"""Linking the vendor's people to patients: always an explicit act, never a guess."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.callers import Caller
from accounts.roles import Act
from glucose.errors import AlreadyLinked, VendorPatientNotFound
from glucose.models import LibreLinkUpAccount, VendorPatient
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


def _person(caller: Caller, account_id: UUID, vendor_id: str) -> tuple[LibreLinkUpAccount, VendorPatient]:
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


def _link(caller: Caller, account: LibreLinkUpAccount, person: VendorPatient, patient_id: UUID) -> VendorPatient:
    try:
        with transaction.atomic():
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

"""Reading LibreLinkUp accounts and their people."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.callers import Caller
from accounts.roles import ALLOWED, Act
from api.conditional import digest
from glucose.errors import AccountNotFound
from glucose.models import AccountState, LibreLinkUpAccount, VendorPatient
from patients.selectors import visible_patients

NEEDS_A_PERSON = (
    AccountState.BAD_CREDENTIALS,
    AccountState.TERMS_REQUIRED,
    AccountState.VERSION_REFUSED,
    AccountState.DISABLED,
)


def visible_accounts(caller: Caller) -> QuerySet[LibreLinkUpAccount]:
    """The accounts of the caller's clinic; NotAllowed for roles that have nothing to do with sources."""
    caller.require(Act.READ_SOURCES)
    return LibreLinkUpAccount.objects.filter(clinic_id=caller.clinic_id)


def visible_account(caller: Caller, account_id: UUID) -> LibreLinkUpAccount:
    """One account; AccountNotFound where the clinic does not have it, or the role may not know of it."""
    if Act.READ_SOURCES not in ALLOWED[caller.role]:
        raise AccountNotFound
    account = visible_accounts(caller).filter(id=account_id).first()
    if account is None:
        raise AccountNotFound
    return account


def linked_patients(caller: Caller, accounts: Sequence[LibreLinkUpAccount]) -> dict[UUID, list[UUID]]:
    """By account, the patients that are synced from it and that the caller may see."""
    found: dict[UUID, list[UUID]] = {account.id: [] for account in accounts}
    rows = VendorPatient.objects.filter(account__in=list(found), patient__in=visible_patients(caller))
    for account_id, patient_id in rows.order_by("patient_id").values_list("account_id", "patient_id"):
        found[account_id].append(patient_id)
    return found


def record_of(account: LibreLinkUpAccount) -> str:
    """What stands for everything that people can change about an account; what a sync notes is not part of it."""
    disabled = account.state == AccountState.DISABLED
    return digest(account.id, account.email, account.region, account.credentials_version, disabled)


def unlinked_people(caller: Caller, account_id: UUID) -> list[VendorPatient]:
    """The account's people who wait, longest known first.

    Nobody accepted or ignored them yet, or the patient they were linked to is deleted.
    """
    account = visible_account(caller, account_id)
    caller.require(Act.WRITE_SOURCES)
    waiting = Q(state=VendorPatient.State.UNLINKED) | Q(patient__deleted_at__isnull=False)
    return list(VendorPatient.objects.filter(waiting, account=account).order_by("id"))


def may_be_visited(account: LibreLinkUpAccount, now: datetime) -> bool:
    """Whether a visit is allowed now: not while a person must act, nor before the vendor's time."""
    waits = account.next_attempt_at is not None and account.next_attempt_at > now
    return account.state not in NEEDS_A_PERSON and not waits


def _visitable(now: datetime) -> QuerySet[LibreLinkUpAccount]:
    waiting = Q(next_attempt_at__gt=now)
    return LibreLinkUpAccount.objects.exclude(state__in=NEEDS_A_PERSON).exclude(waiting)


def accounts_with_readings(now: datetime) -> list[UUID]:
    """Accounts that may be visited and have linked patients."""
    linked = VendorPatient.objects.filter(state=VendorPatient.State.LINKED, patient__deleted_at=None)
    return list(_visitable(now).filter(id__in=linked.values("account_id")).values_list("id", flat=True))


def accounts_with_old_people(now: datetime, age: timedelta) -> list[UUID]:
    """Accounts that may be visited and whose people were last seen longer ago than ``age``."""
    old = Q(people_seen_at=None) | Q(people_seen_at__lte=now - age)
    return list(_visitable(now).filter(old).values_list("id", flat=True))

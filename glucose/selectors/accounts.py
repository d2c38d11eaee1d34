"""Reading LibreLinkUp accounts and their people."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.callers import Caller
from accounts.roles import ALLOWED, Act
from api.conditional import digest
from glucose.account_states import NEEDS_A_PERSON, AccountState
from glucose.errors import AccountNotFound
from glucose.models import AccountEvent, SetAside, SourceAccount, SourceKind, VendorPatient
from patients.selectors import visible_patients


def visible_accounts(caller: Caller, kind: SourceKind | None = None) -> QuerySet[SourceAccount]:
    """The accounts of the caller's clinic; NotAllowed for roles that have nothing to do with sources."""
    caller.require(Act.READ_SOURCES)
    rows = SourceAccount.objects.filter(clinic_id=caller.clinic_id)
    return rows if kind is None else rows.filter(kind=kind)


def visible_account(caller: Caller, account_id: UUID, kind: SourceKind | None = None) -> SourceAccount:
    """One account; AccountNotFound where the clinic does not have it, or the role may not know of it."""
    if Act.READ_SOURCES not in ALLOWED[caller.role]:
        raise AccountNotFound
    account = visible_accounts(caller, kind).filter(id=account_id).first()
    if account is None:
        raise AccountNotFound
    return account


@dataclass(slots=True)
class Linked:
    """The patients that are synced from an account, and how many of them a problem stops."""

    patients: list[UUID] = field(default_factory=list)
    stopped: int = 0


def linked_patients(caller: Caller, accounts: Sequence[SourceAccount]) -> dict[UUID, Linked]:
    """By account, who of those that the caller may see is synced from it."""
    found = {account.id: Linked() for account in accounts}
    rows = VendorPatient.objects.filter(account__in=list(found), patient__in=visible_patients(caller))
    for row in rows.order_by("patient_id").values("account_id", "patient_id", "problem"):
        linked = found[row["account_id"]]
        linked.patients.append(row["patient_id"])
        linked.stopped += row["problem"] != VendorPatient.Problem.NONE
    return found


def record_of(account: SourceAccount) -> str:
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


def people_of(caller: Caller, account_id: UUID) -> list[VendorPatient]:
    """Everybody whom the account shows or showed, longest known first."""
    account = visible_account(caller, account_id)
    caller.require(Act.WRITE_SOURCES)
    return list(VendorPatient.objects.filter(account=account).order_by("id"))


def events_of(
    caller: Caller, account_id: UUID, *, before: UUID | None, after: UUID | None, limit: int
) -> list[AccountEvent]:
    """The account's history, newest first before an id; oldest first after an id."""
    rows = AccountEvent.objects.filter(account=visible_account(caller, account_id)).select_related("user")
    if after is not None:
        return list(rows.filter(id__gt=after).order_by("id")[:limit])
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[:limit])


def set_aside_of(caller: Caller, account_id: UUID) -> list[SetAside]:
    """What the vendor sent that could not become a reading, the newest first."""
    account = visible_account(caller, account_id)
    caller.require(Act.WRITE_SOURCES)
    return list(SetAside.objects.filter(account=account).order_by("-last_seen_at", "-id"))


def _visitable(now: datetime) -> QuerySet[SourceAccount]:
    changed_version = Q(state=AccountState.VERSION_REFUSED) & ~Q(refused_version=settings.LIBRELINKUP_VERSION)
    return SourceAccount.objects.filter(~Q(state__in=NEEDS_A_PERSON) | changed_version).exclude(next_attempt_at__gt=now)


def accounts_with_readings(now: datetime) -> list[UUID]:
    """Accounts that may be visited and have linked patients."""
    linked = VendorPatient.objects.filter(state=VendorPatient.State.LINKED, patient__deleted_at=None)
    return list(_visitable(now).filter(id__in=linked.values("account_id")).values_list("id", flat=True))


def accounts_with_old_people(now: datetime, age: timedelta) -> list[UUID]:
    """Accounts that may be visited and whose people were last seen longer ago than ``age``."""
    old = Q(people_seen_at=None) | Q(people_seen_at__lte=now - age)
    return list(_visitable(now).filter(old).values_list("id", flat=True))


def accounts_in_need() -> list[tuple[UUID, UUID]]:
    """The accounts of every clinic that wait for a person, each with its clinic; not those that one switched off."""
    waiting = SourceAccount.objects.filter(state__in=NEEDS_A_PERSON - {AccountState.DISABLED})
    tried_anyway = Q(state=AccountState.VERSION_REFUSED) & ~Q(refused_version=settings.LIBRELINKUP_VERSION)
    return list(waiting.exclude(tried_anyway).order_by("id").values_list("id", "clinic_id"))

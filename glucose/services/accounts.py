"""Vendors' accounts of a clinic: adding, changing, removing, and asking for a sync."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.callers import Caller
from accounts.roles import Act
from api.conditional import check_expected
from glucose import account_states
from glucose.account_states import AccountState, Standing
from glucose.errors import AccountNotFound, AccountTaken, UnknownRegion
from glucose.models import SourceAccount, SourceKind
from glucose.selectors.accounts import record_of, visible_account
from glucose.services.standings import record
from glucose.sources import dexcom_share_client, librelinkup_client
from work.models import Task
from work.queues import DEFAULT
from work.services import start_task

# LibreLinkUp tells an account's region at the login.
REGIONS_OF: Final = {
    SourceKind.LIBRELINKUP: frozenset({"", *librelinkup_client.REGIONS}),
    SourceKind.DEXCOM_SHARE: frozenset(dexcom_share_client.REGIONS),
}


def create_account(
    caller: Caller,
    *,
    email: str,
    password: str,
    now: datetime,
    region: str = "",
    kind: SourceKind = SourceKind.LIBRELINKUP,
) -> SourceAccount:
    """Add an account; its people appear with the first sync, which starts at once."""
    caller.require(Act.WRITE_SOURCES)
    _check_region(kind, region)
    with transaction.atomic():
        account = SourceAccount(
            clinic_id=caller.clinic_id, kind=kind, email=email.strip().lower(), password=password, region=region
        )
        _save(account)
        record(account.id, account.standing, now, caller.user_id)
        start_sync(caller, account)
    return account


def change_account(
    caller: Caller, account_id: UUID, *, now: datetime, expected: frozenset[str] | None = None, **fields: Any
) -> SourceAccount:
    """Change password, region or state, if the record is one of the expected; an active account is tried at once.

    With a new password or region the old session is forgotten. What the vendor said not to try before its time is not
    tried before.
    """
    account = visible_account(caller, account_id)
    caller.require(Act.WRITE_SOURCES)
    _check_region(SourceKind(account.kind), fields.get("region", account.region))
    with transaction.atomic():
        account = _locked(account.id, expected)
        before, wanted = account.standing, fields.pop("state", AccountState.ACTIVE if fields else account.state)
        for name, value in fields.items():
            setattr(account, name, value)
        if fields:
            account.credentials_version += 1
            account.token, account.token_expires_at, account.vendor_user_id = "", None, ""
        _stand(account, _standing(before, AccountState(wanted), now))
        _save(account)
        if account.standing != before or fields:
            record(account.id, account.standing, now, caller.user_id)
        if account_states.may_be_visited(account.standing, now):
            start_sync(caller, account)
    return account


def _check_region(kind: SourceKind, region: str) -> None:
    if region not in REGIONS_OF[kind]:
        raise UnknownRegion(SourceKind(kind).label)


def _standing(before: Standing, wanted: AccountState, now: datetime) -> Standing:
    if wanted is AccountState.DISABLED:
        return Standing(AccountState.DISABLED, "Somebody of the clinic switched it off.", before.next_attempt_at)
    if before.state is AccountState.DISABLED and before.next_attempt_at and before.next_attempt_at > now:
        # It was locked when it was switched off, and the vendor still counts.
        return Standing(AccountState.RATE_LIMITED, "The vendor's time is not over yet.", before.next_attempt_at)
    return account_states.reset(before, now)


def _stand(account: SourceAccount, standing: Standing) -> None:
    account.state, account.state_detail = standing.state, standing.detail
    account.next_attempt_at, account.failures = standing.next_attempt_at, standing.failures


def delete_account(caller: Caller, account_id: UUID, *, expected: frozenset[str] | None = None) -> None:
    """Forget the account and its people, if the record is one of the expected; patients and readings stay."""
    account = visible_account(caller, account_id)
    caller.require(Act.WRITE_SOURCES)
    with transaction.atomic():
        _locked(account.id, expected).delete()


def request_sync(caller: Caller, account_id: UUID) -> Task:
    """Start a sync of the account in the background."""
    account = visible_account(caller, account_id)
    caller.require(Act.SYNC_SOURCES)
    with transaction.atomic():
        return start_sync(caller, account)


def start_sync(caller: Caller, account: SourceAccount) -> Task:
    """A task that visits the account; its message goes out with the commit."""
    return start_task(
        kind=f"{account.kind}_sync",
        actor="sync_account",
        queue=DEFAULT,
        owner_id=caller.user_id,
        arguments={"account_id": str(account.id)},
    )


def _locked(account_id: UUID, expected: frozenset[str] | None) -> SourceAccount:
    account = SourceAccount.objects.select_for_update().filter(id=account_id).first()
    if account is None:
        raise AccountNotFound
    check_expected(expected, lambda: record_of(account))
    return account


def _save(account: SourceAccount) -> None:
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        if "one_account_an_email" in str(error):
            raise AccountTaken from None
        raise

"""LibreLinkUp accounts of a clinic: adding, changing, removing, and asking for a sync."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.callers import Caller
from accounts.roles import Act
from api.conditional import check_expected
from glucose.errors import AccountNotFound, AccountTaken
from glucose.models import AccountState, LibreLinkUpAccount
from glucose.selectors.accounts import record_of, visible_account
from work.models import Task
from work.services import start_task


def create_account(caller: Caller, *, email: str, password: str, region: str = "") -> LibreLinkUpAccount:
    """Add an account; its people appear with the first sync, which starts at once."""
    caller.require(Act.WRITE_SOURCES)
    with transaction.atomic():
        account = LibreLinkUpAccount(
            clinic_id=caller.clinic_id, email=email.strip().lower(), password=password, region=region
        )
        _save(account)
        start_sync(caller, account)
    return account


def change_account(
    caller: Caller, account_id: UUID, *, expected: frozenset[str] | None = None, **fields: Any
) -> LibreLinkUpAccount:
    """Change password, region or state, if the record is one of the expected; an active account is tried at once.

    With a new password or region the old session is forgotten.
    """
    account = visible_account(caller, account_id)
    caller.require(Act.WRITE_SOURCES)
    with transaction.atomic():
        account = _locked(account.id, expected)
        for name, value in fields.items():
            setattr(account, name, value)
        if {"password", "region"} & fields.keys():
            account.credentials_version += 1
            account.token, account.token_expires_at, account.vendor_user_id = "", None, ""
            account.state = fields.get("state", AccountState.ACTIVE)
        if account.state == AccountState.ACTIVE:
            account.state_detail, account.next_attempt_at = "", None
        _save(account)
        if account.state == AccountState.ACTIVE:
            start_sync(caller, account)
    return account


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


def start_sync(caller: Caller, account: LibreLinkUpAccount) -> Task:
    """A task that visits the account; its message goes out with the commit."""
    return start_task(
        kind="librelinkup_sync",
        actor="sync_account",
        queue="default",
        owner_id=caller.user_id,
        arguments={"account_id": str(account.id)},
    )


def _locked(account_id: UUID, expected: frozenset[str] | None) -> LibreLinkUpAccount:
    account = LibreLinkUpAccount.objects.select_for_update().filter(id=account_id).first()
    if account is None:
        raise AccountNotFound
    check_expected(expected, lambda: record_of(account))
    return account


def _save(account: LibreLinkUpAccount) -> None:
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        if "one_account_an_email" in str(error):
            raise AccountTaken from None
        raise

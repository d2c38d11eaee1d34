"""Accepting a vendor's terms: a legal consent, which a person gives and we only carry."""

from uuid import UUID

from django.db import transaction

from accounts.callers import Caller
from accounts.roles import Act
from glucose.account_states import WELL, AccountState, Standing
from glucose.errors import NothingToAccept
from glucose.models import SourceAccount
from glucose.selectors.accounts import visible_account
from glucose.services.standings import note, note_refusal, record
from glucose.services.visitors import client_of, visiting
from glucose.sources.librelinkup_answers import DOCUMENTS
from glucose.sources.port import Clock, SourceRefused
from work import leases
from work.models import Task
from work.queues import DEFAULT
from work.services import start_task


def request_acceptance(caller: Caller, account_id: UUID) -> Task:
    """The caller accepts what the vendor asks for; it is told to the vendor in the background."""
    account = visible_account(caller, account_id)
    caller.require(Act.WRITE_SOURCES)
    _check(account)
    with transaction.atomic():
        return start_task(
            kind="librelinkup_accept_terms",
            actor="accept_terms",
            queue=DEFAULT,
            owner_id=caller.user_id,
            arguments={"account_id": str(account.id), "user_id": str(caller.user_id)},
        )


def accept_terms(*, account_id: UUID, user_id: UUID, holder: str, clock: Clock) -> list[str]:
    """Log in, accept the documents that are asked for, and keep the session; which ones they were.

    Errors: NothingToAccept; VisitSkipped while a visit is under way; SourceRefused as a visit.
    """
    with visiting(account_id, holder, clock) as (account, watch):
        _check(account)
        client = client_of(account, watch)
        try:
            accepted = client.accept_documents()
        except SourceRefused as refusal:
            with transaction.atomic():
                leases.assert_held(watch.held)
                note_refusal(account, refusal, clock())
            raise
        finally:
            client.close()
        with transaction.atomic():
            leases.assert_held(watch.held)
            note(account, WELL, clock(), pending_step="")
            what = " and ".join(DOCUMENTS[step] for step in accepted) or "nothing any more"
            record(account_id, Standing(AccountState.ACTIVE, f"Accepted for the vendor: {what}."), clock(), user_id)
        return accepted


def _check(account: SourceAccount) -> None:
    if account.state != AccountState.TERMS_REQUIRED:
        raise NothingToAccept
    if account.pending_step not in DOCUMENTS:
        raise NothingToAccept(account.pending_step)

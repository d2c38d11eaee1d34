"""Writing down where a vendor's account stands, with its history."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from glucose import account_states
from glucose.account_states import NOT_BEFORE, AccountState, Standing
from glucose.models import AccountEvent, SourceAccount
from glucose.sources.port import SourceRefused

log = logging.getLogger(__name__)
# A vendor says the same to an account that moved to another region as during its maintenance. After so many answers of
# the kind the session is given up: the next login is redirected, if the account moved.
MISPLACED_BEFORE_LOGIN: Final = 3
KEEP_EVENTS: Final = timedelta(days=400)


def note_refusal(account: SourceAccount, refusal: SourceRefused, now: datetime, **more: Any) -> None:
    """The account's state after a visit that the vendor refused, as a whole or from some point on."""
    log.warning("source account %s: %s", account.id, refusal.state)
    standing = account_states.refused(account.standing, refusal.state, refusal.detail, refusal.wait, now)
    forgotten = {"token": ""} if refusal.misplaced and standing.failures % MISPLACED_BEFORE_LOGIN == 0 else {}
    seen = {"pending_step": refusal.step, "refused_version": refusal.version}
    if not note(account, standing, now, **seen, **forgotten, **more) and standing.state in NOT_BEFORE:
        _hold(account, standing, now)


def _hold(account: SourceAccount, standing: Standing, now: datetime) -> None:
    """The vendor's time counts although somebody disabled the account or changed its password since the visit began."""
    rows = SourceAccount.objects.filter(id=account.id)
    held = rows.exclude(state=AccountState.DISABLED).update(
        state=standing.state,
        state_detail=standing.detail,
        next_attempt_at=standing.next_attempt_at,
        failures=standing.failures,
    )
    if held:
        record(account.id, standing, now)
    else:
        rows.update(next_attempt_at=standing.next_attempt_at)


def note_success(account: SourceAccount, now: datetime, **more: Any) -> None:
    """The account's state after a visit that brought what there was."""
    seen = {"pending_step": "", "refused_version": "", "last_success_at": now, "people_seen_at": now}
    note(account, account_states.WELL, now, **seen, **more)


def note(account: SourceAccount, standing: Standing, now: datetime, **more: Any) -> bool:
    """Write the standing, as long as nobody disabled the account or changed its password since the visit began."""
    written = as_visited(account).update(
        state=standing.state,
        state_detail=standing.detail,
        next_attempt_at=standing.next_attempt_at,
        failures=standing.failures,
        **more,
    )
    if written and standing.state != account.state:
        record(account.id, standing, now)
    return bool(written)


def record(account_id: UUID, standing: Standing, now: datetime, user_id: UUID | None = None) -> None:
    """A line of the account's history; ``user_id`` where a person did it."""
    AccountEvent.objects.create(
        account_id=account_id,
        at=now,
        state=standing.state,
        detail=standing.detail,
        next_attempt_at=standing.next_attempt_at,
        user_id=user_id,
    )


def forget_old_events(now: datetime) -> int:
    """Delete history that nobody asks for any more; how many rows."""
    deleted, _ = AccountEvent.objects.filter(at__lt=now - KEEP_EVENTS).delete()
    return deleted


def as_visited(account: SourceAccount) -> QuerySet[SourceAccount]:
    """The account's row, as long as nobody disabled it or changed its password since the visit began."""
    return SourceAccount.objects.filter(id=account.id, credentials_version=account.credentials_version).exclude(
        state=AccountState.DISABLED
    )


def may_be_visited(account: SourceAccount, now: datetime) -> bool:
    """Whether a visit is allowed now; a version that the operator changed since it was refused may be tried."""
    standing = account.standing
    if standing.state is AccountState.VERSION_REFUSED and account.refused_version != settings.LIBRELINKUP_VERSION:
        return True
    return account_states.may_be_visited(standing, now)

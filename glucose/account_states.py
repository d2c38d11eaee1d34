"""The states of a vendor's account, and what a refusal or a success makes of them. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final


@unique
class AccountState(StrEnum):
    """Where an account stands."""

    ACTIVE = "active"
    BAD_CREDENTIALS = "bad_credentials"
    LOCKED_OUT = "locked_out"
    TERMS_REQUIRED = "terms_required"
    VERSION_REFUSED = "version_refused"
    RATE_LIMITED = "rate_limited"
    UNREACHABLE = "unreachable"
    DISABLED = "disabled"


CHOICES: Final = [(state.value, state.value.replace("_", " ").capitalize()) for state in AccountState]

# Nothing is tried before a person acted. A refused version also ends when the operator presents another one.
NEEDS_A_PERSON: Final = frozenset(
    {
        AccountState.BAD_CREDENTIALS,
        AccountState.TERMS_REQUIRED,
        AccountState.VERSION_REFUSED,
        AccountState.DISABLED,
    }
)
# The vendor named a time, or is known to hold it against whoever comes earlier: nothing that a person does shortens it.
NOT_BEFORE: Final = frozenset({AccountState.LOCKED_OUT, AccountState.RATE_LIMITED})

# What a person can do; the other states end by themselves at next_attempt_at.
ACTION_NEEDED: Final = {
    AccountState.BAD_CREDENTIALS: "Enter the password of this account again.",
    AccountState.TERMS_REQUIRED: "Read the vendor's new terms and accept them here (accept-terms) or in its own app.",
    AccountState.VERSION_REFUSED: "Ask your operator to raise LIBRELINKUP_VERSION to what the vendor demands.",
    AccountState.DISABLED: "Set the state to active to sync again.",
}

# Without a time from the vendor: how long to wait after the first refusal, and at most after more of them in a row.
FIRST_PAUSE: Final = {
    AccountState.LOCKED_OUT: timedelta(minutes=5),
    AccountState.RATE_LIMITED: timedelta(minutes=15),
    AccountState.UNREACHABLE: timedelta(minutes=1),
}
LONGEST_PAUSE: Final = {
    AccountState.LOCKED_OUT: timedelta(hours=4),
    AccountState.RATE_LIMITED: timedelta(hours=4),
    AccountState.UNREACHABLE: timedelta(minutes=30),
}
# A vendor that names an absurd time must not put a clinic off for ever.
LONGEST_NAMED: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands, why, when it may be tried next (None: at the next round), and refusals in a row."""

    state: AccountState
    detail: str = ""
    next_attempt_at: datetime | None = None
    failures: int = 0


WELL: Final = Standing(AccountState.ACTIVE)


def refused(before: Standing, state: AccountState, detail: str, wait: timedelta | None, now: datetime) -> Standing:
    """After a refusal. ``now`` is when the answer was there, for the vendor's times count from then."""
    failures = before.failures + 1
    if state not in FIRST_PAUSE:
        return Standing(state, detail, None, failures)
    pause = min(wait, LONGEST_NAMED) if wait is not None else _pause(state, failures)
    return Standing(state, detail, now + pause, failures)


def reset(before: Standing, now: datetime) -> Standing:
    """After a person changed something about the account: it is tried at once, unless the vendor said not before."""
    if before.state in NOT_BEFORE and before.next_attempt_at is not None and before.next_attempt_at > now:
        return before
    return WELL


def may_be_visited(standing: Standing, now: datetime) -> bool:
    """Whether a visit is allowed now: not while a person must act, nor before the time."""
    waits = standing.next_attempt_at is not None and standing.next_attempt_at > now
    return standing.state not in NEEDS_A_PERSON and not waits


def _pause(state: AccountState, failures: int) -> timedelta:
    # The exponent is bounded: no account fails often enough to need more.
    doubled: timedelta = FIRST_PAUSE[state] * 2 ** min(failures - 1, 12)
    return min(doubled, LONGEST_PAUSE[state])

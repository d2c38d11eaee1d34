"""What can go wrong on purpose, and for whom."""

import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from simulator.fields import Fields, InvalidError

CALLS = ("authenticate", "login", "read")
SIGNING_IN, READING = ("authenticate", "login"), ("read",)
# The calls that a kind of fault is about.
KINDS = {
    "bad_credentials": SIGNING_IN,
    "max_attempts": SIGNING_IN,
    "session_expired": READING,
    "rate_limited": CALLS,
    "http_5xx": CALLS,
    "html_200": CALLS,
    "truncated_json": CALLS,
    "hang": CALLS,
    "slow": CALLS,
    "empty": READING,
    "future_time": READING,
    "repeated_time": READING,
    "travel": READING,
}
# How the vendor has said that name and password do not fit; the null session comes with status 200.
NULL_SESSION = "null_session"
BAD_CREDENTIALS = (
    "AccountPasswordInvalid",
    "SSO_AuthenticatePasswordInvalid",
    "SSO_AuthenticateAccountNotFound",
    "SSO_InternalError",
    NULL_SESSION,
)
LONGEST_SECONDS = 120
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Fault:
    """One fault: for one account or all, on some calls, a number of times or (None) until it is taken away."""

    kind: str
    account: str | None
    calls: tuple[str, ...]
    times: int | None
    code: str
    status: int
    seconds: float
    ahead_seconds: int
    offset_minutes: int

    def concerns(self, call: str, username: str | None) -> bool:
        """Whether it happens to this call of this account."""
        return call in self.calls and self.account in (None, username)


class Faults:
    """The faults that are set, each with how often it has still to happen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[Fault, int | None] = {}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter([{**asdict(fault), "left": left} for fault, left in self._left.items()])

    def add(self, fault: Fault) -> None:
        """Set a fault."""
        with self._lock:
            self._left[fault] = fault.times

    def clear(self) -> None:
        """Take all faults away."""
        with self._lock:
            self._left.clear()

    def happening(self, call: str, username: str | None) -> list[Fault]:
        """The faults of this very call, in the order they were set; each counts."""
        with self._lock:
            found = [fault for fault in self._left if fault.concerns(call, username)]
            for fault in found:
                left = self._left[fault]
                if left == 1:
                    del self._left[fault]
                elif left is not None:
                    self._left[fault] = left - 1
            return found


def fault_from_body(body: object) -> Fault:
    """Read the body that sets a fault; raises ``InvalidError``."""
    fields = Fields(body)
    kind = fields.choice("kind", tuple(KINDS))
    account, times = fields.raw("account"), fields.raw("times")
    call = fields.raw("call")
    if call is not None and call not in KINDS[kind]:
        raise InvalidError(f"call: expected one of {', '.join(KINDS[kind])}")
    return Fault(
        kind=kind,
        account=None if account is None else fields.text("account"),
        calls=KINDS[kind] if call is None else (call,),
        times=None if times is None else fields.integer("times", low=1, high=1_000),
        code=fields.choice("code", BAD_CREDENTIALS, BAD_CREDENTIALS[0]),
        status=fields.integer("status", low=500, high=599, default=503),
        seconds=fields.number("seconds", low=0, high=LONGEST_SECONDS, default=5),
        ahead_seconds=fields.integer("ahead_seconds", low=1, high=400 * DAY_SECONDS, default=DAY_SECONDS),
        offset_minutes=fields.integer("offset_minutes", low=-840, high=840, default=540),
    )

"""Accounts are locked for a while after repeated wrong passwords."""

from typing import Any

from simulator.instants import SECOND_MS

FAILURES = 3
INTERVAL_S = 60
LOCKOUT_S = 300

LOCKED_BODY: dict[str, Any] = {
    "status": 429,
    "data": {
        "code": 60,
        "data": {"failures": FAILURES, "interval": INTERVAL_S, "lockout": LOCKOUT_S},
        "message": "locked",
    },
}


class Lockout:
    """Counts wrong passwords by account: three within a minute lock it for five."""

    def __init__(self) -> None:
        self._failures_ms: dict[str, list[int]] = {}
        self._until_ms: dict[str, int] = {}

    def is_locked(self, account: str, *, now_ms: int) -> bool:
        """Whether the account refuses every login now."""
        return now_ms < self._until_ms.get(account, 0)

    def failed(self, account: str, *, now_ms: int) -> None:
        """Count a wrong password."""
        recent = [t for t in self._failures_ms.get(account, []) if now_ms - INTERVAL_S * SECOND_MS < t <= now_ms]
        recent.append(now_ms)
        if len(recent) >= FAILURES:
            self._until_ms[account] = now_ms + LOCKOUT_S * SECOND_MS
            recent = []
        self._failures_ms[account] = recent

    def succeeded(self, account: str) -> None:
        """Forget the account's wrong passwords."""
        self._failures_ms.pop(account, None)

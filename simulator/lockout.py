"""Accounts are locked for a while after repeated wrong passwords."""

from typing import Any

from simulator.instants import SECOND_MS

FAILURES = 3
INTERVAL_S = 60
LOCKOUT_S = 300


def locked_body(seconds: int) -> dict[str, Any]:
    """What a login is answered while a lock of so many seconds lasts."""
    times = {"failures": FAILURES, "interval": INTERVAL_S, "lockout": seconds}
    return {"status": 429, "data": {"code": 60, "data": times, "message": "locked"}}


class Lockout:
    """Counts wrong passwords by account: three within a minute lock it for five."""

    def __init__(self) -> None:
        self._failures_ms: dict[str, list[int]] = {}
        self._locks: dict[str, tuple[int, int]] = {}

    def locked_seconds(self, account: str, *, now_ms: int) -> int | None:
        """How long the lock lasts in all that refuses every login now; None without one."""
        until_ms, seconds = self._locks.get(account, (0, 0))
        return seconds if now_ms < until_ms else None

    def lock(self, account: str, seconds: int, *, now_ms: int) -> None:
        """Refuse every login for a while."""
        self._locks[account] = (now_ms + seconds * SECOND_MS, seconds)

    def release(self, account: str) -> None:
        """End the account's lock."""
        self._locks.pop(account, None)

    def failed(self, account: str, *, now_ms: int) -> None:
        """Count a wrong password."""
        recent = [t for t in self._failures_ms.get(account, []) if now_ms - INTERVAL_S * SECOND_MS < t <= now_ms]
        recent.append(now_ms)
        if len(recent) >= FAILURES:
            self.lock(account, LOCKOUT_S, now_ms=now_ms)
            recent = []
        self._failures_ms[account] = recent

    def succeeded(self, account: str) -> None:
        """Forget the account's wrong passwords."""
        self._failures_ms.pop(account, None)

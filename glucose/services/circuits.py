"""Circuits of the vendors' hosts: one that answers nobody is left alone for a while, then asked by one visit first.

The state is in Redis, for all workers. Without Redis every host may be asked.
"""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from redis.exceptions import RedisError

from glucose.sources.port import HostRests
from work import heartbeat

log = logging.getLogger(__name__)
SCRIPT: Final = Path(__file__).resolve().parents[1] / "lua" / "circuit.lua"
KEY: Final = "saude:circuit:{}"
# So many accounts in a row, within the window, got no answer or a 5xx, and no account an answer in between.
ACCOUNTS: Final = 3
WINDOW: Final = timedelta(minutes=15)
# After each probe that fails twice as long.
FIRST_REST: Final = timedelta(minutes=1)
LONGEST_REST: Final = timedelta(minutes=10)
# More than one call to a vendor may take.
PROBE: Final = timedelta(minutes=1)


class Gate:
    """The way of one visit to hosts; what it was let to, it may go on with."""

    def __init__(self, account_id: UUID) -> None:
        self.account_id = account_id
        self.admitted: set[str] = set()
        self.answered: set[str] = set()

    def admit(self, host: str, now: datetime) -> None:
        """HostRests where the host is left alone."""
        if host in self.admitted:
            return
        until = _asked("admit", host, now, _ms(PROBE))
        if until:
            raise HostRests(host, until)
        self.admitted.add(host)

    def note(self, host: str, answered: bool, now: datetime) -> None:
        """What became of a call; the first answer of a visit closes the circuit."""
        if not answered:
            self.answered.discard(host)
            _asked("failed", host, now, _ms(FIRST_REST), _ms(WINDOW), ACCOUNTS, str(self.account_id))
        elif host not in self.answered:
            self.answered.add(host)
            _asked("answered", host, now)


def resting(hosts: Iterable[str], now: datetime) -> dict[str, datetime]:
    """Those of the hosts that are left alone, and until when."""
    found = {host: _asked("look", host, now) for host in set(hosts)}
    return {host: until for host, until in found.items() if until}


def _asked(command: str, host: str, now: datetime, *more: Any) -> datetime | None:
    """When the host may be asked again, None for at once."""
    key = KEY.format(host)
    keys = [f"{key}:failing", key, f"{key}:probe"]
    try:
        with heartbeat.connect() as client:
            script: Any = client.register_script(SCRIPT.read_text(encoding="utf-8"))
            told = script(keys=keys, args=[command, int(now.timestamp() * 1000), _ms(LONGEST_REST), *more])
    except RedisError as error:
        log.warning("the circuit of %s is not known: %s", host, type(error).__name__)
        return None
    return datetime.fromtimestamp(int(told) / 1000, UTC) if told else None


def _ms(length: timedelta) -> int:
    return int(length.total_seconds() * 1000)

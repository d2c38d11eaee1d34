"""What is counted in Redis, for all processes together. Each step is one script, which Redis runs alone."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from api.redis_clients import client

log = logging.getLogger(__name__)

PREFIX = "saude:throttle:"
ANSWER_SECONDS = 0.25
SILENT_SECONDS = 5.0
SCRIPTS = Path(__file__).resolve().parent / "lua"


class Counters:
    """One Redis server and the scripts that count there."""

    def __init__(self, url: str) -> None:
        # A connection that broke while idle is tried once more; whoever waits for an answer waits shortly.
        self.client = client(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 1),
        )
        self._silent_until = 0.0

    def run(self, script: str, keys: Sequence[str], arguments: Sequence[int | str]) -> Any:
        """What ``lua/<script>.lua`` answers; RedisError where Redis does not."""
        return self._script(script)(keys=[PREFIX + key for key in keys], args=list(arguments))

    def run_or_none(self, script: str, keys: Sequence[str], arguments: Sequence[int | str]) -> Any:
        """As run; but None, and none asked for some seconds, where Redis does not answer."""
        if time.monotonic() < self._silent_until:
            return None
        try:
            return self.run(script, keys, arguments)
        except RedisError as error:
            log.error("requests are not counted for %.0f s, Redis does not answer: %s", SILENT_SECONDS, error)
            self._silent_until = time.monotonic() + SILENT_SECONDS
            return None

    @cache  # noqa: B019 -- as many instances as servers: one
    def _script(self, name: str) -> Any:
        return self.client.register_script((SCRIPTS / f"{name}.lua").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Policy:
    """At most ``quota`` in any ``seconds``; a quota of 0 is no limit."""

    name: str
    quota: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a client stands: how many are left of the quota, and after how many seconds there is more."""

    policy: Policy
    left: int
    more_after_seconds: int


def counters() -> Counters:
    """Those of this process."""
    return _counters(settings.REDIS_URL)


@cache
def _counters(url: str) -> Counters:
    return Counters(url)

"""What is computed again only where it changed, kept in Redis for all processes: each key says of which version it is.

Where Redis does not answer nothing is kept, and everything is computed.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from redis.exceptions import RedisError

from api.conditional import code_version
from api.counters import SILENT_SECONDS, counters

log = logging.getLogger(__name__)
PREFIX = "saude:kept:"
# A new version comes with the next reading: what is older than two of them is not asked for again.
KEPT_SECONDS = 600
_silent_until = 0.0


def kept(keys: Sequence[str]) -> list[bytes | None]:
    """What is kept under each key."""
    if not keys or _silent():
        return [None] * len(keys)
    try:
        found: Any = counters().client.mget([_name(key) for key in keys])
    except RedisError as error:
        _be_silent(error)
        return [None] * len(keys)
    return list(found)


def keep(values: Mapping[str, bytes]) -> None:
    """Keep each value under its key for some minutes."""
    if not values or _silent():
        return
    try:
        with counters().client.pipeline(transaction=False) as pipeline:
            for key, value in values.items():
                pipeline.set(_name(key), value, ex=KEPT_SECONDS)
            pipeline.execute()
    except RedisError as error:
        _be_silent(error)


def _name(key: str) -> str:
    return f"{PREFIX}{code_version()}:{key}"


def _silent() -> bool:
    return time.monotonic() < _silent_until


def _be_silent(error: RedisError) -> None:
    global _silent_until
    log.error("nothing is kept for %.0f s, Redis does not answer: %s", SILENT_SECONDS, error)
    _silent_until = time.monotonic() + SILENT_SECONDS

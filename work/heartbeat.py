"""The workers' sign of life, one for each queue: a key in Redis that workers write and `/health/` reads."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import redis
from django.conf import settings

from api import redis_clients

KEY: Final = "saude:worker:seen:{}"
KEPT_SECONDS: Final = 3600


def connect() -> "redis.Redis":
    """A client that answers within a second or fails."""
    return redis_clients.client(settings.REDIS_URL, socket_timeout=1.0, socket_connect_timeout=1.0)


def beat(queues: Iterable[str], now: datetime) -> None:
    """Write down that a worker of each of the queues was at work at this time."""
    with connect() as client:
        for queue in queues:
            client.set(KEY.format(queue), now.timestamp(), ex=KEPT_SECONDS)


def seconds_since(queue: str, now: datetime) -> float | None:
    """How long ago a worker of the queue answered; None where none did within the hour."""
    with connect() as client:
        seen = client.get(KEY.format(queue))
    return None if seen is None else now.timestamp() - float(seen)

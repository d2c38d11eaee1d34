"""The workers' sign of life: a key in Redis that an actor writes and `/health/` reads."""

from datetime import datetime

import redis
from django.conf import settings

KEY = "saude:worker:seen"


def connect() -> "redis.Redis":
    """A client that answers within a second or fails."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1.0, socket_connect_timeout=1.0)


def beat(now: datetime) -> None:
    """Write down that a worker did its work at this time."""
    with connect() as client:
        client.set(KEY, now.timestamp(), ex=3600)


def seconds_since(now: datetime) -> float | None:
    """How long ago a worker answered; None where none did within the hour."""
    with connect() as client:
        seen = client.get(KEY)
    return None if seen is None else now.timestamp() - float(seen)

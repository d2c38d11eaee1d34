"""What Redis tells: how much waits in each queue and for how long, when its workers were seen, which hosts rest."""

import json
import logging
from collections.abc import Iterable, Iterator
from typing import Any, Final

import dramatiq
import redis
from django.utils import timezone
from dramatiq.common import dq_name, xq_name
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from redis.exceptions import RedisError

from glucose.services.circuits import KEY as CIRCUIT
from work import heartbeat
from work.queues import QUEUES

log = logging.getLogger(__name__)
# What was given back, or failed, goes to the end of a queue again: the oldest is at one of its ends.
LOOKED_AT: Final = 20


class RedisFigures:
    """Asks at each scrape; a Redis that does not answer is itself a figure."""

    def collect(self) -> Iterator[Metric]:
        """What it told, and whether it told all."""
        up, families = _families()
        try:
            with heartbeat.connect() as client:
                for queue in QUEUES:
                    _queue(client, queue, families)
                _server(client, families)
                _circuits(client, families)
            up.add_metric([], 1)
        except RedisError as error:
            log.warning("Redis tells nothing: %s", type(error).__name__)
            up, families = _families()
            up.add_metric([], 0)
        yield from [up, *families.values()]

    def describe(self) -> Iterable[Metric]:
        """Without asking."""
        up, families = _families()
        return [up, *families.values()]


def _families() -> tuple[GaugeMetricFamily, dict[str, Any]]:
    up = GaugeMetricFamily("saude_redis_up", "Whether Redis told all figures.")
    return up, {
        "messages": GaugeMetricFamily(
            "saude_queue_messages",
            "Messages: waiting, delayed (waiting for their time), at_work, dead (not collected yet).",
            labels=["queue", "state"],
        ),
        "oldest": GaugeMetricFamily(
            "saude_queue_oldest_seconds", "How long the oldest message has waited; 0 where none does.", labels=["queue"]
        ),
        "seen": GaugeMetricFamily(
            "saude_queue_worker_seen_timestamp_seconds", "When a worker was last at work.", labels=["queue"]
        ),
        "circuit": GaugeMetricFamily("saude_circuit_open", "Whether a vendor's host is left alone.", labels=["host"]),
        "memory": GaugeMetricFamily("saude_redis_memory_bytes", "Memory: used, and the most.", labels=["kind"]),
        "clients": GaugeMetricFamily("saude_redis_clients", "Connections."),
        "commands": CounterMetricFamily("saude_redis_commands", "Commands that were done."),
    }


def _queue(client: "redis.Redis", queue: str, families: dict[str, Any]) -> None:
    namespace: str = dramatiq.get_broker().namespace  # type: ignore[attr-defined]
    key, later = f"{namespace}:{queue}", f"{namespace}:{dq_name(queue)}"
    with client.pipeline(transaction=True) as asked:
        asked.llen(key)
        asked.hlen(f"{key}.msgs")
        asked.hlen(f"{later}.msgs")
        asked.zcard(f"{namespace}:{xq_name(queue)}")
        asked.lrange(key, 0, LOOKED_AT - 1)
        asked.lrange(key, -LOOKED_AT, -1)
        asked.get(heartbeat.KEY.format(queue))
        waiting, known, delayed, dead, first, last, seen = asked.execute()
    counts = {"waiting": waiting, "delayed": delayed, "at_work": max(known - waiting, 0), "dead": dead}
    for state, number in counts.items():
        families["messages"].add_metric([queue, state], number)
    families["oldest"].add_metric([queue], _oldest(client, key, {*first, *last}))
    if seen is not None:
        families["seen"].add_metric([queue], float(seen))


def _oldest(client: "redis.Redis", key: str, names: set[bytes]) -> float:
    """Seconds since the oldest of the messages was sent or became due."""
    found: Any = client.hmget(f"{key}.msgs", list(names)) if names else []
    times = [time for time in map(_due_at, found) if time is not None]
    return max(timezone.now().timestamp() - min(times), 0.0) if times else 0.0


def _due_at(message: bytes | None) -> float | None:
    """Epoch seconds; None where another program wrote what cannot be read."""
    try:
        told = json.loads(message or b"")
        return float(max(told["message_timestamp"], told["options"].get("eta", 0))) / 1000
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _circuits(client: "redis.Redis", families: dict[str, Any]) -> None:
    now = timezone.now().timestamp() * 1000
    prefix = CIRCUIT.format("")
    for key in client.scan_iter(match=f"{prefix}*", count=1000, _type="hash"):
        host = key.decode().removeprefix(prefix)
        until: Any = client.hget(key, "until")
        families["circuit"].add_metric([host], float(until is not None and float(until) > now))


def _server(client: "redis.Redis", families: dict[str, Any]) -> None:
    told: Any = client.info()
    families["memory"].add_metric(["used"], told["used_memory"])
    families["memory"].add_metric(["most"], told["maxmemory"])
    families["clients"].add_metric([], told["connected_clients"])
    families["commands"].add_metric([], told["total_commands_processed"])

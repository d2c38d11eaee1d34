"""What a process says of itself: which version runs, and its pool of connections to the database."""

from typing import Any, Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from prometheus_client import Gauge

BUILD: Final = Gauge("saude_build_info", "The version that runs.", ["version"], multiprocess_mode="livemax")
POOL: Final = Gauge(
    "saude_database_pool_connections",
    "Connections to the database: in_use, idle, and the most that there may be.",
    ["state"],
    multiprocess_mode="livesum",
)
WAITING: Final = Gauge(
    "saude_database_pool_waiting", "Threads that wait for a connection.", multiprocess_mode="livesum"
)
WAITED: Final = Gauge(
    "saude_database_pool_waited_seconds",
    "How long threads have waited for connections since the process began.",
    multiprocess_mode="livesum",
)
REFUSED: Final = Gauge(
    "saude_database_pool_timeouts",
    "How often none became free in time since the process began.",
    multiprocess_mode="livesum",
)


def note() -> None:
    """Set them anew; a pool that nobody has used yet is not opened."""
    BUILD.labels(settings.SAUDE_VERSION).set(1)
    # Django keeps it by alias for the whole process.
    pool: Any = connections[DEFAULT_DB_ALIAS]._connection_pools.get(DEFAULT_DB_ALIAS)  # type: ignore[attr-defined]
    if pool is None:
        return
    told = pool.get_stats()
    POOL.labels("in_use").set(told["pool_size"] - told["pool_available"])
    POOL.labels("idle").set(told["pool_available"])
    POOL.labels("most").set(told["pool_max"])
    WAITING.set(told["requests_waiting"])
    WAITED.set(told.get("requests_wait_ms", 0) / 1000)
    REFUSED.set(told.get("requests_errors", 0))

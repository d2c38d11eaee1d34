"""`/health/`: what works, part by part."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

import redis.exceptions
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from psycopg_pool import PoolTimeout

from accounts import replica_standing
from api.renderers import JSONRenderer
from project import problems
from work import heartbeat, scheduler
from work.queues import QUEUES
from work.selectors import lease_is_held

log = logging.getLogger(__name__)
Given = ParamSpec("Given")
UNKNOWN = "not known while timescaledb is not ok"


def django() -> str:
    """That this is answered says it."""
    return "ok"


def timescaledb() -> str:
    """The database answers and holds the hypertable, compressed and aggregated by TimescaleDB."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM timescaledb_information.hypertables WHERE hypertable_name = 'reading'")
        found = cursor.fetchone()
    return "ok" if found and found[0] else "the readings table is missing: migrate"


def redis_server() -> str:
    """Redis answers."""
    with heartbeat.connect() as client:
        client.ping()
    return "ok"


def dramatiq() -> str:
    """A worker of each queue did something lately; else of which queues none did."""
    states = {queue: worker_of(queue) for queue in QUEUES}
    wrong = [f"{queue}: {state}" for queue, state in states.items() if state != "ok"]
    return "; ".join(wrong) or "ok"


def worker_of(queue: str) -> str:
    """A worker of the queue did something lately."""
    silent = heartbeat.seconds_since(queue, timezone.now())
    if silent is None:
        return "no worker has answered yet"
    if silent < -settings.WORKER_SILENT_SECONDS:
        return f"the last answer of a worker is {-silent:.0f} s ahead of this clock"
    return "ok" if silent <= settings.WORKER_SILENT_SECONDS else f"no worker answered for {silent:.0f} s"


def scheduler_process() -> str:
    """A scheduler holds the lease."""
    return "ok" if lease_is_held(scheduler.LEASE, timezone.now()) else "no scheduler is running"


PARTS: dict[str, Callable[[], str]] = {
    "django": django,
    "timescaledb": timescaledb,
    "redis": redis_server,
    "dramatiq": dramatiq,
    "scheduler": scheduler_process,
}


def get_only(view: Callable[Concatenate[HttpRequest, Given], HttpResponse]) -> Callable[..., HttpResponse]:
    """405 as a problem for anything but GET and HEAD; no transaction, which a database that is down would refuse."""

    @transaction.non_atomic_requests
    @wraps(view)
    def checked(request: HttpRequest, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        refused = problems.response(request, problems.METHOD)
        refused["Allow"] = "GET, HEAD"
        return refused

    return never_cache(checked)


@get_only
def health(request: HttpRequest) -> HttpResponse:
    """Every part; 503 where one is not ok."""
    parts = {name: _checked(name, check) for name, check in PARTS.items() if check is not scheduler_process}
    # The lease is a row: a database that does not answer would only be waited for a second time.
    if settings.DATABASE_REPLICA_URL:
        parts["replica"] = replica_standing.told()
    parts["scheduler"] = _checked("scheduler", scheduler_process) if parts["timescaledb"] == "ok" else UNKNOWN
    return _answer(parts)


@get_only
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return _answer({"django": "ok"})


@get_only
def ready(request: HttpRequest) -> HttpResponse:
    """The process can serve requests: the database and Redis answer."""
    return _answer({name: _checked(name, PARTS[name]) for name in ("django", "timescaledb", "redis")})


def _checked(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, InterfaceError, PoolTimeout, redis.exceptions.RedisError) as error:
        log.warning("%s: %s", name, error)
        # The reason without addresses or names, which are nobody's business outside.
        return f"does not answer ({type(error).__name__})"


def _answer(parts: dict[str, str]) -> HttpResponse:
    # Without the replica everything is answered as well.
    status = 200 if all(state == "ok" for name, state in parts.items() if name != "replica") else 503
    response = HttpResponse(JSONRenderer().render(parts), status=status, content_type="application/json")
    # Whoever asks for health asks every few seconds; a part that is down is not an error of the request.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response

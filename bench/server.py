"""The server that is measured: an embedded one, or a database of its own on the server of DATABASE_URL."""

import contextlib
import importlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from embedded import redis
from embedded.database import NodeNotFoundError
from embedded.ports import free_ports
from embedded.testing import Servers, ServerStartError, running_server, temporary_servers


class CannotRunError(Exception):
    """Why nothing can be measured."""


@dataclass(frozen=True, slots=True)
class MeasuredServer:
    """What the server says it is, and where it comes from."""

    postgresql: str
    timescaledb: str
    origin: str


@contextlib.contextmanager
def measured_server() -> Iterator[MeasuredServer]:
    """A migrated, empty database that is gone afterwards, with Django set up on it; or CannotRunError."""
    given = os.environ.get("DATABASE_URL")
    with contextlib.ExitStack() as running:
        try:
            servers = running.enter_context(_beside(given) if given else temporary_servers())
            _set_up(servers)
        except (psycopg.Error, ServerStartError, NodeNotFoundError, redis.RedisNotFoundError) as error:
            raise CannotRunError(" ".join(str(error).split())) from error
        running.callback(_close)
        call_command("migrate", verbosity=0)
        yield _described("given by DATABASE_URL" if given else "embedded")


@contextlib.contextmanager
def _beside(url: str) -> Iterator[Servers]:
    """A database of our own on the given server, for the given one is somebody's, and a Redis."""
    name = f"saude_bench_{secrets.token_hex(4)}"
    (port,), password = free_ports(1), secrets.token_urlsafe(16)
    with contextlib.ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="saude-bench-")))
        redis.write_config(folder / "redis.conf", port=port, password=password, folder=folder, keep=False)
        queue = running.enter_context(running_server(redis.command(folder / "redis.conf")))
        queue.wait_until(lambda: redis.answers(port, password))
        admin = running.enter_context(psycopg.connect(url, autocommit=True))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        running.callback(admin.execute, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        yield Servers(urlsplit(url)._replace(path=f"/{name}").geturl(), redis.redis_url(port, password))


def _set_up(servers: Servers) -> None:
    """Name the servers in the environment, for Django here and for the web server, and set Django up."""
    chosen = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "BLIND_INDEX_KEYS": secrets.token_urlsafe(48),
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "ALLOWED_HOSTS": "127.0.0.1",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }
    for name in chosen:
        # The settings would prefer a file that names somebody's database.
        os.environ.pop(f"{name}_FILE", None)
    os.environ |= chosen
    django.setup()
    # Django's first connection takes the adapters as they are by then, so these have to be registered.
    importlib.import_module("glucose.binary_arrays")


def _described(origin: str) -> MeasuredServer:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'")
        (timescaledb,) = cursor.fetchone() or ("none",)
        cursor.execute("SHOW server_version")
        (postgresql,) = cursor.fetchone() or ("unknown",)
        # The policies would compress and refresh beside the measurement.
        cursor.execute(
            "SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs"
            " WHERE hypertable_name IS NOT NULL"
        )
    return MeasuredServer(postgresql, timescaledb, origin)


def _close() -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]

"""``python -m tests.security``: try everything, print one table; the last line is ``security: N checked, F failed``.

On DATABASE_URL (a superuser's, of a server with TimescaleDB) or else on Debian's PostgreSQL, in a database that is
made for it and dropped afterwards. Exits 1 where something let somebody in, 2 where it could not be tried.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from uuid import UUID

import psycopg
from cryptography.fernet import Fernet

from embedded.testing import temporary_redis
from tests.security import report
from tests.security.escapes import OURS, Attempt, Result, attempts, controls, tried
from tests.security.server import ROOT, NoServerError, Server, server
from tests.security.world import World


def main() -> int:
    """Start the servers, run every part, print the table."""
    try:
        with server() as found, temporary_redis() as redis_url:
            _settings(found, redis_url)
            print(f"on {found.about}", flush=True)
            world = _world(found)
            results = list(_escapes(found, world))
            results += _worker(found, world)
            _django(found)
            from tests.security import sessions

            results += sessions.results(world)
    except NoServerError as error:
        print(f"security: {error}", file=sys.stderr)
        return 2
    return report.print_table(results)


def _settings(found: Server, redis_url: str) -> None:
    for name in [name for name in os.environ if name.endswith("_FILE")]:
        del os.environ[name]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "BLIND_INDEX_KEYS": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "DATABASE_URL": found.app,
        # One connection for everybody: the next user gets that of the last.
        "DATABASE_POOL_SIZE": "1",
        "REDIS_URL": redis_url,
        "LOG_LEVEL": "CRITICAL",
        "READS_PER_MINUTE": "0",
        "WRITES_PER_MINUTE": "0",
    }


def _world(found: Server) -> World:
    """By the owner, in a process of its own: this one is the application's."""
    plain = [] if found.timescale else ["--plain"]
    command = [sys.executable, "-m", "tests.security.world", *plain]
    environment = {**os.environ, "DATABASE_URL": found.owner}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return World.read(done.stdout)


def _worker(found: Server, world: World) -> Iterator[Result]:
    plain = [] if found.timescale else ["--plain"]
    command = [sys.executable, "-m", "tests.security.worker", *plain]
    environment = {**os.environ, "DATABASE_URL": found.worker, "DATABASE_POOL_SIZE": "4"}
    given = json.dumps(asdict(world))
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True, input=given
    )
    for name, failure in json.loads(done.stdout):
        yield Result(Attempt("the worker may", name, (), OURS), failure)


def _django(found: Server) -> None:
    import django

    from tests.security.plain import without_timescale

    if not found.timescale:
        without_timescale()
    django.setup()


def _escapes(found: Server, world: World) -> Iterator[Result]:
    _django(found)
    yield from controls(found.app, world, _token)
    for attempt in attempts(world, _internal_tables(found)):
        yield tried(found.app, attempt, _token, world.hidden())


def _token(connection: psycopg.Connection[Any], user_id: UUID) -> str:
    from accounts import identity

    return identity.token(user_id, pid=connection.info.backend_pid, expires=int(time.time()) + 60)


def _internal_tables(found: Server) -> list[str]:
    """Every table, view and chunk that is not in our schemas, and holds what is ours."""
    with psycopg.connect(found.superuser) as connection:
        rows = connection.execute(
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c"
            " JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            " WHERE n.nspname = '_timescaledb_internal' AND c.relkind IN ('r', 'v', 'm', 'p')"
            " AND c.relname ~ '^(_hyper|_compressed|_materialized|_partial|_direct|compress_)' ORDER BY 1"
        ).fetchall()
    return [name for (name,) in rows]


if __name__ == "__main__":
    sys.exit(main())

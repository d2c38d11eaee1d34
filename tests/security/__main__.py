"""``python -m tests.security``: try everything, print one table; the last line is ``security: N checked, F failed``.

On DATABASE_URL (a superuser's, of a server with TimescaleDB) or else on Debian's PostgreSQL, in a database that is
made for it and dropped afterwards. Exits 1 where something let somebody in, 2 where it could not be tried.
"""

import json
import logging
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from cryptography.fernet import Fernet

from embedded.testing import temporary_redis
from tests.security import background, monitoring, operators, report, takeovers
from tests.security.escapes import NOTHING, OURS, Attempt, Result, attempts, attempts_of_operators, controls, tried
from tests.security.server import ROOT, NoServerError, Server, server
from tests.security.world import World


def main() -> int:
    """Start the servers, run every part, print the table."""
    try:
        with server() as found, temporary_redis() as redis_url:
            _settings(found, redis_url)
            print(f"on {found.about}", flush=True)
            world = _world(found)
            _django(found)
            results = list(_escapes(found, world))
            results += _matrix(found, world)
            results += _worker(found, world)
            results += _operators(found, world)
            results += monitoring.results(found, world, _internal_tables(found))
            from tests.security import pages, secrets_at_rest, sessions

            results += sessions.results(world)
            results += pages.results(world, partial(_mailed, found))
            results += secrets_at_rest.results(world, partial(_step, found))
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
    return World.read(_run(found, found.owner, "world"))


def _worker(found: Server, world: World) -> Iterator[Result]:
    done = _run(found, found.worker, "worker", given=json.dumps(asdict(world)))
    for name, failure in json.loads(done):
        yield Result(Attempt("the worker may", name, (), OURS), failure)


def _mailed(found: Server, kind: str, whom: str) -> str:
    return _run(found, found.worker, "mailing", kind, whom)


def _step(found: Server, name: str, given: Any) -> Any:
    """A step of the search for secrets: the visit is the worker's, the search is whoever's reads everything."""
    url = found.worker if name == "visit" else found.superuser
    return json.loads(_run(found, url, "secrets_at_rest", name, given=json.dumps(given)))


def _run(found: Server, url: str, module: str, *arguments: str, given: str = "") -> str:
    """What a module of this package prints, in a process of another role's."""
    plain = [] if found.timescale or module == "mailing" else ["--plain"]
    command = [sys.executable, "-m", f"tests.security.{module}", *arguments, *plain]
    environment = {**os.environ, "DATABASE_URL": url, "DATABASE_POOL_SIZE": "4"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True, input=given
    )
    return done.stdout


def _operators(found: Server, world: World) -> Iterator[Result]:
    plain = [] if found.timescale else ["--plain"]
    owner = {**os.environ, "DATABASE_URL": found.owner}
    make = [sys.executable, "manage.py", "create_operator", "olga", "--skip-checks"]
    subprocess.run(make, cwd=ROOT, env=owner, check=True, stdout=subprocess.PIPE, text=True, input=operators.PASSWORD)
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.operators", *plain],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": found.operator, "ADMIN_ENABLED": "true"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        input=json.dumps(asdict(world)),
    )
    for name, failure in json.loads(done.stdout):
        yield Result(Attempt("operators may", name, (), OURS), failure)
    adopt = (
        "INSERT INTO accounts_membership (user_id, clinic_id, role)"
        f" SELECT id, '{world.ours.clinic}', 'researcher' FROM accounts_user WHERE username = 'olga' RETURNING 1"
    )
    attempt = Attempt("writing", "an operator into our clinic", (adopt,), NOTHING, UUID(world.ours.users["admin"]))
    yield tried(found.app, attempt, _token, world.hidden())


def _django(found: Server) -> None:
    import django

    from tests.security.plain import without_timescale

    if not found.timescale:
        without_timescale()
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    logging.disable(logging.CRITICAL)  # thousands of refusals, all of them wanted


def _matrix(found: Server, world: World) -> list[Result]:
    from tests.security import cells
    from tests.security.ground import Server as Ground

    ground = Ground(found.superuser)
    try:
        return list(cells.results(world, ground))
    finally:
        ground.close()


def _escapes(found: Server, world: World) -> Iterator[Result]:
    internal = _internal_tables(found)
    yield from controls(found.app, world, _token)
    yield from background.controls(found.app, world, _token)
    for attempt in [*attempts(world, internal), *takeovers.attempts(world), *background.attempts(world)]:
        yield tried(found.app, attempt, _token, world.hidden())
    by_operators = (
        *attempts_of_operators(world, internal),
        *takeovers.attempts_of_operators(world),
        *background.attempts_of_operators(world),
    )
    for attempt in by_operators:
        yield tried(found.operator, attempt, _token, world.hidden())


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

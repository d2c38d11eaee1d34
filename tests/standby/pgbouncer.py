"""PgBouncer in transaction mode, by the file that production uses, with one session of the server for everybody."""

import configparser
import contextlib
import os
import pwd
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import psycopg

from embedded.ports import free_ports
from embedded.testing import running_server
from tests.security.escapes import attempts, tried
from tests.security.server import NoServerError, Server, _answers
from tests.security.world import World
from tests.standby.ground import ROOT, Checks, ground, set_up

SHIPPED: Final = ROOT / "docker" / "pgbouncer" / "pgbouncer.ini"
ROUNDS: Final = 24
CLIENTS: Final = 8
# Of the matrix: what shows readings and people, and what changes something.
KEY_ENDPOINTS: Final = ("statistics/", "readings/", "patients/", "overview/", "exclusions/", "auth/me/")


def main() -> int:
    """Start, try, count."""
    checks = Checks("pgbouncer")
    try:
        with ground() as (found, world), pooler(found, sessions=1) as url:
            os.environ |= {"DATABASE_URL": url, "DATABASE_BEHIND_PGBOUNCER": "true", "DATABASE_POOL_SIZE": "4"}
            set_up(found)
            import project.wsgi  # noqa: F401 -- the limit of statements is set there

            canaries(checks, url, world)
            leftovers(checks, url, world)
            limits(checks, world)
            escapes(checks, url, world)
            matrix(checks, found, world)
            interleaved(checks, world)
            costs(found, url, world)
    except NoServerError as error:
        print(f"pgbouncer: {error}", file=sys.stderr)
        return 2
    return checks.ended()


@contextlib.contextmanager
def pooler(found: Server, *, sessions: int) -> Iterator[str]:
    """A PgBouncer before the database, and the application's URL through it."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        raise NoServerError("there is no PgBouncer here: apt-get install pgbouncer")
    parts, (port,) = urlsplit(found.app), free_ports(1)
    with tempfile.TemporaryDirectory(prefix="saude-pgbouncer-") as name:
        folder = Path(name)
        database = parts.path[1:]
        config = configparser.ConfigParser(interpolation=None)
        config.read(SHIPPED)
        config["databases"] = {database: f"host={parts.hostname} port={parts.port} dbname={database}"}
        changed = {
            "listen_addr": "127.0.0.1",
            "listen_port": str(port),
            "auth_file": str(folder / "users"),
            "default_pool_size": str(sessions),
            "unix_socket_dir": "",
            "query_wait_timeout": "60",
        }
        config["pgbouncer"].update(changed)
        (folder / "users").write_text(f'"{parts.username}" "{parts.password}"\n', encoding="utf-8")
        with (folder / "pgbouncer.ini").open("w", encoding="utf-8") as file:
            config.write(file)
        url = f"postgres://{parts.username}:{parts.password}@127.0.0.1:{port}/{database}"
        with running_server([*_as_nobody(folder), program, str(folder / "pgbouncer.ini")]) as started:
            started.wait_until(lambda: _answers(url))
            yield url


def _as_nobody(folder: Path) -> list[str]:
    """PgBouncer does not run as root."""
    if os.geteuid() != 0:
        return []
    found = pwd.getpwnam("nobody")
    for path in (folder, *folder.iterdir()):
        os.chown(path, found.pw_uid, found.pw_gid)
    return ["setpriv", f"--reuid={found.pw_uid}", f"--regid={found.pw_gid}", "--clear-groups"]


def token_of(connection: psycopg.Connection[Any], user_id: UUID) -> str:
    """The session is known in the transaction only: the client's own connection names PgBouncer."""
    from accounts import identity

    (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
    return identity.token(user_id, pid=pid, expires=int(time.time()) + 60)


def canaries(checks: Checks, url: str, world: World) -> None:
    """Clients of two clinics and of nobody, transaction after transaction on one session: each sees its own."""
    whose = [UUID(world.ours.users["admin"]), UUID(world.theirs.users["admin"]), None]
    wrong: list[str] = []
    pids: set[int] = set()

    def client(number: int) -> None:
        with psycopg.connect(url, prepare_threshold=None) as connection:
            for round_number in range(ROUNDS):
                user = whose[(number + round_number) % 3]
                if user is not None:
                    connection.execute("SELECT set_config('saude.actor', %s, true)", [token_of(connection, user)])
                (seen, pid) = connection.execute("SELECT secured.actor(), pg_backend_pid()").fetchone() or (None, 0)
                names = {name for (name,) in connection.execute("SELECT DISTINCT clinic_id FROM patients_patient")}
                home = {whose[0]: {UUID(world.ours.clinic)}, whose[1]: {UUID(world.theirs.clinic)}, None: set()}[user]
                pids.add(pid)
                if seen != user or names != home:
                    wrong.append(f"{user} was {seen} and saw {names}")
                connection.rollback() if round_number % 2 else connection.commit()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(CLIENTS * ROUNDS - len(wrong)):
        checks.that("a canary", True)
    for one in wrong:
        checks.that("a canary", False, one)
    checks.that("all clients had the same session", len(pids) == 1, pids)


def leftovers(checks: Checks, url: str, world: World) -> None:
    """What the SQL text of one client could leave behind, and what the next one on the same session finds of it."""
    admin = UUID(world.ours.users["admin"])
    for name, leave, probe, clean in (
        ("an identity", "SELECT set_config('saude.actor', current_setting('saude.actor'), false)",
         "SELECT coalesce(current_setting('saude.actor', true), '')", ""),
        ("a role", "SET SESSION ROLE saude_app", "SELECT current_setting('role')", "none"),
        ("a search path", "SET search_path = pg_catalog", "SHOW search_path", '"$user", public'),
        ("row security", "SET row_security = off", "SHOW row_security", "on"),
        ("a limit", "SET statement_timeout = 1234", "SHOW statement_timeout", "0"),
        ("read only", "SET default_transaction_read_only = on", "SHOW default_transaction_read_only", "off"),
        ("a zone", "SET TimeZone = 'Asia/Tokyo'", "SELECT count(*) FROM pg_cursors WHERE name = 'kept'", 0),
        ("a cursor", "DECLARE kept CURSOR WITH HOLD FOR SELECT * FROM patients_patient",
         "SELECT count(*) FROM pg_cursors WHERE name = 'kept'", 0),
        ("a statement", "PREPARE kept AS SELECT * FROM patients_patient",
         "SELECT count(*) FROM pg_prepared_statements WHERE name = 'kept'", 0),
        ("a lock", "SELECT pg_advisory_lock(377)",
         "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()", 0),
        ("a listener", "LISTEN kept", "SELECT count(*) FROM pg_listening_channels()", 0),
        ("a table in the way", "CREATE TEMPORARY TABLE patients_patient (id uuid)",
         "SELECT count(*) FROM pg_class WHERE relname = 'patients_patient' AND relpersistence = 't'", 0),
    ):  # fmt: skip
        with psycopg.connect(url, prepare_threshold=None) as first:
            first.execute("SELECT set_config('saude.actor', %s, true)", [token_of(first, admin)])
            (pid,) = first.execute("SELECT pg_backend_pid()").fetchone() or (0,)
            try:
                first.execute(leave.encode())
                first.commit()
            except psycopg.Error:
                # It may not even be done.
                first.rollback()
            with psycopg.connect(url, prepare_threshold=None) as second:
                same = second.execute("SELECT pg_backend_pid()").fetchone() == (pid,)
                (found,) = second.execute(probe.encode()).fetchone() or (None,)
                checks.that(f"{name} is gone", same and found == clean, f"{found!r}, the same session: {same}")


def limits(checks: Checks, world: World) -> None:
    """The limit of a request's statements holds in its transaction, and in no other."""
    from django.db import connection

    from accounts import identity

    with identity.acting(UUID(world.ours.users["admin"])), connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        inside = cursor.fetchone()
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        outside = cursor.fetchone()
    checks.that("a request's statements are limited, nobody else's", (inside, outside) == (("30s",), ("0",)))


def escapes(checks: Checks, url: str, world: World) -> None:
    """Every route to another clinic's readings that `make security` knows, through PgBouncer."""
    for attempt in attempts(world, []):
        result = tried(url, attempt, token_of, world.hidden())
        checks.that(f"{attempt.route}: {attempt.name}", result.leak is None, result.leak)


def matrix(checks: Checks, found: Server, world: World) -> None:
    """Who may do what, of the operations that matter most: as `make security` has it."""
    from tests.security import cells
    from tests.security.ground import Server as Ground
    from tests.security.matrix import ENDPOINTS

    before = Ground(found.superuser)
    try:
        for endpoint in ENDPOINTS:
            if endpoint.operation.endswith(KEY_ENDPOINTS):
                for result in cells.tried(endpoint, world, before):
                    told = f"{result.attempt.route} {result.attempt.name}"
                    checks.that(told, result.leak is None, result.leak)
    finally:
        before.close()


def interleaved(checks: Checks, world: World) -> None:
    """Requests of both clinics at once, by more threads than the server has sessions."""
    from django.db import connection
    from rest_framework.test import APIClient

    wrong: list[str] = []

    def asking(inside: Any) -> None:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {inside.bearers['admin']}")
        for _ in range(ROUNDS // 4):
            told = client.get("/api/v1/patients/")
            ids = {row["id"] for row in told.json()["results"]} if told.status_code == 200 else {told.status_code}
            if ids != {one for label, one in inside.patients.items() if label != "deleted"}:
                wrong.append(str(ids))
        connection.close()

    threads = [threading.Thread(target=asking, args=(one,)) for one in [world.ours, world.theirs] * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(ROUNDS):
        checks.that("a request", True)
    checks.that("every request saw its own clinic", not wrong, wrong[:2])


def costs(found: Server, url: str, world: World) -> None:
    """What PgBouncer adds to a named transaction, beside the same without it."""
    user = UUID(world.ours.users["admin"])
    for name, where in (("straight", found.app), ("through PgBouncer", url)):
        took = []
        with psycopg.connect(where, prepare_threshold=None) as connection:
            for _ in range(300):
                begun = time.perf_counter()
                connection.execute("SELECT set_config('saude.actor', %s, true)", [token_of(connection, user)])
                connection.execute("SELECT count(*) FROM patients_patient")
                connection.commit()
                took.append((time.perf_counter() - begun) * 1000)
        print(f"a named transaction of three statements, {name}: {statistics.median(took):.2f} ms", flush=True)


if __name__ == "__main__":
    sys.exit(main())

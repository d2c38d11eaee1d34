"""A PostgreSQL with real sessions and our roles: the one of DATABASE_URL, or Debian's, started for the run."""

import contextlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql as composed

from embedded.ports import free_ports
from embedded.testing import running_server

ROOT = Path(__file__).resolve().parent.parent.parent
DEBIAN = Path("/usr/lib/postgresql")
ROLES = ("owner", "app", "operator", "worker", "monitoring")


class NoServerError(Exception):
    """There is no PostgreSQL to try on; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    """A database that is made for this run, with a URL for each role that logs in."""

    about: str
    timescale: bool
    superuser: str
    owner: str
    app: str
    operator: str
    worker: str
    monitoring: str


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """The database of the run; it is dropped afterwards."""
    with contextlib.ExitStack() as running:
        base = os.environ.get("DATABASE_URL") or running.enter_context(_debian())
        name = f"saude_security_{secrets.token_hex(4)}"
        with psycopg.connect(base, autocommit=True) as connection:
            connection.execute(composed.SQL("CREATE DATABASE {}").format(composed.Identifier(name)))
        try:
            yield _prepared(base, name)
        finally:
            with psycopg.connect(base, autocommit=True) as connection:
                connection.execute(composed.SQL("DROP DATABASE {} WITH (FORCE)").format(composed.Identifier(name)))


def _prepared(base: str, name: str) -> Server:
    superuser = _url(base, name)
    with psycopg.connect(superuser, autocommit=True) as connection:
        version = connection.execute("SHOW server_version").fetchone()
        # Installed is not enough: the server must have loaded it when it started.
        available = (
            "SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb'"
            " AND current_setting('shared_preload_libraries') ~ '\\mtimescaledb\\M'"
        )
        timescale = connection.execute(available).fetchone()
        if timescale:
            connection.execute("CREATE EXTENSION timescaledb")
    passwords = {role: secrets.token_urlsafe(24) for role in ROLES}
    _make_roles(superuser, passwords)
    urls = {role: _url(base, name, f"saude_{role}", password) for role, password in passwords.items()}
    extension = f"TimescaleDB {timescale[0]}" if timescale else "plain tables in place of TimescaleDB's"
    return Server(f"PostgreSQL {version[0] if version else ''}, {extension}", bool(timescale), superuser, **urls)


def _make_roles(superuser: str, passwords: dict[str, str]) -> None:
    """By the script that production uses."""
    parts = urlsplit(superuser)
    with tempfile.TemporaryDirectory(prefix="saude-security-") as folder:
        for role, password in passwords.items():
            Path(folder, f"{role}_password").write_text(password, encoding="utf-8")
        environment = {
            **os.environ,
            "PATH": f"{_bin()}:{os.environ['PATH']}",
            "PASSWORDS": folder,
            "POSTGRES_USER": parts.username or "",
            "POSTGRES_DB": parts.path[1:],
            "PGHOST": parts.hostname or "",
            "PGPORT": str(parts.port or 5432),
            "PGPASSWORD": parts.password or "",
            "PGOPTIONS": "-c client_min_messages=warning",
        }
        subprocess.run([ROOT / "docker" / "postgres" / "10-roles.sh"], env=environment, check=True)


def _url(base: str, database: str, user: str | None = None, password: str | None = None) -> str:
    parts = urlsplit(base)
    name = user or parts.username or ""
    secret = password or parts.password
    location = f"{name}{f':{secret}' if secret else ''}@{parts.hostname}:{parts.port or 5432}"
    return urlunsplit(parts._replace(netloc=location, path=f"/{database}"))


@contextlib.contextmanager
def _debian() -> Iterator[str]:
    """Start the machine's PostgreSQL in a folder of its own; the superuser's URL."""
    folder = _bin()
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="saude-security-") as name:
        data, password = Path(name) / "data", secrets.token_urlsafe(24)
        secret = Path(name) / "password"
        secret.write_text(password, encoding="utf-8")
        as_user = _as_somebody(Path(name))
        initdb: list[str | Path] = [
            folder / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            "--pwfile",
            secret,
            "-N",
        ]
        subprocess.run([*as_user, *initdb, "-E", "UTF8", "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL)
        options = ["-c", "listen_addresses=127.0.0.1", "-c", f"port={port}", "-c", "fsync=off", "-k", name]
        # Whoever has TimescaleDB on the machine tries with it.
        if (folder.parent / "lib" / "timescaledb.so").exists():
            options += ["-c", "shared_preload_libraries=timescaledb", "-c", "timescaledb.telemetry_level=off"]
        url = f"postgres://postgres:{password}@127.0.0.1:{port}/postgres"
        command = [*as_user, str(folder / "postgres"), "-D", str(data), *options]
        with running_server(command) as started:
            started.wait_until(lambda: _answers(url))
            yield url


async def _answers(url: str) -> bool:
    try:
        connection = await psycopg.AsyncConnection.connect(url, connect_timeout=2)
    except psycopg.OperationalError:
        return False
    await connection.close()
    return True


def _as_somebody(folder: Path) -> list[str]:
    """PostgreSQL does not run as root: then as its own user, or as nobody."""
    if os.geteuid() != 0:
        return []
    name = next(name for name in ("postgres", "nobody") if _exists(name))
    found = pwd.getpwnam(name)
    for path in (folder, *folder.iterdir()):
        os.chown(path, found.pw_uid, found.pw_gid)
    return ["runuser", "-u", name, "--"]


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _bin() -> Path:
    """Where the programs of PostgreSQL are; installed by apt where they are missing and that is possible."""
    if not (found := _installed()) and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "-qq", "update"], env=quiet, check=False)
        subprocess.run(["apt-get", "-qq", "install", "-y", "postgresql"], env=quiet, check=False)
        found = _installed()
    if not found:
        raise NoServerError("there is no PostgreSQL here: apt-get install postgresql, or set DATABASE_URL")
    return found


def _installed() -> Path | None:
    versions = sorted(DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    if versions:
        return versions[0]
    program = shutil.which("initdb")
    return Path(program).parent if program else None

"""Debian's PostgreSQL with TimescaleDB as the run's database: sessions of its own, and a postmaster to kill."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from embedded.demo.state import State
from embedded.service import Service

DEBIAN = Path("/usr/lib/postgresql")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_preload_libraries": "timescaledb",
    "timescaledb.telemetry_level": "off",
    # The disk is small, and is to be full at once.
    "max_wal_size": "64MB",
    "min_wal_size": "32MB",
    "shared_buffers": "64MB",
}


class NoServerError(Exception):
    """There is no PostgreSQL with TimescaleDB here."""


def native_database(state: State, folder: Path) -> tuple[Service, str]:
    """A data directory that is made now, the server on it, and its superuser's URL."""
    programs, data = _programs(), folder / "native"
    data.mkdir()
    secret = folder / "native-password"
    secret.write_text(state.database_password, encoding="utf-8")
    secret.chmod(0o600)
    as_user = _as_somebody(data, secret)
    initdb: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "saude",
        "-A",
        "scram-sha-256",
        "--pwfile",
        secret,
        "-N",
    ]
    subprocess.run([*as_user, *initdb, "-E", "UTF8", "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL)
    settings = {**SETTINGS, "port": str(state.database_port), "unix_socket_directories": str(data)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [*as_user, str(programs / "postgres"), "-D", str(data), *options]
    url = f"postgres://saude:{state.database_password}@127.0.0.1:{state.database_port}/postgres"
    return Service(name="database", command=command), url


def _as_somebody(*paths: Path) -> list[str]:
    """PostgreSQL does not run as root: then as its own user."""
    if os.geteuid() != 0:
        return []
    found = pwd.getpwnam("postgres")
    # The run's folder is its owner's alone; PostgreSQL has to pass through it.
    paths[0].parent.parent.chmod(0o711)
    for path in paths:
        os.chown(path, found.pw_uid, found.pw_gid)
    # Unlike runuser, it becomes the program, so that the postmaster is the process below the leash.
    return ["setpriv", f"--reuid={found.pw_uid}", f"--regid={found.pw_gid}", "--clear-groups"]


def _programs() -> Path:
    versions = sorted(DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    for folder in versions:
        if any((Path("/usr/share/postgresql") / folder.parent.name / "extension").glob("timescaledb.control")):
            return folder
    if found := shutil.which("initdb"):
        return Path(found).parent
    raise NoServerError("there is no PostgreSQL with TimescaleDB here: leave --native out")

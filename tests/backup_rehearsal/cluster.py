"""A PostgreSQL with an archive of its own, as docker-compose.yml has it: the same command, configuration and script."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg

from embedded.ports import free_ports
from tests.security.server import ROOT, NoServerError, _as_somebody, _bin

ARCHIVE_TIMEOUT_SECONDS: Final = 60  # as in docker-compose.yml
SECONDS: Final = 120
PROGRAMS: Final = {"pgbackrest": "pgbackrest", "faketime": "faketime"}
COMMAND: Final = re.compile(r"archive_command=(.*)")


class StaysSilent(Exception):
    """The server did not become what was waited for; the message holds what it printed last."""


@dataclass(slots=True)
class Cluster:
    """A folder with a data directory, a repository, the key, and the copies of docker/backup that work on them."""

    folder: Path
    repository: Path
    key: str
    data: Path = field(init=False)
    port: int = field(init=False)
    programs: Path = field(init=False)

    def __post_init__(self) -> None:
        self.programs = _bin()
        (self.port,) = free_ports(1)
        self.data = self.folder / "data"
        for name in ("socket", "conf.d", "lock"):
            (self.folder / name).mkdir(parents=True)
        self.repository.mkdir(exist_ok=True)
        for name in ("pgbackrest.conf", "saude-backup.sh"):
            shutil.copy(ROOT / "docker" / "backup" / name, self.folder)
        self.use_key(self.key)

    def use_key(self, key: str) -> None:
        """As docker/make-secrets.sh writes it."""
        (self.folder / "conf.d" / "key.conf").write_text(f"[global]\nrepo1-cipher-pass={key}\n")

    @property
    def url(self) -> str:
        """The superuser's."""
        return f"postgres://postgres:rehearsal@127.0.0.1:{self.port}/saude"

    def environment(self) -> dict[str, str]:
        """What tells pgBackRest, psql and the script that this is not the container."""
        return {
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "PGBACKREST_CONFIG": str(self.folder / "pgbackrest.conf"),
            "PGBACKREST_CONFIG_INCLUDE_PATH": str(self.folder / "conf.d"),
            "PGBACKREST_REPO1_PATH": str(self.repository / "repository"),
            "PGBACKREST_PG1_PATH": str(self.data),
            "PGBACKREST_PG1_SOCKET_PATH": str(self.folder / "socket"),
            "PGBACKREST_PG1_PORT": str(self.port),
            "PGBACKREST_LOCK_PATH": str(self.folder / "lock"),
            "BACKUP_STATE": str(self.repository / "state"),
            "PGHOST": str(self.folder / "socket"),
            "PGPORT": str(self.port),
        }

    def run(
        self, *command: str | Path, check: bool = True, more: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run a program as the server's user."""
        words = [*_as_somebody(self.folder), *map(str, command)]
        environment = self.environment() | dict(more or {})
        done = subprocess.run(words, env=environment, cwd=self.folder, capture_output=True, check=False)
        if check and done.returncode:
            raise StaysSilent(f"{command}: {done.returncode}\n{done.stdout[-2000:]!r}{done.stderr[-2000:]!r}")
        # A key that does not fit shows bytes.
        said = (done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
        return subprocess.CompletedProcess(words, done.returncode, *said)

    def backup(
        self, *arguments: str, check: bool = True, more: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """``saude-backup``."""
        return self.run("sh", self.folder / "saude-backup.sh", *arguments, check=check, more=more)

    def make(self) -> None:
        """A new data directory and its database."""
        secret = self.folder / "password"
        secret.write_text("rehearsal")
        options = ["-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256", "--data-checksums"]
        self.run(
            self.programs / "initdb", "-D", self.data, *options, "--pwfile", secret, "-E", "UTF8", "--locale=C.UTF-8"
        )
        self.start()
        self.run("createdb", "-U", "postgres", "saude")

    def start(self, archive: bool = True) -> float:
        """Start the server, and return after how many seconds it took writes."""
        began = time.monotonic()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder / "socket"),
            "archive_mode": "on" if archive else "off",
            "archive_command": archive_command(),
            "archive_timeout": str(ARCHIVE_TIMEOUT_SECONDS),
        }
        if self.timescale:
            options |= {"shared_preload_libraries": "timescaledb", "timescaledb.telemetry_level": "off"}
        words = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        log = self.folder / "log"
        self.run(
            self.programs / "pg_ctl", "-D", self.data, "-l", log, "-w", "-t", SECONDS.__str__(), "-o", words, "start"
        )
        self._until_it_takes_writes(began)
        return time.monotonic() - began

    def stop(self, mode: str = "fast") -> None:
        """Stop it; ``immediate`` is as good as a power cut."""
        self.run(self.programs / "pg_ctl", "-D", self.data, "-m", mode, "-w", "stop", check=False)

    @property
    def timescale(self) -> bool:
        """Whether this machine has the extension."""
        return (self.programs.parent / "lib" / "timescaledb.so").exists()

    def _until_it_takes_writes(self, began: float) -> None:
        """A restored server answers while it still replays."""
        while time.monotonic() - began < SECONDS:
            asked = self.run(
                "psql", "-U", "postgres", "-d", "postgres", "-Atc", "SELECT pg_is_in_recovery()", check=False
            )
            if asked.stdout.strip() == "f":
                return
            time.sleep(0.1)
        raise StaysSilent((self.folder / "log").read_text()[-2000:])


def archive_command() -> str:
    """That of docker-compose.yml."""
    found = COMMAND.search((ROOT / "docker-compose.yml").read_text())
    assert found
    return found[1].strip()


def archived(url: str) -> str:
    """The newest segment that the archive has; empty where it has none."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver").fetchone()
    return str(row[0]) if row else ""


def until_archived(url: str, *, switch: bool) -> float:
    """Wait until what is committed now is in the archive; the seconds."""
    began = time.monotonic()
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn())").fetchone()
        assert row
        if switch:
            connection.execute("SELECT pg_switch_wal()")
    while archived(url) < row[0]:
        if time.monotonic() - began > SECONDS + ARCHIVE_TIMEOUT_SECONDS:
            raise StaysSilent(f"{row[0]} does not reach the archive")
        time.sleep(0.2)
    return time.monotonic() - began


def install(environment: Mapping[str, str] = os.environ) -> None:
    """Have the programs, by apt where they are missing and that is possible."""
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**environment, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "-qq", "update"], env=quiet, check=False)
        subprocess.run(["apt-get", "-qq", "install", "-y", *missing], env=quiet, check=False, stdout=subprocess.DEVNULL)
        missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if missing:
        raise NoServerError(f"apt-get install {' '.join(missing)}")

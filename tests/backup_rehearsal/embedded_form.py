"""Stop and copy: the embedded database answers from its restored folder as before."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import psycopg

from embedded import database
from embedded.ports import free_ports
from embedded.testing import running_server
from tests.backup_rehearsal.report import Report

WRITE: Final = "CREATE TABLE kept AS SELECT id, md5(id::text) AS text FROM generate_series(1, 200000) AS id"
ASK: Final = "SELECT md5(string_agg(text, '' ORDER BY id)) FROM kept"


def rehearse(report: Report) -> None:
    """Write, stop, back up, destroy, restore, ask."""
    with tempfile.TemporaryDirectory(prefix="saude-backup-") as name:
        folder, key, file = Path(name) / "var", Path(name) / "key", Path(name) / "demo.age"
        folder.mkdir()
        (folder / "state.json").write_text("{}")
        written = _asked(folder, WRITE, ASK)
        began = time.monotonic()
        done = _run("backup", "--var", folder, "--key", key, "--new-key", file)
        backed_up = time.monotonic()
        report.check("the embedded form is backed up", done.returncode == 0, done.stderr)
        megabytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
        folder.rename(Path(name) / "destroyed")
        restoring = time.monotonic()
        done = _run("restore", "--var", folder, "--key", key, file)
        report.measured(
            f"embedded: {megabytes:.0f} MB in {backed_up - began:.1f} s to {file.stat().st_size / 1e6:.0f} MB,"
            f" and back in {time.monotonic() - restoring:.1f} s"
        )
        report.check("and restored", done.returncode == 0, done.stderr)
        report.check("and answers as before", _asked(folder, ASK) == written)


def _run(module: str, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", f"embedded.{module}", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _asked(folder: Path, *statements: str) -> object:
    """What the last of the statements answers, of a server that runs for it."""
    (port,) = free_ports(1)
    url = database.database_url(port=port, password="rehearsal", memory=False)
    command = database.command(port=port, data_dir=folder / "database")
    with running_server(command, environment=database.environment("rehearsal")) as server:
        server.wait_until(lambda: database.answers(url))
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements[:-1]:
                connection.execute(statement.encode())
            return connection.execute(statements[-1].encode()).fetchone()

"""What every rehearsal stands on: checks that are counted, the product's settings, a world on a real server."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from embedded.testing import temporary_redis
from tests.security.__main__ import _settings
from tests.security.server import Server, _as_somebody, server
from tests.security.world import World

ROOT = Path(__file__).resolve().parents[2]


class Checks:
    """Counts what was looked at, and says what was wrong."""

    def __init__(self, name: str) -> None:
        self.name, self.checked, self.failed = name, 0, 0

    def that(self, what: str, holds: bool, told: object = "") -> None:
        """One look."""
        self.checked += 1
        if not holds:
            self.failed += 1
            print(f"FAILED: {what}{f': {told}' if told != '' else ''}", flush=True)

    def ended(self) -> int:
        """The last line, and the exit code."""
        print(f"{self.name}: {self.checked} checked, {self.failed} failed", flush=True)
        return 1 if self.failed else 0


@contextlib.contextmanager
def ground() -> Iterator[tuple[Server, World]]:
    """A migrated database with the world of `make security` in it, a Redis, and the environment that names both."""
    with server() as found, temporary_redis() as redis_url:
        _settings(found, redis_url)
        print(f"on {found.about}", flush=True)
        yield found, World.read(by_owner(found, "tests.security.world"))


def by_owner(found: Server, module: str) -> str:
    """What a module prints that runs as the database's owner."""
    environment = {**os.environ, "DATABASE_URL": found.owner, "DATABASE_POOL_SIZE": "4"}
    plain = [] if found.timescale else ["--plain"]
    command = [sys.executable, "-m", module, *plain]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def set_up(found: Server) -> None:
    """Django, as the web process has it."""
    import logging

    import django

    from tests.security.plain import without_timescale

    if not found.timescale:
        without_timescale()
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    logging.disable(logging.CRITICAL)


@contextlib.contextmanager
def folder_of_postgres() -> Iterator[tuple[Path, Callable[[], list[str]]]]:
    """A folder, and how to run something in it as the user whom PostgreSQL runs as."""
    with tempfile.TemporaryDirectory(prefix="saude-standby-") as name:
        yield Path(name), lambda: _as_somebody(Path(name))

"""What a container does before its command: wait for the database; in one service, migrate.

python -m docker.entrypoint migrate               wait, migrate while nobody else does, end
python -m docker.entrypoint COMMAND ARGUMENT ...  wait, then become the command
"""

import argparse
import logging
import os
import sys
import time
from collections.abc import Sequence
from typing import Any, NoReturn

import django
import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError

MIGRATION_LOCK = 7_233_417_001  # any number, the same in every version
POLL_SECONDS = 0.5

log = logging.getLogger("entrypoint")


class DatabaseDoesNotAnswer(Exception):
    """Nobody could log in before the deadline; the message holds the last reason."""


def main(arguments: Sequence[str]) -> int:
    """1 with one line where the container cannot start; else it ends as ``migrate`` or as the command does."""
    parser = argparse.ArgumentParser(prog="entrypoint")
    parser.add_argument("--wait-seconds", type=float, default=120.0)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args(arguments)
    if not asked.command:
        parser.error("a command is needed")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    try:
        django.setup()
        from project.checks import refuse_wrong_settings  # only after django.setup()

        refuse_wrong_settings()
        wait_for_database(asked.wait_seconds)
        if asked.command == ["migrate"]:
            migrate()
            return 0
        become(asked.command)
    except (ImproperlyConfigured, CommandError, DatabaseDoesNotAnswer, OSError) as error:
        sys.stderr.write(f"entrypoint: {error}\n")
        return 1


def wait_for_database(seconds: float) -> None:
    """Return when a session can be had; DatabaseDoesNotAnswer after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with session():
                return
        except psycopg.OperationalError as error:
            if time.monotonic() >= deadline:
                reason = str(error).strip().replace("\n", " ")
                raise DatabaseDoesNotAnswer(f"no database within {seconds:.0f} s: {reason}") from error
        time.sleep(POLL_SECONDS)


def migrate() -> None:
    """Migrate under a lock held by a session of its own; whoever comes second finds nothing to do.

    The lock is asked for again and again, not waited for: a statement that waits holds a snapshot, and a
    CREATE INDEX CONCURRENTLY of the migration would wait for that one to end, and never get there.
    The server frees the lock with the session, so a container that is killed leaves none behind.
    """
    with session() as holder:
        waited = False
        while not _taken(holder):
            if not waited:
                log.info("another container migrates; this one waits for it")
            waited = True
            time.sleep(POLL_SECONDS)
        call_command("migrate", interactive=False, skip_checks=False)


def become(command: list[str]) -> NoReturn:
    """Replace this process, so that the command gets its signals; OSError where there is no such command."""
    try:
        os.execvp(command[0], command)  # noqa: S606 - that is the task
    except OSError as error:
        raise OSError(f"{command[0]}: {error.strerror}") from error


def session() -> "psycopg.Connection[tuple[Any, ...]]":
    """A session outside of Django's pool."""
    database = settings.DATABASES["default"]
    return psycopg.connect(
        host=database["HOST"],
        port=database["PORT"] or None,
        user=database["USER"],
        password=database["PASSWORD"],
        dbname=database["NAME"],
        connect_timeout=5,
        application_name="saude-ia entrypoint",
        autocommit=True,
    )


def _taken(holder: "psycopg.Connection[tuple[Any, ...]]") -> bool:
    return holder.execute("SELECT pg_try_advisory_lock(%s)", [MIGRATION_LOCK]).fetchone() == (True,)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A migration that does not get its locks gives way, comes back, and says in the end who held them."""

import os
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection
from pytest_django import DjangoDbBlocker, Settings

from project.database_security import secure
from project.management.commands.migrate import Command
from project.migration_patience import LocksNotGranted, Patience, patiently

PATIENCE = Patience(lock_seconds=0.2, tries=3, pause_seconds=0.01)
# What the server says when it gives up waiting: a real error, without a second session to wait for.
NOT_GRANTED = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'lock_not_available', MESSAGE = 'taken'; END $$"
several_sessions = pytest.mark.skipif(
    "TEST_DATABASE_URL" not in os.environ, reason="the embedded server has one session: nobody to wait for"
)


def execute(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() if cursor.description else None


@pytest.fixture
def no_transaction(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database without a transaction around; these tests leave nothing to be cleaned."""
    with django_db_blocker.unblock():
        yield
        connection.close()


@pytest.mark.usefixtures("no_transaction")
class TestPatience:
    def test_comes_back_until_the_lock_is_granted(self) -> None:
        refusals = iter([NOT_GRANTED, NOT_GRANTED])

        patiently(lambda: execute(next(refusals, "SELECT 1")), PATIENCE)

        assert next(refusals, None) is None

    def test_ends_with_one_line_after_the_last_try(self) -> None:
        tries: list[None] = []

        def run() -> None:
            tries.append(None)
            execute(NOT_GRANTED)

        with pytest.raises(LocksNotGranted) as caught:
            patiently(run, PATIENCE)

        assert len(tries) == 3
        assert str(caught.value) == "no lock within 0.2 s, try 3 of 3: whoever held it has let go meanwhile"

    def test_lets_another_error_pass_at_once(self) -> None:
        with pytest.raises(OperationalError):
            patiently(lambda: execute(NOT_GRANTED.replace("lock_not_available", "disk_full")), PATIENCE)

    def test_waits_for_a_lock_for_seconds_and_afterwards_as_ever(self) -> None:
        waits = []

        patiently(lambda: waits.append(execute("SHOW lock_timeout")), PATIENCE)

        assert (waits, execute("SHOW lock_timeout")) == ([("200ms",)], ("0",))

    def test_drops_an_index_that_was_not_finished(self) -> None:
        execute("CREATE TABLE twice AS SELECT 1 AS n FROM generate_series(1, 2)")
        with pytest.raises(IntegrityError):
            execute("CREATE UNIQUE INDEX CONCURRENTLY half_made ON twice (n)")
        assert execute("SELECT to_regclass('half_made')::text") == ("half_made",)

        patiently(lambda: None, PATIENCE)

        assert execute("SELECT to_regclass('half_made')") == (None,)
        execute("DROP TABLE twice")


@several_sessions
@pytest.mark.usefixtures("no_transaction")
class TestBesideAnotherSession:
    @pytest.fixture
    def other(self) -> Iterator["psycopg.Connection[Any]"]:
        """A session of somebody who reads and does not end the transaction."""
        url = urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        with psycopg.connect(url, application_name="a long report") as session:
            session.execute("SELECT count(*) FROM work_task")
            yield session

    def test_names_who_holds_the_table(self, other: "psycopg.Connection[Any]") -> None:
        with pytest.raises(LocksNotGranted) as caught:
            patiently(lambda: execute("ALTER TABLE work_task ADD COLUMN extra text"), PATIENCE)

        pid, role = other.info.backend_pid, other.info.user
        assert str(caught.value).endswith(f": session {pid} of {role} (a long report) holds work_task")

    def test_gets_the_lock_when_the_other_ends(self, other: "psycopg.Connection[Any]") -> None:
        patience = Patience(lock_seconds=0.2, tries=100, pause_seconds=0.1)
        timer = threading.Timer(0.5, other.rollback)
        timer.start()

        patiently(lambda: execute("ALTER TABLE work_task ADD COLUMN extra text"), patience)

        timer.join()
        execute("ALTER TABLE work_task DROP COLUMN extra")

    def test_does_not_hold_up_who_comes_later(self, other: "psycopg.Connection[Any]") -> None:
        url = urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        migrates = threading.Thread(target=self.tries_in_vain)
        migrates.start()
        try:
            with psycopg.connect(url) as reader:
                reader.execute("SET statement_timeout = '5s'")
                for _ in range(20):
                    assert reader.execute("SELECT count(*) FROM work_task").fetchone()
        finally:
            migrates.join()

    def test_is_itself_who_gives_way_where_a_request_would_be_ended_for_a_deadlock(
        self, other: "psycopg.Connection[Any]"
    ) -> None:
        def secures() -> None:
            try:
                with pytest.raises(OperationalError) as caught:
                    secure()
                assert isinstance(caught.value.__cause__, psycopg.errors.LockNotAvailable)
            finally:
                connection.close()

        securing = threading.Thread(target=secures)
        securing.start()
        try:
            # Waits for what is taken before the table that it holds itself.
            while other.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone() == (0,):
                pass
            assert other.execute("SELECT count(*) FROM accounts_user").fetchone()
        finally:
            other.rollback()
            securing.join()

    @staticmethod
    def tries_in_vain() -> None:
        try:
            with pytest.raises(LocksNotGranted):
                patiently(lambda: execute("ALTER TABLE work_task ADD COLUMN extra text"), PATIENCE)
        finally:
            connection.close()


@pytest.mark.usefixtures("no_transaction")
def test_the_command_ends_in_one_line(settings: Settings) -> None:
    settings.MIGRATION_LOCK_SECONDS, settings.MIGRATION_TRIES = 0.01, 2

    class Refused(Command):
        def once(self, *args: Any, **options: Any) -> None:
            execute(NOT_GRANTED)

    with pytest.raises(CommandError, match=r"^no lock within 0\.01 s, try 2 of 2: "):
        call_command(Refused(), verbosity=0)

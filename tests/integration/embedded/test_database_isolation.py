from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.integration.embedded.conftest import Connection, Database
from tests.integration.embedded.waiting import await_empty, row


@pytest.fixture
def other(server: Database) -> Iterator[Connection]:
    with server.connect() as opened:
        yield opened


def setting(connection: Connection, name: str) -> Any:
    return row(connection, "SELECT current_setting(%s, true)", [name])[0]


class TestSettings:
    @pytest.mark.parametrize(
        ("statement", "name", "value"),
        [
            ("SET search_path TO elsewhere, public", "search_path", "elsewhere, public"),
            ("SET TIME ZONE 'America/Sao_Paulo'", "TimeZone", "America/Sao_Paulo"),
            ("SET work_mem = '9MB'", "work_mem", "9MB"),
            ("SET saude.person = '42'", "saude.person", "42"),
            ("SELECT set_config('saude.person', '42', false)", "saude.person", "42"),
            ("/* note */ SET application_name = 'it''s'", "application_name", "it's"),
            ("DO $$ BEGIN PERFORM set_config('work_mem', '7MB', false); END $$", "work_mem", "7MB"),
            (
                "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                "transaction_isolation",
                "serializable",
            ),
            ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "transaction_read_only", "on"),
        ],
    )
    def test_a_setting_stays_with_its_connection(
        self, connection: Connection, other: Connection, statement: str, name: str, value: str
    ) -> None:
        before = setting(other, name) or ""
        connection.execute(statement)

        assert (setting(other, name) or "") == before != value
        assert setting(connection, name) == value
        assert (setting(other, name) or "") == before

    def test_a_setting_by_a_bound_parameter_stays_with_its_connection(
        self, connection: Connection, other: Connection
    ) -> None:
        connection.execute("SELECT set_config(%s, %s, false)", ["saude.clinic", "7"])

        assert not setting(other, "saude.clinic")
        assert setting(connection, "saude.clinic") == "7"

    def test_a_setting_in_a_rolled_back_transaction_does_not_stick(
        self, connection: Connection, other: Connection
    ) -> None:
        connection.execute("SET work_mem = '5MB'")
        with connection.transaction(force_rollback=True):
            connection.execute("SET work_mem = '6MB'")
            connection.execute("SELECT set_config('saude.person', '1', false)")
        other.execute("SELECT 1")

        assert setting(connection, "work_mem") == "5MB"
        assert not setting(connection, "saude.person")

    def test_a_local_setting_ends_with_its_transaction(self, connection: Connection) -> None:
        with connection.transaction():
            connection.execute("SET LOCAL saude.person = '42'")
            assert setting(connection, "saude.person") == "42"

        assert not setting(connection, "saude.person")

    def test_reset_all_leaves_the_settings_of_others(self, connection: Connection, other: Connection) -> None:
        before = setting(connection, "search_path")
        other.execute("SET work_mem = '5MB'")
        connection.execute("SET work_mem = '6MB'")
        connection.execute("RESET ALL")

        assert setting(connection, "search_path") == before
        assert setting(connection, "work_mem") == "4MB"
        assert setting(other, "work_mem") == "5MB"

    def test_a_new_connection_starts_without_the_settings_of_one_that_left(
        self, server: Database, connection: Connection
    ) -> None:
        with server.connect() as leaving:
            leaving.execute("SET work_mem = '5MB'; SET saude.person = '42'")
        with server.connect() as fresh:
            assert setting(fresh, "work_mem") == "4MB"
            assert not setting(fresh, "saude.person")

    def test_settings_of_the_startup_stay_with_their_connection(self, server: Database, connection: Connection) -> None:
        with server.connect(options="-c work_mem=5MB", application_name="clinic") as own:
            for _ in range(3):
                assert setting(connection, "work_mem") == "4MB"
                assert setting(own, "work_mem") == "5MB"
                assert setting(own, "application_name") == "clinic"


class TestRoles:
    @pytest.fixture(autouse=True)
    def role(self, connection: Connection) -> None:
        connection.execute("DROP ROLE IF EXISTS limited; CREATE ROLE limited")
        connection.execute("DROP TABLE IF EXISTS secret; CREATE TABLE secret (id int)")

    @pytest.mark.parametrize("statement", ["SET ROLE limited", "SET SESSION AUTHORIZATION limited"])
    def test_a_role_stays_with_its_connection(self, connection: Connection, server: Database, statement: str) -> None:
        with server.connect() as other:
            other.execute(statement)

            assert connection.execute("SELECT current_user").fetchone() == ("postgres",)
            assert other.execute("SELECT current_user").fetchone() == ("limited",)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                other.execute("SELECT * FROM secret")
            assert connection.execute("SELECT * FROM secret").fetchall() == []

    def test_a_connection_whose_role_was_dropped_is_ended(self, connection: Connection, server: Database) -> None:
        with server.connect() as other:
            other.execute("SET ROLE limited")
            connection.execute("DROP ROLE limited")
            with pytest.raises(psycopg.Error, match='role "limited" does not exist'):
                other.execute("SELECT 1")

        assert connection.execute("SELECT 1").fetchone() == (1,)


class TestTemporaryObjects:
    def test_they_go_when_the_last_connection_that_made_some_has_left(
        self, server: Database, connection: Connection
    ) -> None:
        query = "SELECT relname FROM pg_class WHERE relname LIKE 'scratch%' AND relkind = 'r' ORDER BY 1"
        with server.connect() as one:
            with server.connect() as two:
                one.execute("CREATE TEMP TABLE scratch_one (id int)")
                two.execute("CREATE TEMPORARY TABLE scratch_two (id int)")
            assert ("scratch_one",) in connection.execute(query).fetchall()

        await_empty(connection, query)


class TestBackend:
    def test_all_connections_share_one_backend(self, connection: Connection, other: Connection) -> None:
        assert connection.execute("SELECT pg_backend_pid()").fetchone() == (
            other.execute("SELECT pg_backend_pid()").fetchone()
        )
        assert connection.info.backend_pid != other.info.backend_pid

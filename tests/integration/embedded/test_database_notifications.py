from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.embedded.conftest import Connection, Database
from tests.integration.embedded.waiting import await_empty


@pytest.fixture
def listener(server: Database) -> Iterator[Connection]:
    with server.connect() as opened:
        yield opened


def received(connection: Connection) -> list[tuple[str, str]]:
    return [(note.channel, note.payload) for note in connection.notifies(timeout=0.3)]


def first(connection: Connection) -> list[tuple[str, str]]:
    return [(note.channel, note.payload) for note in connection.notifies(timeout=5, stop_after=1)]


class TestNotifications:
    def test_they_reach_those_that_listen_on_the_channel(
        self, server: Database, connection: Connection, listener: Connection
    ) -> None:
        with server.connect() as deaf:
            listener.execute("LISTEN readings")
            deaf.execute("LISTEN others")
            connection.execute("NOTIFY readings, 'um'")

            assert first(listener) == [("readings", "um")]
            assert received(deaf) == []

    def test_they_reach_every_listener_and_the_sender(self, connection: Connection, listener: Connection) -> None:
        listener.execute("LISTEN readings")
        connection.execute("LISTEN readings")
        connection.execute("SELECT pg_notify('readings', 'dois')")

        assert first(listener) == first(connection) == [("readings", "dois")]
        connection.execute("UNLISTEN *")

    def test_they_come_at_the_commit(self, connection: Connection, listener: Connection) -> None:
        listener.execute("LISTEN readings")
        with connection.transaction(force_rollback=True):
            connection.execute("NOTIFY readings, 'undone'")
        with connection.transaction():
            connection.execute("NOTIFY readings, 'done'")

        assert first(listener) == [("readings", "done")]

    def test_a_rolled_back_listen_hears_nothing(self, connection: Connection, listener: Connection) -> None:
        with listener.transaction(force_rollback=True):
            listener.execute("LISTEN quiet")
        connection.execute("NOTIFY quiet")

        assert received(listener) == []

    @pytest.mark.parametrize("statement", ["UNLISTEN readings", "UNLISTEN *"])
    def test_unlisten_silences_its_own_connection_only(
        self, server: Database, connection: Connection, listener: Connection, statement: str
    ) -> None:
        with server.connect() as leaving:
            leaving.execute("LISTEN readings")
            listener.execute("LISTEN readings")
            leaving.execute(statement)
            connection.execute("NOTIFY readings, 'um'")

            assert first(listener) == [("readings", "um")]
            assert received(leaving) == []

    def test_the_engine_stops_listening_when_a_listener_leaves(self, server: Database, connection: Connection) -> None:
        with server.connect() as leaving:
            leaving.execute('LISTEN "Short-lived ção"')
            connection.execute("""NOTIFY "Short-lived ção", 'é'""")
            assert first(leaving) == [("Short-lived ção", "é")]

        await_empty(connection, "SELECT pg_listening_channels()")

from __future__ import annotations

import subprocess
import sys
import threading

import psycopg
import pytest
from psycopg import pq

from tests.integration.embedded.conftest import Connection, Database
from tests.integration.embedded.waiting import await_empty, row

OPTIONS = {"idle-transaction-seconds": 0.5}

KILLED_CLIENT = """
import sys, psycopg
connection = psycopg.connect(sys.argv[1], prepare_threshold=0)
connection.execute("CREATE TEMPORARY TABLE scratch (id int)")
connection.commit()
connection.execute("INSERT INTO visit VALUES (%s)", [999])
print("inside", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def table(connection: Connection) -> None:
    connection.execute("DROP TABLE IF EXISTS visit; CREATE TABLE visit (id int PRIMARY KEY)")


def visits(connection: Connection) -> list[int]:
    return [row[0] for row in connection.execute("SELECT id FROM visit ORDER BY id")]


class TestConcurrentClients:
    @pytest.mark.parametrize("prepare_threshold", [0, 1, None])
    def test_no_update_is_lost(self, server: Database, connection: Connection, prepare_threshold: int | None) -> None:
        clients, rounds = 4, 25
        connection.execute("INSERT INTO visit VALUES (0)")
        failures = []

        def count_up() -> None:
            try:
                with server.connect(autocommit=False, prepare_threshold=prepare_threshold) as own:
                    for _ in range(rounds):
                        with own.transaction():
                            [number] = row(own, "SELECT id FROM visit FOR UPDATE")
                            own.execute("UPDATE visit SET id = %s", [number + 1])
                        assert own.execute("SELECT %s::int", [number]).fetchone() == (number,)
                        own.commit()
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=count_up) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert failures == []
        assert visits(connection) == [clients * rounds]

    def test_an_open_transaction_makes_others_wait_until_it_is_over(
        self, server: Database, connection: Connection
    ) -> None:
        with server.connect(autocommit=False) as owner:
            owner.execute("INSERT INTO visit VALUES (1)")
            seen = []
            waiting = threading.Thread(target=lambda: seen.append(visits(connection)))
            waiting.start()
            owner.execute("INSERT INTO visit VALUES (2)")
            owner.commit()
            waiting.join()

        assert seen == [[1, 2]]

    def test_the_same_statement_name_means_each_connections_own_statement(self, server: Database) -> None:
        with server.connect() as one, server.connect() as other:
            one.pgconn.prepare(b"same", b"SELECT 'one'")
            other.pgconn.prepare(b"same", b"SELECT 'other'")

            assert one.pgconn.exec_prepared(b"same", []).get_value(0, 0) == b"one"
            assert other.pgconn.exec_prepared(b"same", []).get_value(0, 0) == b"other"

    @pytest.mark.parametrize("statement", ["DEALLOCATE ALL", "DISCARD ALL", 'DEALLOCATE "same"'])
    def test_deallocating_leaves_the_statements_of_others(self, server: Database, statement: str) -> None:
        with server.connect() as one, server.connect() as other:
            for connection in (one, other):
                connection.pgconn.prepare(b"same", b"SELECT 1")
            one.execute(statement)

            assert b"does not exist" in one.pgconn.exec_prepared(b"same", []).error_message
            assert other.pgconn.exec_prepared(b"same", []).get_value(0, 0) == b"1"

    def test_prepared_statements_survive_a_rollback(self, connection: Connection) -> None:
        connection.prepare_threshold = 0
        with connection.transaction(force_rollback=True):
            connection.execute("INSERT INTO visit VALUES (%s)", [1])
        connection.execute("INSERT INTO visit VALUES (%s)", [2])

        assert visits(connection) == [2]


class TestPipeline:
    def test_it_runs_statements_in_order(self, connection: Connection) -> None:
        with connection.pipeline():
            cursors = [connection.execute("INSERT INTO visit VALUES (%s) RETURNING id", [n]) for n in range(50)]
            assert [cursor.fetchone() for cursor in cursors] == [(n,) for n in range(50)]

    def test_it_skips_what_follows_an_error_until_sync(self, connection: Connection) -> None:
        with pytest.raises(psycopg.errors.UniqueViolation), connection.pipeline():
            connection.cursor().executemany("INSERT INTO visit VALUES (%s)", [[1], [1], [2]])

        assert visits(connection) == []

    def test_it_goes_on_after_the_sync(self, connection: Connection) -> None:
        with connection.pipeline() as pipeline:
            connection.execute("INSERT INTO visit VALUES (1)")
            pipeline.sync()
            with pytest.raises(psycopg.errors.DivisionByZero):
                connection.execute("SELECT 1 / 0").fetchone()
            pipeline.sync()
            connection.execute("INSERT INTO visit VALUES (3)")

        assert visits(connection) == [1, 3]

    def test_a_flush_keeps_the_implicit_transaction_open(self, server: Database, connection: Connection) -> None:
        with server.connect() as own, own.pipeline():
            assert own.execute("INSERT INTO visit VALUES (1) RETURNING id").fetchone() == (1,)
            seen = []
            waiting = threading.Thread(target=lambda: seen.append(visits(connection)))
            waiting.start()
            own.execute("INSERT INTO visit VALUES (2)")
        waiting.join()

        assert seen == [[1, 2]]

    def test_an_error_before_a_flush_skips_until_sync(self, connection: Connection) -> None:
        pgconn = connection.pgconn
        pgconn.enter_pipeline_mode()
        pgconn.send_query_params(b"SELECT 1 / 0", [])
        pgconn.send_flush_request()
        pgconn.send_query_params(b"INSERT INTO visit VALUES (1)", [])
        pgconn.pipeline_sync()
        statuses: list[int] = []
        while not statuses or statuses[-1] != pq.ExecStatus.PIPELINE_SYNC:
            result = pgconn.get_result()
            if result is not None:
                statuses.append(result.status)
        pgconn.exit_pipeline_mode()

        assert [pq.ExecStatus(status).name for status in statuses] == [
            "FATAL_ERROR",
            "PIPELINE_ABORTED",
            "PIPELINE_SYNC",
        ]
        assert visits(connection) == []


class TestTransactions:
    def test_savepoints_roll_back_on_their_own(self, connection: Connection) -> None:
        with connection.transaction():
            connection.execute("INSERT INTO visit VALUES (1)")
            with pytest.raises(psycopg.errors.UniqueViolation), connection.transaction():
                connection.execute("INSERT INTO visit VALUES (1)")
            connection.execute("INSERT INTO visit VALUES (2)")

        assert visits(connection) == [1, 2]

    def test_a_server_side_cursor_reads_in_parts(self, server: Database) -> None:
        with server.connect(autocommit=False) as connection, connection.cursor(name="parts") as cursor:
            cursor.itersize = 100
            cursor.execute("SELECT n FROM generate_series(1, 1000) n")

            assert [row[0] for row in cursor] == list(range(1, 1001))

    def test_a_held_cursor_outlives_its_transaction_and_goes_with_its_connection(
        self, server: Database, connection: Connection
    ) -> None:
        with server.connect() as own:
            own.execute("DECLARE held CURSOR WITH HOLD FOR SELECT n FROM generate_series(1, 10) n")
            assert own.execute("FETCH 2 FROM held").fetchall() == [(1,), (2,)]
            connection.execute("SELECT 1")
            assert own.execute("FETCH 1 FROM held").fetchall() == [(3,)]

        await_empty(connection, "SELECT name FROM pg_cursors WHERE is_holdable")


class TestEndOfAClient:
    def test_a_killed_client_is_rolled_back_and_cleared_away(self, server: Database, connection: Connection) -> None:
        with subprocess.Popen(
            [sys.executable, "-c", KILLED_CLIENT, server.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as client:
            assert client.stdout is not None
            assert client.stdout.readline() == b"inside\n"
            client.kill()

        assert visits(connection) == []
        await_empty(connection, "SELECT name FROM pg_prepared_statements")
        await_empty(connection, "SELECT relname FROM pg_class WHERE relname = 'scratch'")

    def test_a_transaction_that_idles_is_ended(self, server: Database, connection: Connection) -> None:
        with server.connect(autocommit=False) as idle:
            idle.execute("INSERT INTO visit VALUES (1)")

            assert visits(connection) == []  # answered only once the other is gone
            with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
                idle.execute("SELECT 1")

    def test_a_flushed_pipeline_that_idles_is_ended(self, server: Database, connection: Connection) -> None:
        own = server.connect()
        own.pgconn.enter_pipeline_mode()
        own.pgconn.send_query_params(b"INSERT INTO visit VALUES (1)", [])
        own.pgconn.send_flush_request()
        own.pgconn.flush()
        own.pgconn.get_result()

        assert visits(connection) == []
        own.close()

    def test_an_idle_client_outside_a_transaction_stays(self, server: Database, connection: Connection) -> None:
        other = server.connect(autocommit=False)
        with server.connect() as idle:
            idle.execute("SELECT 1")
            other.execute("SELECT 1")
            connection.execute("SELECT 1")  # answered only once the other's transaction timed out

            assert idle.execute("SELECT 1").fetchone() == (1,)
        other.close()

from __future__ import annotations

import contextlib
from typing import Any

import psycopg
import pytest
from psycopg import pq

from tests.integration.embedded.conftest import Connection, Database
from tests.integration.embedded.waiting import row

LARGE = 300_000


@pytest.fixture(autouse=True)
def table(connection: Connection) -> None:
    connection.execute("DROP TABLE IF EXISTS item; CREATE TABLE item (id int PRIMARY KEY, name text)")


def count(connection: Connection) -> Any:
    return row(connection, "SELECT count(*) FROM item")[0]


class TestCopyIn:
    def test_it_takes_text(self, connection: Connection) -> None:
        with connection.cursor().copy("COPY item FROM STDIN") as copy:
            copy.write_row((1, "one\ttab"))
            copy.write_row((2, None))

        assert connection.execute("SELECT * FROM item ORDER BY id").fetchall() == [(1, "one\ttab"), (2, None)]

    def test_it_takes_binary(self, connection: Connection) -> None:
        with connection.cursor().copy("COPY item (id, name) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int4", "text"])
            copy.write_row((1, "um"))

        assert connection.execute("SELECT * FROM item").fetchall() == [(1, "um")]

    def test_it_takes_a_statement_with_parameters(self, connection: Connection) -> None:
        with connection.cursor().copy("COPY item FROM STDIN (DELIMITER %s)", [";"]) as copy:
            copy.write("1;um\n2;dois\n")

        assert count(connection) == 2

    def test_it_takes_an_empty_copy(self, connection: Connection) -> None:
        with connection.cursor().copy("COPY item FROM STDIN"):
            pass

        assert count(connection) == 0

    def test_it_takes_many_rows(self, server: Database, connection: Connection) -> None:
        block = 1000
        with connection.cursor().copy("COPY item FROM STDIN") as copy:
            for first in range(0, LARGE, block):
                copy.write("".join(f"{number}\tname {number}\n" for number in range(first, first + block)))

        assert count(connection) == LARGE

    def test_it_tells_of_a_missing_table_before_the_data(self, connection: Connection) -> None:
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.cursor().copy("COPY missing FROM STDIN").__enter__()

        assert connection.execute("SELECT 1").fetchone() == (1,)

    @pytest.mark.parametrize("rows", [3, 50_000])
    def test_it_refuses_malformed_data_and_goes_on(self, connection: Connection, rows: int) -> None:
        with (
            pytest.raises(psycopg.errors.InvalidTextRepresentation),
            connection.cursor().copy("COPY item FROM STDIN") as copy,
        ):
            copy.write("nonsense\tx\n" + "".join(f"{number}\tx\n" for number in range(rows)))

        assert count(connection) == 0

    def test_it_undoes_what_the_client_gives_up(self, connection: Connection) -> None:
        with pytest.raises(ZeroDivisionError), connection.cursor().copy("COPY item FROM STDIN") as copy:
            copy.write_row((1, 1 // 0))

        assert count(connection) == 0

    def test_it_belongs_to_the_transaction_around_it(self, connection: Connection) -> None:
        with connection.transaction():
            connection.execute("INSERT INTO item VALUES (0)")
            with (
                connection.transaction(force_rollback=True),
                connection.cursor().copy("COPY item FROM STDIN") as copy,
            ):
                copy.write("1\tum\n")

        assert connection.execute("SELECT id FROM item").fetchall() == [(0,)]

    def test_it_lets_others_work_while_the_data_comes(self, server: Database, connection: Connection) -> None:
        with connection.cursor().copy("COPY item FROM STDIN") as copy, server.connect() as other:
            copy.write("1\tum\n")
            assert count(other) == 0

        assert count(connection) == 1

    def test_it_fails_in_a_failed_transaction(self, connection: Connection) -> None:
        connection.execute("BEGIN")
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT * FROM missing")
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            connection.cursor().copy("COPY item FROM STDIN").__enter__()
        connection.execute("ROLLBACK")

    def test_it_is_refused_behind_another_statement(self, connection: Connection) -> None:
        pgconn: Any = connection.pgconn
        pgconn.send_query(b"SELECT 1; COPY item FROM STDIN")
        assert pgconn.get_result().status == pq.ExecStatus.TUPLES_OK
        assert pgconn.get_result().status == pq.ExecStatus.COPY_IN
        with contextlib.suppress(psycopg.OperationalError):  # libpq may have read the error already
            pgconn.put_copy_data(b"1\tum\n")
            pgconn.put_copy_end()
        assert b"as a statement of its own only" in pgconn.get_result().error_message
        assert pgconn.get_result() is None

        assert count(connection) == 0


class TestExtendedProtocol:
    """libpq's PQexecParams sends Parse, Bind, Describe, Execute and Sync before the data."""

    def test_it_takes_data(self, connection: Connection) -> None:
        result = self.copy_in(connection.pgconn, b"COPY item FROM STDIN", [b"1\tum\n", b"2\tdois\n"])

        assert (result.status, result.command_tuples) == (pq.ExecStatus.COMMAND_OK, 2)
        assert count(connection) == 2

    def test_it_refuses_malformed_data_and_goes_on(self, connection: Connection) -> None:
        result = self.copy_in(connection.pgconn, b"COPY item FROM STDIN", [b"nonsense\tum\n"] * 20_000)

        assert result.status == pq.ExecStatus.FATAL_ERROR
        assert count(connection) == 0

    def test_it_undoes_what_the_client_gives_up(self, connection: Connection) -> None:
        result = self.copy_in(connection.pgconn, b"COPY item FROM STDIN", [b"1\tum\n"], error=b"changed my mind")

        assert b"changed my mind" in result.error_message
        assert count(connection) == 0

    def test_it_tells_of_a_missing_table(self, connection: Connection) -> None:
        result = self.copy_in(connection.pgconn, b"COPY missing FROM STDIN", [b"1\tum\n"])

        assert result.error_field(pq.DiagnosticField.SQLSTATE) == b"42P01"
        assert connection.execute("SELECT 1").fetchone() == (1,)

    def test_it_gives_data(self, connection: Connection) -> None:
        connection.execute("INSERT INTO item VALUES (1, 'um')")
        assert connection.pgconn.exec_params(b"COPY item TO STDOUT", []).status == pq.ExecStatus.COPY_OUT

        assert bytes(connection.pgconn.get_copy_data(0)[1]) == b"1\tum\n"
        assert connection.pgconn.get_copy_data(0)[0] == -1
        while connection.pgconn.get_result():
            pass

    def copy_in(self, pgconn: Any, statement: bytes, blocks: list[bytes], error: bytes | None = None) -> Any:
        assert pgconn.exec_params(statement, []).status == pq.ExecStatus.COPY_IN
        for block in blocks:
            pgconn.put_copy_data(block)
        pgconn.put_copy_end(error)
        result = pgconn.get_result()
        while pgconn.get_result():
            pass
        return result


class TestCopyOut:
    @pytest.mark.parametrize("form", ["TEXT", "BINARY"])
    def test_it_gives_many_rows(self, connection: Connection, form: str) -> None:
        connection.execute("INSERT INTO item SELECT n, 'name' FROM generate_series(1, 100000) n")
        with connection.cursor().copy(f"COPY item TO STDOUT (FORMAT {form})") as copy:
            copy.set_types(["int4", "text"])
            rows = sum(1 for _ in copy.rows())

        assert rows == 100_000

    def test_it_goes_on_after_an_error_in_the_middle(self, connection: Connection) -> None:
        query = "COPY (SELECT 1 / (5000 - n) FROM generate_series(1, 10000) n) TO STDOUT"
        with pytest.raises(psycopg.errors.DivisionByZero), connection.cursor().copy(query) as copy:
            for _ in copy:
                pass

        assert connection.execute("SELECT 1").fetchone() == (1,)

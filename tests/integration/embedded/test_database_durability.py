from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from embedded import database
from embedded.ports import free_ports
from embedded.testing import running_server
from tests.integration.embedded.conftest import Connection, StartDatabase
from tests.integration.embedded.waiting import await_true, row

ROUNDS = 4
WRITERS = 3
ROWS_PER_ROUND = 60


def server_process(leash: subprocess.Popen[bytes]) -> int:
    """The Node process below a leash."""
    with open(f"/proc/{leash.pid}/task/{leash.pid}/children") as file:
        return int(file.read().split()[0])


def write_until_the_server_dies(url: str, first: int, acknowledged: list[int]) -> None:
    with contextlib.suppress(psycopg.Error), psycopg.connect(url, autocommit=True) as connection:
        for number in range(first, first + 1_000_000, WRITERS):
            connection.execute("INSERT INTO event VALUES (%s)", [number])
            acknowledged.append(number)


def reached(acknowledged: list[int], wanted: int) -> bool:
    return len(acknowledged) >= wanted


class TestDurability:
    def test_no_acknowledged_commit_is_lost_by_kill_9(self, start_database: StartDatabase, tmp_path: Path) -> None:
        acknowledged: list[int] = []
        for round_number in range(ROUNDS):
            with start_database(tmp_path / "data") as running:
                with running.connect() as connection:
                    connection.execute("CREATE TABLE IF NOT EXISTS event (id bigint PRIMARY KEY)")
                    assert self.missing(connection, acknowledged) == []
                wanted = len(acknowledged) + ROWS_PER_ROUND
                writers = [
                    threading.Thread(
                        target=write_until_the_server_dies,
                        args=(running.url, round_number * 10_000_000 + index, acknowledged),
                    )
                    for index in range(WRITERS)
                ]
                for writer in writers:
                    writer.start()
                await_true(partial(reached, acknowledged, wanted))
                os.kill(server_process(running.server.process), signal.SIGKILL)
                for writer in writers:
                    writer.join()
            print(f"round {round_number + 1}: {len(acknowledged) - wanted + ROWS_PER_ROUND} commits, kill -9")

        with start_database(tmp_path / "data") as running, running.connect() as connection:
            assert self.missing(connection, acknowledged) == []
            [stored] = row(connection, "SELECT count(*) FROM event")
        print(f"{len(acknowledged)} acknowledged, {stored} stored, 0 lost")

    def test_a_stopped_server_comes_back_with_its_data(self, start_database: StartDatabase, tmp_path: Path) -> None:
        with start_database(tmp_path / "data") as running, running.connect() as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS id")
            os.kill(server_process(running.server.process), signal.SIGTERM)
            assert running.server.process.wait(10) == 0
            assert "database: stopped" in running.server.output()

        with start_database(tmp_path / "data") as running, running.connect() as connection:
            assert connection.execute("SELECT id FROM kept").fetchall() == [(42,)]

    def missing(self, connection: Connection, acknowledged: list[int]) -> list[Any]:
        query = "SELECT a FROM unnest(%s::bigint[]) a WHERE NOT EXISTS (SELECT FROM event WHERE id = a)"
        return connection.execute(query, [list(acknowledged)]).fetchall()


class TestDataDirectory:
    def test_one_that_was_cut_off_while_being_made_is_made_anew(
        self, start_database: StartDatabase, tmp_path: Path
    ) -> None:
        (tmp_path / "data.making").mkdir()
        (tmp_path / "data.making" / "PG_VERSION").write_text("17\n")
        with start_database(tmp_path / "data") as running, running.connect() as connection:
            assert row(connection, "SELECT current_database()") == ("postgres",)

        assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "data.lock"]

    def test_a_folder_with_something_else_in_it_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "letters.txt").touch()
        [port] = free_ports(1)
        result = subprocess.run(
            database.command(port=port, data_dir=tmp_path),
            env=database.environment("secret"),
            capture_output=True,
            text=True,
            timeout=60,
        )

        assert result.returncode == 2
        assert result.stderr == f"database: {tmp_path} is there and is not a data directory\n"


class TestLock:
    def test_a_second_server_on_the_same_data_directory_is_refused(
        self, start_database: StartDatabase, tmp_path: Path
    ) -> None:
        with start_database(tmp_path / "data") as running:
            [port] = free_ports(1)
            second = subprocess.run(
                database.command(port=port, data_dir=tmp_path / "data"),
                env=database.environment("other"),
                capture_output=True,
                text=True,
                timeout=30,
            )

            assert second.returncode == 2
            assert second.stderr == f"database: {tmp_path / 'data'} is in use by another server\n"
            with running.connect() as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)


class TestWatchdog:
    def test_a_stuck_statement_ends_the_server_and_says_why(self) -> None:
        [port] = free_ports(1)
        command = database.command(port=port, data_dir=None, options={"stuck-seconds": 0.5})
        url = database.database_url(port=port, password="secret", memory=True)
        with running_server(command, environment=database.environment("secret")) as server:
            server.wait_until(lambda: database.answers(url))
            with psycopg.connect(url) as connection, pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT count(*) FROM generate_series(1, 1000000000)")

            assert server.process.wait(10) == 128 + signal.SIGKILL
            assert "a statement ran longer than 0.5 s" in server.output()

from __future__ import annotations

import contextlib
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from embedded import database
from tests.integration.embedded.conftest import Connection, Database
from tests.integration.embedded.waiting import row

OPTIONS = {"max-message-bytes": 1_000_000}


def refusal(url: str) -> str:
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(url)
    return str(caught.value)


class TestLogin:
    def test_it_refuses_a_wrong_password(self, server: Database) -> None:
        url = database.database_url(port=server.port, password="wrong", memory=True)

        assert 'password authentication failed for user "saude"' in refusal(url)

    def test_it_answers_an_unknown_user_like_a_wrong_password(self, server: Database) -> None:
        url = database.database_url(port=server.port, password="wrong", memory=True, user="nobody")

        assert 'password authentication failed for user "nobody"' in refusal(url)

    def test_it_refuses_an_unknown_database(self, server: Database) -> None:
        assert 'database "other" does not exist' in refusal(server.url.replace("/template1", "/other"))

    def test_it_refuses_an_unknown_setting_in_the_options(self, server: Database) -> None:
        assert "nonsense" in refusal(f"{server.url}?options=-c%20nonsense%3D1")

    def test_it_honours_settings_in_the_options(self, server: Database) -> None:
        options = r"-c search_path=a,\ public --work-mem=8MB -c saude.person=42"
        with server.connect(options=options, application_name="clinic") as connection:
            names = ["search_path", "work_mem", "saude.person", "application_name"]
            values = [row(connection, "SELECT current_setting(%s)", [name])[0] for name in names]

        assert values == ["a, public", "8MB", "42", "clinic"]

    def test_it_reports_the_parameters_of_the_engine(self, connection: Connection) -> None:
        status: Any = connection.pgconn.parameter_status

        assert connection.execute("SHOW server_version").fetchone() == (status(b"server_version").decode(),)
        assert status(b"is_superuser") == b"on"
        assert status(b"TimeZone").decode() == row(connection, "SHOW TimeZone")[0]

    def test_it_reports_the_parameters_of_the_connection(self, server: Database) -> None:
        with server.connect(options="-c TimeZone=America/Sao_Paulo", application_name="clinic") as connection:
            assert connection.pgconn.parameter_status(b"TimeZone") == b"America/Sao_Paulo"
            assert connection.pgconn.parameter_status(b"application_name") == b"clinic"

    def test_it_negotiates_a_newer_protocol_version(self, server: Database) -> None:
        parameters = b"user\0saude\0_pq_.fancy\x001\0\0"
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
            client.sendall(struct.pack("!ii", 8 + len(parameters), 3 << 16 | 2) + parameters)
            answer = client.recv(4096)

        assert answer[:1] == b"v"
        assert struct.unpack("!iii", answer[1:13]) == (4 + 8 + 11, 0, 1)
        assert answer[13:24] == b"_pq_.fancy\0"

    @pytest.mark.parametrize("code", [80877103, 80877104], ids=["TLS", "GSSAPI"])
    def test_it_declines_encryption(self, server: Database, code: int) -> None:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
            client.sendall(struct.pack("!ii", 8, code))

            assert client.recv(10) == b"N"

    def test_it_accepts_and_ignores_a_cancel_request(self, connection: Connection) -> None:
        connection.cancel_safe(timeout=5)

        assert connection.execute("SELECT 1").fetchone() == (1,)

    def test_it_refuses_a_message_above_the_limit(self, connection: Connection) -> None:
        with pytest.raises(psycopg.OperationalError, match="the limit is 1000000 bytes"):
            connection.execute("SELECT %s", ["x" * 2_000_000])

    @pytest.mark.parametrize("junk", [b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\x04", b"\xff" * 100, b"\0" * 100])
    def test_it_survives_junk(self, server: Database, connection: Connection, junk: bytes) -> None:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
            client.sendall(junk)
            with contextlib.suppress(ConnectionResetError):
                while client.recv(4096):
                    pass

        assert connection.execute("SELECT 1").fetchone() == (1,)


class TestCommandLine:
    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            ([], "usage"),
            (["--memory", "--port", "0"], "--port has to be a number"),
            (["--memory", "--port", "1", "--nonsense"], "Unknown option '--nonsense'"),
        ],
    )
    def test_it_refuses_bad_input_in_one_line(self, arguments: list[str], reason: str) -> None:
        result = self.start([database.node(), str(database.SERVER), *arguments])

        assert result.returncode == 2
        assert reason in result.stderr
        assert result.stderr.count("\n") == 1

    def test_it_refuses_a_taken_port_in_one_line(self, server: Database) -> None:
        result = self.start(database.command(port=server.port, data_dir=None))

        assert result.returncode == 2
        assert result.stderr == f"database: port {server.port} of 127.0.0.1 is taken\n"

    def test_it_refuses_a_data_directory_without_its_lock(self, tmp_path: Path) -> None:
        result = self.start(
            [database.node(), str(database.SERVER), "--data-dir", str(tmp_path / "data"), "--port", "1"]
        )

        assert result.returncode == 2
        assert "not locked" in result.stderr

    def test_it_wants_a_password(self) -> None:
        result = subprocess.run(
            database.command(port=1, data_dir=None), env={}, capture_output=True, text=True, timeout=30
        )

        assert (result.returncode, result.stderr) == (2, "database: SAUDE_DB_PASSWORD is not set\n")
        assert sys.executable in result.args

    def start(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        variables = database.environment("secret")
        return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=30)

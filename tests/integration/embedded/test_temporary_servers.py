from __future__ import annotations

import asyncio
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from embedded import redis
from embedded.ports import PortTakenError, free_ports, require_free
from embedded.testing import running_server, temporary_servers
from tests.integration.embedded.test_leash import alive
from tests.integration.embedded.waiting import await_true

ROOT = Path(__file__).resolve().parents[3]

KILLED = """
import sys
from functools import partial
from embedded.testing import temporary_servers
with temporary_servers() as servers:
    print(servers.database_url, servers.redis_url, flush=True)
    sys.stdin.read()
"""


def descendants(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [each for child in children for each in (int(child), *descendants(int(child)))]


class TestTemporaryServers:
    def test_both_answer(self) -> None:
        with temporary_servers() as servers:
            with psycopg.connect(servers.database_url) as connection:
                query = "SELECT extname FROM pg_extension WHERE extname = 'timescaledb'"
                assert connection.execute(query).fetchone() == ("timescaledb",)
            with Redis.from_url(servers.redis_url) as client:
                assert client.ping()

    def test_they_end_when_their_starter_is_killed(self) -> None:
        with subprocess.Popen(
            [sys.executable, "-c", KILLED],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as starter:
            assert starter.stdout is not None
            assert starter.stdout.readline()
            started = descendants(starter.pid)
            assert len(started) >= 4
            starter.kill()

        await_true(lambda: not any(alive(each) for each in started))


class TestRedis:
    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[int]:
        [port] = free_ports(1)
        config = tmp_path / "redis.conf"
        redis.write_config(config, port=port, password='s"e\\c ret', folder=tmp_path, keep=True)
        with running_server(redis.command(config)) as running:
            running.wait_until(lambda: redis.answers(port, 's"e\\c ret'))
            yield port

    def test_it_wants_its_password(self, server: int) -> None:
        assert asyncio.run(redis.answers(server, "wrong")) is False
        with Redis.from_url(redis.redis_url(server, 's"e\\c ret')) as client:
            assert client.ping()

    def test_its_configuration_is_readable_by_its_owner_only(self, server: int, tmp_path: Path) -> None:
        assert stat.S_IMODE((tmp_path / "redis.conf").stat().st_mode) == 0o600

    def test_what_it_keeps_outlives_a_restart(self, tmp_path: Path) -> None:
        for expected in (None, b"1"):
            [port] = free_ports(1)
            config = tmp_path / "redis.conf"
            redis.write_config(config, port=port, password="secret", folder=tmp_path, keep=True)
            with running_server(redis.command(config)) as running:
                running.wait_until(partial(redis.answers, port, "secret"))
                with Redis.from_url(redis.redis_url(port, "secret")) as client:
                    assert client.get("message") == expected
                    client.set("message", 1)


class TestPorts:
    def test_a_taken_port_is_told_in_one_line(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(PortTakenError, match=rf"^web: port {port} of 127.0.0.1 "):
                require_free(port, "web")

    def test_a_free_port_is_fine(self) -> None:
        [port] = free_ports(1)

        require_free(port, "web")

    def test_free_ports_differ(self) -> None:
        assert len(set(free_ports(20))) == 20

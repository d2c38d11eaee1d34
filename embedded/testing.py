"""Servers for the length of a test run: the database in memory and Redis, on free ports."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from embedded import database, leash, redis
from embedded.ports import free_ports

START_SECONDS = 60
GRACE_SECONDS = 10.0
POLL_SECONDS = 0.05


class ServerStartError(Exception):
    """A server ended or stayed silent; the message holds what it printed last."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the tests find their servers."""

    database_url: str
    redis_url: str


@contextlib.contextmanager
def temporary_servers() -> Iterator[Servers]:
    """Start both servers, yield their URLs, stop them.

    Each runs on a leash, so they end with this process even when it is killed.
    """
    database_port, redis_port = free_ports(2)
    password = secrets.token_urlsafe(16)
    url = database.database_url(port=database_port, password=password, memory=True)
    with tempfile.TemporaryDirectory(prefix="saude-tests-") as name, contextlib.ExitStack() as running:
        config = Path(name) / "redis.conf"
        redis.write_config(config, port=redis_port, password=password, folder=Path(name), keep=False)
        first = running.enter_context(
            running_server(
                database.command(port=database_port, data_dir=None),
                environment=database.environment(password),
            )
        )
        second = running.enter_context(running_server(redis.command(config)))
        second.wait_until(lambda: redis.answers(redis_port, password))
        first.wait_until(lambda: database.answers(url))
        yield Servers(database_url=url, redis_url=redis.redis_url(redis_port, password))


@contextlib.contextmanager
def temporary_redis() -> Iterator[str]:
    """Redis alone, for who has a database; its URL."""
    (port,) = free_ports(1)
    password = secrets.token_urlsafe(16)
    with tempfile.TemporaryDirectory(prefix="saude-tests-") as name:
        config = Path(name) / "redis.conf"
        redis.write_config(config, port=port, password=password, folder=Path(name), keep=False)
        with running_server(redis.command(config)) as server:
            server.wait_until(lambda: redis.answers(port, password))
            yield redis.redis_url(port, password)


class RunningServer:
    """A command on a leash, and what it printed."""

    def __init__(self, command: list[str], environment: Mapping[str, str], log: IO[bytes]) -> None:
        self._log = log
        self.process = subprocess.Popen(
            leash.command(*command, grace_seconds=GRACE_SECONDS),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
        )

    def wait_until(self, answers: Callable[[], Awaitable[bool]]) -> None:
        """Return when the server answers; raise ``ServerStartError`` when it cannot any more."""

        async def poll() -> bool:
            return await answers()

        deadline = time.monotonic() + START_SECONDS
        while not asyncio.run(poll()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise ServerStartError(self.output() or "the server did not start and printed nothing")
            time.sleep(POLL_SECONDS)

    def output(self) -> str:
        """What the server printed so far."""
        return os.pread(self._log.fileno(), 1_000_000, 0).decode(errors="replace")

    def stop(self) -> int:
        """End the server and everything it started; its exit code."""
        assert self.process.stdin is not None  # noqa: S101 - it was asked for above
        self.process.stdin.close()
        return self.process.wait()


@contextlib.contextmanager
def running_server(command: list[str], environment: Mapping[str, str] | None = None) -> Iterator[RunningServer]:
    """Run a server on a leash for the length of the block."""
    with tempfile.TemporaryFile() as log:
        server = RunningServer(command, environment or {}, log)
        try:
            yield server
        finally:
            server.stop()

"""A server of its own for every test module; ``OPTIONS`` in the module are its flags."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from embedded import database
from embedded.ports import free_ports
from embedded.testing import RunningServer, running_server

Connection = psycopg.Connection[Any]

PASSWORD = "correct horse/battery:stäple"


@dataclass(frozen=True, slots=True)
class Database:
    """A running server and how to reach it."""

    url: str
    port: int
    server: RunningServer

    def connect(self, **options: Any) -> Connection:
        return psycopg.connect(self.url, **{"autocommit": True, **options})


StartDatabase = Callable[..., contextlib.AbstractContextManager[Database]]


@contextlib.contextmanager
def started(data_dir: Path | None = None, options: dict[str, object] | None = None) -> Iterator[Database]:
    [port] = free_ports(1)
    command = database.command(port=port, data_dir=data_dir, options=options)
    url = database.database_url(port=port, password=PASSWORD, memory=data_dir is None)
    with running_server(command, environment=database.environment(PASSWORD)) as server:
        server.wait_until(lambda: database.answers(url))
        yield Database(url=url, port=port, server=server)


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[Database]:
    """The module's database, in memory."""
    with started(options=getattr(request.module, "OPTIONS", None)) as running:
        yield running


@pytest.fixture
def start_database() -> StartDatabase:
    """Starts a further server, in memory or on a data directory, for the length of a block."""
    return started


@pytest.fixture
def connection(server: Database) -> Iterator[Connection]:
    """A connection of the module's database in autocommit mode."""
    with server.connect() as opened:
        yield opened

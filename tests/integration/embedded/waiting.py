"""Waiting for a condition instead of for time, and reading one row."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg

POLL = threading.Event()


def await_true(condition: Callable[[], object], seconds: float = 10) -> None:
    """Return once the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        POLL.wait(0.02)


def row(connection: psycopg.Connection[Any], query: str, parameters: Any = None) -> Any:
    """The first row of an answer."""
    return connection.execute(query, parameters).fetchone()


def await_empty(connection: psycopg.Connection[Any], query: str) -> None:
    """Return once the query gives no rows."""
    await_true(lambda: not connection.execute(query, prepare=False).fetchall())

"""The plan of each statement of a request, measured by the server: EXPLAIN (ANALYZE, BUFFERS)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction
from django.test import Client

import sql
from bench.web import Endpoint, UnexpectedAnswerError

EXPLAIN: Final = "EXPLAIN (ANALYZE, BUFFERS, SETTINGS OFF) "
# Not SAVEPOINT and the like, which have no plan; a file begins with its comment.
PLANNED: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "--")


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement by its name (a file of sql/queries/, else its text) and the lines of its plan."""

    statement: str
    lines: list[str]

    @property
    def shape(self) -> tuple[str, ...]:
        """The statement and its nodes without their numbers: equal where the server goes the same way."""
        nodes = (line.partition("  (cost=")[0] for line in self.lines if "  (cost=" in line)
        return (self.statement, *(re.sub(r"\d+", "", node) for node in nodes))


def plans(endpoint: Endpoint) -> list[Plan]:
    """The plans of what a request runs, in its order; what explaining a change has changed is taken back.

    The endpoint is asked once before, so that neither the caches nor the prepared statements are new.
    """
    _ask(endpoint, turn=0)
    found: list[Plan] = []

    def explained(execute: Callable[..., Any], statement: Any, *rest: Any) -> Any:
        text = statement.decode() if isinstance(statement, bytes) else str(statement)
        if text.startswith(PLANNED):
            found.append(Plan(_name(text), _lines(execute, text, *rest)))
        return execute(statement, *rest)

    with connection.execute_wrapper(explained):
        _ask(endpoint, turn=1)
    return found


def _ask(endpoint: Endpoint, turn: int) -> None:
    request = endpoint.request(turn)
    answer = Client(SERVER_NAME="127.0.0.1").generic(
        "GET" if request.body is None else "POST",
        request.path,
        request.body or b"",
        content_type="application/json",
        headers={"Authorization": f"Bearer {endpoint.token}"},
    )
    if answer.status_code != 200:
        raise UnexpectedAnswerError(f"{request.path} answered {answer.status_code}: {answer.content[:300]!r}")


def _lines(execute: Callable[..., Any], text: str, parameters: Any, many: bool, context: Any) -> list[str]:
    with transaction.atomic():
        execute((EXPLAIN + text).encode(), parameters, many, context)
        lines = [line for (line,) in context["cursor"].fetchall()]
        transaction.set_rollback(True)
    return lines


def _name(text: str) -> str:
    files = (sql.FOLDER / "queries").glob("*.sql")
    return next((file.name for file in files if file.read_text(encoding="utf-8") == text), text)

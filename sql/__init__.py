"""Statements that Django's ORM does not write: read from files, applied by migrations, run with bound parameters."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, migrations

FOLDER = Path(__file__).resolve().parent


@cache
def read(name: str) -> str:
    """The text of ``sql/<name>``."""
    return (FOLDER / name).read_text(encoding="utf-8")


class RunSQLFile(migrations.RunSQL):
    """Apply ``sql/<name>.up.sql`` and, on the way back, ``sql/<name>.down.sql``."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(sql=read(f"{name}.up.sql"), reverse_sql=read(f"{name}.down.sql"))

    def deconstruct(self) -> tuple[str, list[str], dict[str, Any]]:
        """The file's name is all there is to know."""
        return self.__class__.__qualname__, [self.name], {}


def run(name: str, parameters: Mapping[str, Any] | None = None) -> int:
    """Run ``sql/queries/<name>.sql`` with parameters bound by the server; how many rows it touched."""
    with _executed(name, parameters) as cursor:
        return cursor.rowcount


def rows(name: str, parameters: Mapping[str, Any] | None = None, *, prepare: bool = False) -> list[tuple[Any, ...]]:
    """The rows of ``sql/queries/<name>.sql``, fetched in binary.

    ``prepare`` keeps the plan on the connection: for small lookups, whose planning costs more than they do. Not for
    windows of readings, which need a plan for their own bounds.
    """
    with _executed(name, parameters, prepare) as cursor:
        return cursor.fetchall()


def row(name: str, parameters: Mapping[str, Any] | None = None, *, prepare: bool = False) -> tuple[Any, ...]:
    """The only row of ``sql/queries/<name>.sql``; ``prepare`` as for rows."""
    (found,) = rows(name, parameters, prepare=prepare)
    return found


def release() -> None:
    """Give the connection back to the pool between two pieces of work; nothing inside of a transaction."""
    if not connection.in_atomic_block:
        connection.close()


def _executed(
    name: str, parameters: Mapping[str, Any] | None, prepare: bool = False
) -> psycopg.Cursor[tuple[Any, ...]]:
    # Not Django's cursor: it binds on the client, where arrays and bytes would become long literals.
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection)

        def execute(statement: Any, parameters: Any, many: bool, context: Any) -> psycopg.Cursor[tuple[Any, ...]]:
            # Behind PgBouncer the next transaction is in a session that knows nothing of what is prepared in this one.
            kept = prepare and not settings.DATABASE_BEHIND_PGBOUNCER
            return cursor.execute(statement, parameters, prepare=kept, binary=True)

        # What stands around Django's statements stands around ours: the deadline of a request.
        run: Callable[..., psycopg.Cursor[tuple[Any, ...]]] = execute
        for wrapper in reversed(connection.execute_wrappers):
            run = partial(wrapper, run)
        # Bytes and a constant file: nothing from a caller is ever part of the statement.
        context = {"connection": connection, "cursor": cursor}
        return run(read(f"queries/{name}.sql").encode(), parameters, False, context)

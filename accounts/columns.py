"""Columns of ciphertext and of hashes as a whole: rewritten in batches by primary key, beside running writers.

Nothing is remembered between batches: what is done shows in the rows, so a run that was killed is started again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import connection

from accounts.blind_index import HashField
from accounts.encryption import SealedField

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Column:
    """A column, with the key of its table."""

    field: Any

    @property
    def table(self) -> str:
        """The table's name, quoted."""
        return connection.ops.quote_name(self.field.model._meta.db_table)

    @property
    def key(self) -> str:
        """The primary key's name, quoted."""
        return connection.ops.quote_name(str(self.field.model._meta.pk.column))

    @property
    def key_type(self) -> str:
        """The primary key's type."""
        return str(self.field.model._meta.pk.rel_db_type(connection))

    @property
    def name(self) -> str:
        """The column's name, quoted."""
        return connection.ops.quote_name(str(self.field.column))

    def __str__(self) -> str:
        return f"{self.field.model._meta.db_table}.{self.field.column}"


def sealed_columns() -> list[Column]:
    """Every column of ciphertext."""
    return [Column(field) for field in _fields() if isinstance(field, SealedField)]


def hash_columns() -> list[Column]:
    """Every blind index."""
    return [Column(field) for field in _fields() if isinstance(field, HashField)]


def count(column: Column, condition: str, *parameters: Any) -> int:
    """How many rows have a value of which the condition, which may name ``value``, is true."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {_values(column)} WHERE {condition}", parameters)  # noqa: S608 -- quoted
        return int(cursor.fetchone()[0])


def batches(column: Column, condition: str, *parameters: Any, size: int = BATCH) -> Iterator[list[tuple[Any, str]]]:
    """Key and value of the rows of which the condition is true, in the order of the key, read batch by batch."""
    rows: list[tuple[Any, str]] = []
    while True:
        after = f"AND key > %s::{column.key_type}" if rows else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT key, value FROM {_values(column)} WHERE {condition} {after} ORDER BY key LIMIT %s",  # noqa: S608
                [*parameters, *([rows[-1][0]] if rows else []), size],
            )
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows


def replace(
    column: Column, rows: Sequence[tuple[Any, str, str]], *, guard: Column | None = None, kind: str = "text"
) -> int:
    """Write the third of each row where the guard, the column itself if none is given, still has the second."""
    guard = guard or column
    keys, old, new = ([row[place] for row in rows] for place in range(3))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {column.table} AS stored SET {column.name} = given.new::{kind} "  # noqa: S608 -- quoted
            f"FROM unnest(%s::{column.key_type}[], %s::text[], %s::text[]) AS given (key, old, new) "
            f"WHERE stored.{column.key} = given.key AND stored.{guard.name} = given.old",
            [keys, old, new],
        )
        return int(cursor.rowcount)


def rewrite(column: Column, change: Callable[[str], str], *, size: int = BATCH) -> None:
    """Replace every value that is not empty by what ``change`` makes of it."""
    for rows in batches(column, "true", size=size):
        replace(column, [(key, value, new) for key, value in rows if (new := change(value)) != value])


def _values(column: Column) -> str:
    source = f"SELECT {column.key} AS key, {column.name}::text AS value FROM {column.table}"  # noqa: S608 -- quoted
    return f"({source} WHERE {column.name} <> '') AS held"


def _fields() -> Iterator[Any]:
    return (field for model in apps.get_models() if model._meta.managed for field in model._meta.local_concrete_fields)

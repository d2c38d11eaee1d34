"""Writing a clinic's export: everything as it was at one instant."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from psycopg import sql

from analytics.metrics import DEFINITIONS_VERSION
from project.clinic_export import files
from project.clinic_export.archive import Archive
from project.clinic_export.columns import Shape, opened, shape
from project.clinic_export.tables import BELONGS, EMPTIED, LEFT_OUT

WHO_SEES_ALL: Final = """
    SELECT r.rolsuper OR c.relowner = r.oid FROM pg_roles AS r, pg_class AS c
    WHERE r.rolname = current_user AND c.oid = 'public.patients_patient'::regclass
"""


class NotExported(Exception):
    """There is no export; the message says why."""


Told = Callable[[str, int], None]


def export_clinic(clinic_id: UUID, path: Path, *, recipient: str | None, now: datetime, tell: Told) -> None:
    """Write the clinic to a file that is not there yet, encrypted for a public key unless there is none.

    NotExported, KeyRefused, CannotBeOpened; then there is no file.
    """
    if path.exists():
        raise NotExported(f"{path} is there already")
    with files.written(path, recipient) as target, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL TIME ZONE 'UTC'")
            cursor.execute("SET LOCAL statement_timeout = 0")
        name = _name_of(clinic_id)
        with Archive(target) as archive:
            for table, condition in BELONGS.items():
                tell(table, archive.table(table, rows(shape(table), condition, clinic_id)))
            archive.end(_manifest(clinic_id, name, now))


def rows(of: Shape, condition: str, clinic_id: UUID) -> Iterator[bytes]:
    """The clinic's rows of a table as lines of JSON, in the order of its key, as they come from the database."""
    statement = sql.SQL(
        "COPY (SELECT row_to_json(t) FROM (SELECT {} FROM public.{} WHERE {} ORDER BY {}) AS t) TO STDOUT"
    )
    composed = statement.format(
        sql.SQL(", ").join(map(sql.Identifier, of.columns)),
        sql.Identifier(of.table),
        sql.SQL(condition.replace("%(clinic)s", "{}")).format(sql.Literal(clinic_id)),
        sql.SQL(", ").join(map(sql.Identifier, of.key)),
    )
    with connection.cursor() as cursor, cursor.copy(composed) as copy:
        for (line,) in copy.rows():
            yield line.encode() if of.as_stored else opened(of, line.encode())


def schema() -> dict[str, str]:
    """The newest migration of each app."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, max(name) FROM public.django_migrations GROUP BY 1 ORDER BY 1")
        return dict(cursor.fetchall())


def _name_of(clinic_id: UUID) -> str:
    """NotExported where there is no such clinic, or the role would not see all of it."""
    with connection.cursor() as cursor:
        cursor.execute(WHO_SEES_ALL)
        if cursor.fetchone() != (True,):
            raise NotExported("only the database's owner sees every row: run this in the service migrate")
        cursor.execute("SELECT name FROM public.accounts_clinic WHERE id = %s", [clinic_id])
        row = cursor.fetchone()
    if row is None:
        raise NotExported(f"there is no clinic {clinic_id}")
    return str(row[0])


def _manifest(clinic_id: UUID, name: str, now: datetime) -> dict[str, Any]:
    return {
        "clinic": str(clinic_id),
        "name": name,
        "made_at": now.isoformat(),
        "definitions": DEFINITIONS_VERSION,
        "schema": schema(),
        "left_out": LEFT_OUT,
        "emptied": {table: sorted(columns) for table, columns in EMPTIED.items()},
    }

"""Reading an export: whether it is whole, and into an installation that has no clinic yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from django.db import connection, transaction
from psycopg import sql

from project.clinic_export import files
from project.clinic_export.archive import Reader
from project.clinic_export.columns import Shape, sealed, shape
from project.clinic_export.tables import BELONGS
from project.clinic_export.writing import schema

# Where a row names a user who is not a member any more: the history keeps an author, who cannot sign in.
AUTHORS: Final = """
    SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint AS c
    JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'public.accounts_user'::regclass AND c.connamespace = 'public'::regnamespace
"""
ADD_AUTHORS: Final = """
    INSERT INTO public.accounts_user (
        id, username, password, name, email, is_superuser, is_staff, is_active, date_joined, language, page_stamp
    )
    SELECT DISTINCT {column}, 'left-' || {column}, '!', '', '', false, false, false, now(), 'en', gen_random_uuid()
    FROM {table} WHERE {column} IS NOT NULL ON CONFLICT (id) DO NOTHING
"""
# All days are refreshed; until then answers come from the readings.
LATE: Final = """
    INSERT INTO public.late_range (patient_id, first_time, last_time)
    SELECT patient_id, min(time), max(time) FROM public.reading GROUP BY 1
"""


class NotImported(Exception):
    """Nothing was imported; the message says why."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an export says of itself, and how many rows of each table it has."""

    manifest: dict[str, Any]
    rows: dict[str, int]


def check(path: Path, key: Path | None) -> Told:
    """Read all of it and compare it with its manifest; FileDamaged, KeyRefused."""
    with files.opened(path, key) as source:
        reader = Reader(source)
        for _ in reader.pieces():
            pass
    return Told(reader.manifest, {name: table["rows"] for name, table in reader.manifest["tables"].items()})


def import_clinic(path: Path, key: Path | None) -> Told:
    """Bring the clinic into this installation, all of it or nothing; NotImported, FileDamaged, KeyRefused."""
    with transaction.atomic():
        _refuse_another_clinic()
        with files.opened(path, key) as source:
            reader = Reader(source)
            for table, lines in reader.pieces():
                _insert(table, lines)
        if reader.manifest["schema"] != schema():
            raise NotImported("the export is of another version of the database's schema: use the version that made it")
        _finish()
    return Told(reader.manifest, {name: table["rows"] for name, table in reader.manifest["tables"].items()})


def _refuse_another_clinic() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM public.accounts_clinic)")
        if cursor.fetchone() == (True,):
            raise NotImported("there is a clinic already: an import goes into an installation that has none")


def _insert(table: str, lines: list[bytes]) -> None:
    if table not in BELONGS:
        raise NotImported(f"this version has no table {table}")
    # Computed anew: by then each reading is late.
    if table == "late_range" or not lines:
        return
    of = shape(table)
    columns = [*of.columns, *of.hashed]
    statement = sql.SQL("INSERT INTO public.{} ({}) SELECT {} FROM json_populate_recordset(NULL::public.{}, %s::json)")
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    composed = statement.format(sql.Identifier(table), names, names, sql.Identifier(table))
    with connection.cursor() as cursor:
        for some in _batches(of, lines):
            cursor.execute(composed, [some])


def _batches(of: Shape, lines: list[bytes]) -> Iterator[str]:
    for start in range(0, len(lines), 5_000):
        some = lines[start : start + 5_000]
        if of.sealed or of.hashed:
            some = [orjson.dumps(sealed(of, orjson.loads(line))) for line in some]
        yield f"[{b','.join(some).decode()}]"


def _finish() -> None:
    """Authors who are not members any more, every day to be refreshed, and numbers that go on where they ended."""
    with connection.cursor() as cursor:
        cursor.execute(AUTHORS)
        for table, column in cursor.fetchall():
            cursor.execute(sql.SQL(ADD_AUTHORS).format(table=sql.Identifier(table), column=sql.Identifier(column)))
        cursor.execute(LATE)
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('account_emailaddress', 'id'), max(id)) FROM account_emailaddress"
        )

"""What of a row is in the export: sealed values opened, hashes of this installation left out, secrets emptied."""

from dataclasses import dataclass
from typing import Any, Final

import orjson
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import connection

from accounts import sealing
from accounts.blind_index import HashField
from accounts.encryption import EncryptedJSONField, SealedField
from project.clinic_export.tables import EMPTIED

COLUMNS: Final = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = format('public.%%I', %s::text)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum
"""
KEY: Final = """
    SELECT array_agg(a.attname ORDER BY array_position(i.indkey::int2[], a.attnum))
    FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
    WHERE i.indrelid = format('public.%%I', %s::text)::regclass AND i.indisprimary
"""


class CannotBeOpened(Exception):
    """A sealed value is under no key of ours; the message names its column."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's columns, and what is special about some of them."""

    table: str
    columns: list[str]
    key: list[str]
    sealed: dict[str, SealedField]
    hashed: dict[str, HashField]
    emptied: dict[str, str | None]

    @property
    def as_stored(self) -> bool:
        """Whether a row leaves as the database writes it."""
        return not self.sealed and not self.emptied


def shape(table: str) -> Shape:
    """The table as it is in this database."""
    fields: list[Any] = [
        field
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table == table
        for field in model._meta.local_concrete_fields
    ]
    hashed: dict[str, HashField] = {str(field.column): field for field in fields if isinstance(field, HashField)}
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table])
        columns = [name for (name,) in cursor.fetchall() if name not in hashed]
        cursor.execute(KEY, [table])
        key = cursor.fetchone()[0] or columns
    sealed: dict[str, SealedField] = {str(field.column): field for field in fields if isinstance(field, SealedField)}
    return Shape(table, columns, key, sealed, hashed, EMPTIED.get(table, {}))


def opened(shape: Shape, line: bytes) -> bytes:
    """A row for the export; CannotBeOpened."""
    row: dict[str, Any] = orjson.loads(line)
    for name, value in shape.emptied.items():
        row[name] = value if row[name] is not None else None
    for name, field in shape.sealed.items():
        if row[name] and name not in shape.emptied:
            try:
                text = sealing.unseal(field.place, row[name])
            except InvalidToken:
                raise CannotBeOpened(f"no key of FIELD_ENCRYPTION_KEYS opens a value of {shape.table}.{name}") from None
            row[name] = orjson.loads(text) if isinstance(field, EncryptedJSONField) else text
    return orjson.dumps(row)


def sealed(shape: Shape, row: dict[str, Any]) -> dict[str, Any]:
    """A row of an export as this installation stores it: sealed by its keys, with its hashes."""
    hashes = {name: field.hashed(*_hashed_from(field, row)) for name, field in shape.hashed.items()}
    for name, field in shape.sealed.items():
        if row[name] not in (None, ""):
            text = orjson.dumps(row[name]).decode() if isinstance(field, EncryptedJSONField) else row[name]
            row[name] = sealing.seal(field.place, text)
    return row | hashes


def _hashed_from(field: HashField, row: dict[str, Any]) -> tuple[str, str, Any]:
    return settings.BLIND_INDEX_KEYS[0], row[field.of] or "", row[field.within] if field.within else ""

"""After a new first key: sealing again what is under an older one, and hashing again what an older one hashed."""

from collections.abc import Callable

from cryptography.fernet import InvalidToken
from django.db import connection

from accounts import columns, sealing
from accounts.columns import Column
from accounts.encryption import Sealed

UNDER_ANOTHER_KEY = "value NOT LIKE %s"

Told = Callable[[Column, int], None]


def under_another_key(column: Column) -> int:
    """How many values are not under the first key."""
    return columns.count(column, UNDER_ANOTHER_KEY, _first())


def rotate(column: Column, *, tell: Told, size: int = columns.BATCH) -> int:
    """Seal again what is not under the first key; how many values no key of ours opens.

    Again from the start until nothing was left to do, for what others wrote meanwhile with the old settings.
    """
    done = 0
    while True:
        before, refused = done, 0
        for rows in columns.batches(column, UNDER_ANOTHER_KEY, _first(), size=size):
            fresh = [(key, old, new) for key, old in rows if (new := _again(column, old)) is not None]
            refused += len(rows) - len(fresh)
            done += columns.replace(column, fresh)
            tell(column, done)
        if done == before:
            return refused


def rebuild(index: Column, *, tell: Told, size: int = columns.BATCH) -> None:
    """Compute a blind index anew, and write what differs; a row that changes meanwhile writes its own."""
    field, model, done = index.field, index.field.model, 0
    source = Column(model._meta.get_field(field.of))
    kind = str(field.db_type(connection))
    for rows in columns.batches(source, "true", size=size):
        stored = model._base_manager.in_bulk([key for key, _ in rows])
        fresh = []
        for row in stored.values():
            sealed = row.__dict__[source.field.attname]
            if isinstance(sealed, Sealed) and (value := field.of_row(row)) != getattr(row, field.attname):
                fresh.append((row.pk, sealed.text, _literal(value)))
        done += columns.replace(index, fresh, guard=source, kind=kind)
        tell(index, done)


def _first() -> str:
    return f"{sealing.first_key_id()}:%"


def _again(column: Column, old: str) -> str | None:
    place = column.field.place
    try:
        return sealing.seal(place, sealing.unseal(place, old))
    except InvalidToken:
        return None


def _literal(value: list[int] | str) -> str:
    return value if isinstance(value, str) else f"{{{','.join(map(str, value))}}}"

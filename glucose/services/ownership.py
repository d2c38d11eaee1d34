"""The rights of the database's owner, for the little that nobody else may do."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def as_owner() -> Iterator[None]:
    """As the owner of readings and aggregate, who alone may refresh one and run policies; not in a transaction.

    The worker's role may become the owner, and nothing of the worker's is the owner's otherwise: see ADR 48.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', tableowner, false) FROM pg_tables WHERE tablename = 'reading'")
        try:
            yield
        finally:
            cursor.execute("RESET ROLE")

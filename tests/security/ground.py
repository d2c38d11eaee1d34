"""The matrix on a real server: every request is a transaction of the application's; the superuser puts back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from tests.security.cells import FINGERPRINTS


class Server:
    """A copy of every table's rows is kept beside it, and what a cell changed is taken from there."""

    def __init__(self, url: str) -> None:
        self.connection: psycopg.Connection[Any] = psycopg.connect(url, autocommit=True)
        self.connection.execute("SET session_replication_role = replica")  # no foreign key is in the way
        self.statement = " UNION ALL ".join(text for (text,) in self.connection.execute(FINGERPRINTS))
        self.kept = self.fingerprint()
        self.connection.execute("CREATE SCHEMA kept")
        for table in self.kept:
            if table != "reading":
                self.connection.execute(_statement("CREATE TABLE kept.{0} AS TABLE public.{0}", table))

    def fingerprint(self) -> Mapping[str, str]:
        """By table."""
        return dict(self.connection.execute(self.statement.encode()).fetchall())

    @contextmanager
    def trying(self) -> Iterator[None]:
        """What is changed inside is put back."""
        yield
        found = self.fingerprint()
        for table in (table for table in found if found[table] != self.kept.get(table)):
            if table == "reading":
                self.connection.execute("DELETE FROM reading WHERE time >= '2026-03-10 12:00Z'")
                continue
            with self.connection.transaction():
                self.connection.execute(_statement("DELETE FROM public.{0}", table))
                self.connection.execute(
                    _statement("INSERT INTO public.{0} OVERRIDING SYSTEM VALUE SELECT * FROM kept.{0}", table)
                )

    def close(self) -> None:
        """Forget the copies."""
        self.connection.execute("DROP SCHEMA kept CASCADE")
        self.connection.close()


def _statement(text: str, table: str) -> sql.Composed:
    return sql.SQL(text).format(sql.Identifier(table))

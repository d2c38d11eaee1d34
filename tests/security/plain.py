"""Our SQL on a PostgreSQL without TimescaleDB: the hypertable is a table, the daily aggregate a view of it.

Roles, grants, policies and functions are what they are everywhere; nothing of them is changed here.
"""

import re
from collections.abc import Callable
from typing import Final

from timescale.db.backends.postgresql.base import DatabaseWrapper

import sql

# Statements that have no meaning without the extension.
LEFT_OUT: Final = re.compile(
    r"^\s*(SELECT (create_hypertable|add_continuous_aggregate_policy)\b|CALL add_columnstore_policy\b"
    r"|ALTER TABLE \w+ SET \(\s*timescaledb)",
    re.IGNORECASE,
)
BUCKET: Final = """
CREATE FUNCTION time_bucket(width interval, instant timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT date_bin(width, instant, TIMESTAMPTZ '2000-01-01 00:00Z')
$$;
"""


# The conversion of stored readings goes chunk by chunk; an empty table has neither chunks nor readings.
REPLACED: Final = {
    "hypertables/0003_received_after.up.sql": (
        "ALTER TABLE reading DROP COLUMN received_at, ADD COLUMN received_after_minutes integer NOT NULL"
    ),
}


def without_timescale() -> None:
    """For the rest of this process, read sql/ as a plain PostgreSQL understands it."""
    original = sql.read

    def read(name: str) -> str:
        if not name.startswith(("hypertables/", "caggs/", "policies/")):
            return original(name)
        return REPLACED.get(name) or _plain(original(name))

    sql.read = read  # type: ignore[assignment]
    nothing: Callable[[DatabaseWrapper], None] = lambda wrapper: None  # noqa: E731
    DatabaseWrapper.prepare_database = nothing


def _plain(text: str) -> str:
    code = re.sub(r"--[^\n]*", "", text)
    kept = ";\n".join(statement for statement in code.split(";") if not LEFT_OUT.match(statement))
    view = re.sub(
        r"CREATE MATERIALIZED VIEW (\w+)\s+WITH \([^)]*\) AS(.*?)WITH NO DATA", r"CREATE VIEW \1 AS\2", kept, flags=re.S
    )
    return BUCKET + view if view != kept else view

"""Who may see what, in the database: applies ``sql/security/`` and registers the key that identities are signed by."""

from typing import Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

import sql
from accounts import identity

FILES: Final = (
    "roles",
    "identity",
    "people",
    "tasks",
    "sources",
    "readings",
    "sequences",
    "gaps",
    "exclusions",
    "recent_days",
    "treatments",
    "care",
    "imports",
    "as_of",
    "clinic",
    "dead_letters",
    "webhooks",
    "outbox",
    "alerts",
    "dashboard",
    "ingest",
    # After the grants to all that stand there: these functions are for nobody else.
    "monitoring",
)
# The newest, and the one before it: while a new SECRET_KEY is rolled out, processes with the old one still serve.
KEPT_KEYS: Final = 2


# Below the second (deadlock_timeout) after which the server looks for a deadlock and ends whoever waited for so long.
TAKEN_WITHIN_MS: Final = 800


@transaction.atomic
def secure() -> None:
    """Make roles, grants, policies and functions what the files say. Needs the owner, all or nothing.

    OperationalError (lock_not_available) where the tables could not be had at once.
    """
    with connection.cursor() as cursor:
        _take_tables(cursor)
        for name in FILES:
            cursor.execute(sql.read(f"security/{name}.sql"))
        key = identity.key()
        cursor.execute(
            "INSERT INTO secured.actor_key (kid, inner_pad, outer_pad, added_at) VALUES (%s, %s, %s, clock_timestamp())"
            " ON CONFLICT (kid) DO UPDATE SET added_at = excluded.added_at",
            [identity.key_id(key), *identity.padded(key)],
        )
        cursor.execute(
            "DELETE FROM secured.actor_key WHERE kid NOT IN"
            " (SELECT kid FROM secured.actor_key ORDER BY added_at DESC LIMIT %s)",
            [KEPT_KEYS],
        )


def _take_tables(cursor: CursorWrapper) -> None:
    """Lock every table that has policies before anything else is held, or give way.

    One after the other, while requests go on, they would be in a deadlock with one of those sooner or later, and it is
    the request that the server may end. So the wait for all of them together is shorter than it takes to be noticed.
    """
    tables = [name for (name,) in sql.rows("tables_with_policies")]
    if not tables:
        return
    (before,) = sql.row("statement_timeout")
    cursor.execute(f"SET LOCAL statement_timeout = {TAKEN_WITHIN_MS}")
    cursor.execute(f"""DO $$ BEGIN
        LOCK TABLE {", ".join(tables)} IN ACCESS EXCLUSIVE MODE;
        EXCEPTION WHEN query_canceled THEN
            RAISE EXCEPTION USING ERRCODE = 'lock_not_available', MESSAGE = 'not all tables at once';
    END $$""")
    cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])


@transaction.atomic
def lift() -> None:
    """Take back what ``secure`` made, before a migration is undone; until it runs again the owner alone sees rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql.read("security/lifted.sql"))

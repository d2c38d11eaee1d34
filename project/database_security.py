"""Who may see what, in the database: applies ``sql/security/`` and registers the key that identities are signed by."""

from typing import Final

from django.db import connection, transaction

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
    "ingest",
    # After the grants to all that stand there: these functions are for nobody else.
    "monitoring",
)
# The newest, and the one before it: while a new SECRET_KEY is rolled out, processes with the old one still serve.
KEPT_KEYS: Final = 2


@transaction.atomic
def secure() -> None:
    """Make roles, grants, policies and functions what the files say. Needs the owner, all or nothing."""
    with connection.cursor() as cursor:
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


@transaction.atomic
def lift() -> None:
    """Take back what ``secure`` made, before a migration is undone; until it runs again the owner alone sees rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql.read("security/lifted.sql"))

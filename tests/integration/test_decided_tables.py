"""Somebody has decided about every table: a file of GRANTING names it, or here it says why not."""

import re
from typing import Final

import pytest
from django.db import connection

import sql

GRANTING: Final = (
    "people", "tasks", "sources", "exclusions", "recent_days", "treatments", "care", "dead_letters", "webhooks",
    "outbox", "imports", "alerts", "dashboard",
)  # fmt: skip
# Nobody's but the owner's: the application and the worker have nothing to do there.
OWNERS_ALONE: Final = {
    "auth_group": "Django's own groups are not used: roles are in accounts_membership",
    "auth_group_permissions": "the same",
    "auth_permission": "the same, and migrations write it",
    "accounts_user_groups": "the same",
    "accounts_user_user_permissions": "the same",
}
# Reached through the functions of sql/security/readings.sql and ingest.sql.
SECURED: Final = {"reading", "reading_day"}


@pytest.mark.django_db
def test_every_table_and_view_is_somebodys() -> None:
    text = "".join(re.sub(r"--[^\n]*", "", sql.read(f"security/{name}.sql")) for name in GRANTING)
    lists = re.findall(r"GRANT [A-Z, ]+ ON\s+([a-z_,\s]+?)\s+TO ", text)
    granted = {name.strip() for names in lists for name in names.split(",")}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')"
            " AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = pg_class.oid AND d.deptype = 'e')"
        )
        tables = {name for (name,) in cursor.fetchall()}

    assert tables - granted - OWNERS_ALONE.keys() - SECURED == set()
    assert (granted | OWNERS_ALONE.keys() | SECURED) - tables == set()
    assert not granted & OWNERS_ALONE.keys()

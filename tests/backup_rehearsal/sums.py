"""Rows and a checksum of every table and view of ours."""

from typing import Final

import psycopg
from psycopg import sql

RELATIONS: Final = """
    SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'secured') AND c.relkind IN ('r', 'v', 'm', 'p')
        AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1, 2
"""

Sums = dict[str, tuple[int, str]]


def sums(url: str) -> Sums:
    """By relation, how many rows it shows and the MD5 of them all, of readings and their daily aggregate too."""
    found: Sums = {}
    with psycopg.connect(url) as connection:
        connection.execute("SET timezone TO 'UTC'")
        for schema, name in connection.execute(RELATIONS).fetchall():
            statement = sql.SQL(
                "SELECT count(*), coalesce(md5(string_agg(line, '' ORDER BY line)), '')"
                " FROM (SELECT md5(r::text) AS line FROM {} AS r) AS lines"
            ).format(sql.Identifier(schema, name))
            row = connection.execute(statement).fetchone()
            assert row
            found[f"{schema}.{name}"] = (int(row[0]), str(row[1]))
    return found


def different(before: Sums, after: Sums) -> list[str]:
    """The relations that are not the same, with the rows of both."""
    names = sorted({*before, *after})
    return [
        f"{name}: {before.get(name, ('none',))[0]} rows before, {after.get(name, ('none',))[0]} after"
        for name in names
        if before.get(name) != after.get(name)
    ]

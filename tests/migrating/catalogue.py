"""What a database is made of, read from its catalogue: a line for each thing, to compare two states of it."""

import re
from typing import Final

from django.db import connection

# Not the order of columns: one that is dropped and made anew comes last, and nothing reads by position.
QUERIES: Final = {
    "column": """
        SELECT a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
            a.attgenerated, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN (SELECT oid FROM ours)
            AND (SELECT relkind FROM pg_class WHERE oid = a.attrelid) NOT IN ('i', 'S')
    """,
    "relation": """
        SELECT oid::regclass, relkind, reloptions::text, relpersistence,
            CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END
        FROM pg_class WHERE oid IN (SELECT oid FROM ours) AND relkind NOT IN ('i', 'S')
    """,
    "constraint": """
        SELECT conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE conrelid IN (SELECT oid FROM ours)
    """,
    "index": """
        SELECT indrelid::regclass, indisvalid, pg_get_indexdef(indexrelid)
        FROM pg_index WHERE indrelid IN (SELECT oid FROM ours)
    """,
    "trigger": """
        SELECT tgrelid::regclass, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM ours)
    """,
    "row security": """
        SELECT oid::regclass, relrowsecurity, relforcerowsecurity FROM pg_class
        WHERE oid IN (SELECT oid FROM ours) AND relkind NOT IN ('i', 'S')
    """,
    "grant": """
        SELECT oid::regclass, '*', relacl::text FROM pg_class WHERE oid IN (SELECT oid FROM ours) AND relkind <> 'i'
        UNION ALL
        SELECT attrelid::regclass, attname, attacl::text
        FROM pg_attribute WHERE attacl IS NOT NULL AND NOT attisdropped AND attrelid IN (SELECT oid FROM ours)
    """,
    "policy": """
        SELECT polrelid::regclass, polname, polcmd, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
        FROM pg_policy WHERE polrelid IN (SELECT oid FROM ours)
    """,
    "function": """
        SELECT p.oid::regprocedure, md5(pg_get_functiondef(p.oid)), p.proacl::text FROM pg_proc AS p
        WHERE p.prokind = 'f' AND p.pronamespace::regnamespace::text IN ('public', 'secured') AND NOT EXISTS
            (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
    """,
    "job": """
        SELECT hypertable_name, proc_name, schedule_interval, config - 'hypertable_id' - 'mat_hypertable_id'
        FROM timescaledb_information.jobs WHERE hypertable_name IS NOT NULL
    """,
    "hypertable": """
        SELECT h.hypertable_name, h.num_dimensions, h.compression_enabled, d.time_interval
        FROM timescaledb_information.hypertables AS h
        INNER JOIN timescaledb_information.dimensions AS d USING (hypertable_schema, hypertable_name)
        WHERE h.hypertable_schema = 'public'
    """,
    "columnstore": """
        SELECT hypertable_name, attname, segmentby_column_index, orderby_column_index, orderby_asc
        FROM timescaledb_information.compression_settings
    """,
    "aggregate": """
        SELECT view_name, materialized_only, view_definition FROM timescaledb_information.continuous_aggregates
    """,
}
OURS: Final = """
    WITH ours AS MATERIALIZED (
        SELECT c.oid FROM pg_class AS c
        WHERE c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'secured'))
            AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
    )
"""


# What migrations do not make: project/database_security.py does, after the last of them.
SECURED: Final = {"row security", "grant", "policy", "function", "trigger"}
# TimescaleDB counts its tables, also those that are gone.
COUNTED: Final = re.compile(r"(hypertable_|watermark\(|trigger\(')\d+")


def catalogue(*, secured: bool = False) -> dict[str, list[str]]:
    """Everything there is by its table, sorted; with ``secured`` what sql/security/ makes of it too."""
    things: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for kind, query in QUERIES.items():
            if kind in SECURED and not secured:
                continue
            cursor.execute(OURS + query)
            for place, *rest in cursor.fetchall():
                table = COUNTED.sub(r"\1N", str(place))
                line = COUNTED.sub(r"\1N", " | ".join(map(str, rest)))
                things.setdefault(table, []).append(f"{kind} {table} | {line}")
    return {table: sorted(lines) for table, lines in things.items()}

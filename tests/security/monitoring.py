"""The role of the exporter: it is given figures, and no row of anything, whoever the rows are of."""

from collections.abc import Iterator

import psycopg
from psycopg import sql as composed

from tests.security.escapes import OURS, Attempt, Result, tried
from tests.security.server import Server
from tests.security.world import World

FIGURES = ("people", "sync", "work", "database")
ROUTE = "the monitoring's role"


def results(found: Server, world: World, internal: list[str]) -> Iterator[Result]:
    """Every table, what other sessions ask, every other role; and that it is given what it is there for."""
    for attempt in _attempts([*_tables(found.superuser), *internal]):
        yield tried(found.monitoring, attempt, lambda connection, user: "", world.hidden())
    # TimescaleDB's own, which a plain server does not have.
    for name in [*FIGURES, *(["storage"] if found.timescale else [])]:
        failure = None if _is_given(found.monitoring, name) else "nothing was given"
        yield Result(Attempt(ROUTE, f"is given the figures of {name}", (), OURS), failure)


def _attempts(tables: list[str]) -> Iterator[Attempt]:
    for table in tables:
        yield Attempt(ROUTE, f"read {table}", (f"SELECT * FROM {table} LIMIT 1",))
    for role in ("saude_owner", "saude_worker", "saude_app", "pg_read_all_data", "pg_monitor"):
        yield Attempt(ROUTE, f"SET ROLE {role}", (f"SET ROLE {role}",))
    for call in ("actor()", "visible_patients()"):
        yield Attempt(ROUTE, f"call {call}", (f"SELECT * FROM secured.{call}",))
    yield Attempt(ROUTE, "make a table", ("CREATE TEMP TABLE mine (a int)",))


def _tables(superuser: str) -> list[str]:
    with psycopg.connect(superuser) as connection:
        rows = connection.execute(
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c"
            " JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            " WHERE n.nspname IN ('public', 'secured') AND c.relkind IN ('r', 'v', 'm', 'p') ORDER BY 1"
        ).fetchall()
    return [name for (name,) in rows]


def _is_given(url: str, name: str) -> bool:
    function = composed.Identifier(f"{name}_figures")
    with psycopg.connect(url) as connection:
        given = connection.execute(composed.SQL("SELECT figure, number FROM secured.{}()").format(function)).fetchall()
    return bool(given)

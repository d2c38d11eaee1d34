"""What a session keeps between two users: the application's own pool, and what the first may leave behind."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from accounts import identity
from tests.security.escapes import Attempt, Result
from tests.security.world import World


def results(world: World) -> Iterator[Result]:
    """Each thing that one user may leave on a connection of the pool, and what the next one finds."""
    first, next_one = UUID(world.ours.users["admin"]), UUID(world.theirs.users["researcher"])
    leftovers = {
        "a cursor that outlives its transaction": "DECLARE kept CURSOR WITH HOLD FOR SELECT * FROM patients_patient",
        "a prepared statement": "PREPARE kept AS SELECT * FROM patients_patient",
        "an identity for the whole session": "SELECT set_config('saude.actor', current_setting('saude.actor'), false)",
        "another search path": "SET search_path = pg_catalog",
        "row security switched off": "SET row_security = off",
        "a lock": "SELECT pg_advisory_lock(377)",
        "nothing may be written": "SET default_transaction_read_only = on",
        "nothing": "SELECT 1",
    }
    probes = {
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()": "a lock",
        "SELECT 1 WHERE current_setting('default_transaction_read_only') = 'on'": "nothing may be written",
        "FETCH ALL FROM kept": "a cursor that outlives its transaction",
        "EXECUTE kept": "a prepared statement",
    }
    for name, leave in leftovers.items():
        with identity.acting(first):
            _execute(leave)
            pid = connection.connection.info.backend_pid
        connection.close()
        for probe in ("SELECT * FROM patients_patient", *[text for text, of in probes.items() if of == name]):
            for actor in (None, next_one):
                yield _found(Attempt("pooled connection", f"{name}: {probe}", (leave, probe), "nothing", actor), pid)


def _found(attempt: Attempt, pid: int) -> Result:
    """What the next user of the same server process gets."""
    try:
        if attempt.actor is None:
            rows = _execute(attempt.statements[1])
        else:
            with identity.acting(attempt.actor):
                rows = _execute(attempt.statements[1])
        leak = f"{len(rows)} rows" if rows else None
        # Whoever prepares a statement by SQL text could replace one of ours: their connection ends.
        ends = attempt.statements[0].startswith("PREPARE")
        if ends and connection.connection.info.backend_pid == pid:
            leak = "the connection was kept"
        elif not ends and connection.connection.info.backend_pid != pid:
            leak = "the pool gave another connection: nothing was tried"
    except Exception as error:
        cause = error.__cause__ or error
        leak = None if isinstance(cause, psycopg.Error) else repr(error)
    connection.close()
    return Result(attempt, leak)


def _execute(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []

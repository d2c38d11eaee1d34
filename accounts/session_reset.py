"""What a connection forgets on its way back into the pool, so that nothing of one user waits there for the next."""

from typing import Any, Final

import psycopg

# An identity ends with its transaction by itself; these are what SQL text could make outlive it. Our own
# prepared statements stay. One that SQL text made may stand where one of ours was, and would run in the next user's
# name: such a connection ends.
FORGET: Final = (
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_prepared_statements WHERE from_sql);"
    " CLOSE ALL; UNLISTEN *; RESET ROLE; RESET ALL;"
    # The zone is Django's, which sets it once. A lock that outlives its transaction would keep others from somebody's
    # patients.
    " SELECT set_config('TimeZone', 'UTC', false), set_config('saude.actor', '', false), pg_advisory_unlock_all()"
)


def forget(connection: psycopg.Connection[Any]) -> None:
    """Close cursors, and take settings back; a connection on which that fails is thrown away by the pool."""
    (foreign,) = connection.execute(FORGET, prepare=False).fetchone() or (True,)
    if foreign:
        raise psycopg.OperationalError("SQL text prepared a statement on this connection")
    if not connection.autocommit:
        connection.commit()

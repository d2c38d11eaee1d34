"""What a connection forgets on its way back into the pool, so that nothing of one user waits there for the next."""

from typing import Any, Final

import psycopg

# An identity ends with its transaction by itself; these are what SQL text could make outlive it. Prepared statements
# stay: they run with the rights of whoever executes them.
FORGET: Final = (
    "CLOSE ALL; RESET ROLE; RESET search_path; RESET row_security; SELECT set_config('saude.actor', '', false)"
)


def forget(connection: psycopg.Connection[Any]) -> None:
    """Close cursors, and take settings back; a connection on which that fails is thrown away by the pool."""
    connection.execute(FORGET, prepare=False)
    if not connection.autocommit:
        connection.commit()

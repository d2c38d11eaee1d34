"""The database of a run outside of pytest."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def test_database() -> Iterator[None]:
    """Make it as the suite does, and drop it where the server is not ours."""
    name = connection.settings_dict["NAME"]
    embedded = name == "template1"
    if embedded:
        # Its only database: the name cannot be changed.
        connection.settings_dict.setdefault("TEST", {})["NAME"] = name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=embedded)
    try:
        yield
    finally:
        connection.close()
        if not embedded:
            connection.creation.destroy_test_db(name, verbosity=0)
        connection.close_pool()  # type: ignore[attr-defined]

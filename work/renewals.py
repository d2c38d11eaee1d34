"""The leases of what this process works on, renewed by a thread of its own however long a step takes."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models.functions import Now
from psycopg_pool import PoolTimeout

from work.claims import Progress, lease, ours

log = logging.getLogger(__name__)
RENEWED_IN_A_LEASE: Final = 3

_lock = threading.Lock()
_begun = threading.Event()
_held: dict[int, Progress] = {}
_thread: threading.Thread | None = None


@contextmanager
def renewed(progress: Progress) -> Iterator[None]:
    """Keep the lease for the length of the block."""
    global _thread
    with _lock:
        _held[id(progress)] = progress
        if _thread is None or not _thread.is_alive():
            # Not before there is work: a worker forks, and threads do not follow.
            _thread = threading.Thread(target=_renew_on, name="leases of tasks", daemon=True)
            _thread.start()
    _begun.set()
    try:
        yield
    finally:
        with _lock:
            del _held[id(progress)]


def renew_all() -> None:
    """Renew each lease that is still ours."""
    with _lock:
        held = list(_held.values())
    for progress in held:
        ours(progress).update(overdue_at=Now() + lease())


def _renew_on() -> None:
    pause = threading.Event()
    while _begun.wait():
        pause.wait(settings.TASK_LEASE_SECONDS / RENEWED_IN_A_LEASE)
        try:
            renew_all()
        except (DatabaseError, InterfaceError, PoolTimeout) as error:
            log.warning("leases of tasks are not renewed: %s", type(error).__name__)
        finally:
            connection.close()
        with _lock:
            if not _held:
                _begun.clear()

"""What a person is told of an error that ended an attempt: never a library's words, which may hold data."""

from typing import Final

from django.db import InterfaceError, OperationalError
from dramatiq.middleware import Shutdown, TimeLimitExceeded
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

OURS: Final = frozenset({"work", "accounts", "patients", "glucose", "analytics", "imports", "project"})
NOT_ANSWERING: Final = (OperationalError, InterfaceError, PoolTimeout, RedisError)


def words_of(error: BaseException) -> str:
    """One sentence."""
    if type(error).__module__.split(".")[0] in OURS and str(error):
        return str(error)
    if isinstance(error, TimeLimitExceeded):
        return "It took longer than it may."
    if isinstance(error, Shutdown):
        return "The worker was stopped before it was done."
    if isinstance(error, NOT_ANSWERING):
        return f"A part of the service did not answer ({type(error).__name__})."
    return f"Something went wrong on our side ({type(error).__name__}); it is logged under the task's id."

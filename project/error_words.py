"""What may be told of an error outside of the database: never its message, which may hold what people are and have.

Told are its type, where it came up, and what is known to be no value: the state that a database gives, the names of a
schema, the number of a system call, and a few phrases of servers that do not answer.
"""

import errno
import os
import traceback
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import SystemCheckError

ROOT: Final = Path(__file__).resolve().parent.parent
# Of libpq, Redis and the resolver; told where a message has them.
PHRASES: Final = (
    "connection refused",
    "connection reset",
    "connection timed out",
    "timeout expired",
    "the connection is closed",
    "server closed the connection unexpectedly",
    "could not translate host name",
    "name or service not known",
    "password authentication failed",
    "too many connections",
    "too many clients",
    "the database system is starting up",
    "the database system is shutting down",
    "no space left on device",
    "loading the dataset in memory",
    "invalid username-password pair",
)
# Raised while a process starts, before anybody has asked anything, in words for whoever starts it.
SAID: Final = (ImproperlyConfigured, SystemCheckError)
NAMED: Final = ("schema_name", "table_name", "column_name", "constraint_name")


def told(error: BaseException) -> str:
    """The error in one line: ``UniqueViolation (23505, table_name patient)``."""
    if isinstance(error, SAID):
        return f"{_name(type(error))}: {error}"
    facts = [*_of_database(error), *_of_system(error), *_phrases(error)]
    return f"{_name(type(error))} ({', '.join(facts)})" if facts else _name(type(error))


def trace(error: BaseException) -> str:
    """Where it came up, and the errors that led to it, without a word of theirs."""
    return "\n".join(_lines(error, set()))


@cache
def is_ours(file: str) -> bool:
    """Whether it is a file of the product, and no library's."""
    path = Path(file)
    return path.is_relative_to(ROOT) and "site-packages" not in path.parts


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    cause, how = error.__cause__, "It was the cause of this:"
    if cause is None and not error.__suppress_context__:
        cause, how = error.__context__, "While it was handled, this came up:"
    if cause is not None and id(cause) not in seen:
        yield from _lines(cause, seen)
        yield how
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):"
        yield from (entry.rstrip("\n") for entry in traceback.format_tb(error.__traceback__))
    yield told(error)
    for inner in getattr(error, "exceptions", ()) if isinstance(error, BaseExceptionGroup) else ():
        if id(inner) not in seen:
            yield "One of these is:"
            yield from _lines(inner, seen)


def _name(kind: type[Any]) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _of_database(error: BaseException) -> Iterator[str]:
    if isinstance(error, psycopg.Error):
        if error.sqlstate:
            yield error.sqlstate
        for name in NAMED:
            if value := getattr(error.diag, name, None):
                yield f"{name} {value}"


def _of_system(error: BaseException) -> Iterator[str]:
    if isinstance(error, OSError) and isinstance(error.errno, int) and error.errno in errno.errorcode:
        yield os.strerror(error.errno)
    if isinstance(error, ImportError) and error.name:
        yield error.name


def _phrases(error: BaseException) -> Iterator[str]:
    try:
        said = str(error).lower()
    except Exception:  # of an error whose words are broken, none
        return
    yield from (phrase for phrase in PHRASES if phrase in said and not isinstance(error, OSError))

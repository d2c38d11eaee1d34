"""Lines of the log, as text or as JSON, by one rule of what may stand in them.

A record of our own says what its call says, for we log ids, counts and words of ours. Of a library's record stands the
text that is written in the library's code, with its numbers: what else it would put there may be a path, a query, a
statement's parameters or a message's arguments. Of an error stands what ``project/error_words.py`` tells.
"""

import ast
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import orjson

from project import error_words, tracing
from work import origins

# What a call may give as ``extra``.
FIELDS: Final = (
    "method",
    "route",
    "status",
    "latency_ms",
    "actor",
    "queue",
    "attempt",
    "outcome",
    "duration_ms",
    "task_id",
    "message_id",
)
LEFT_OUT: Final = "…"


class Line(logging.Formatter):
    """A record as text."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger, message, and the fields; below it the traceback."""
        told = entry(record)
        error = told.pop("error", "")
        head = [told.pop(name) for name in ("time", "level", "logger", "message")]
        line = " ".join([*head, *(f"{name}={value}" for name, value in told.items())])
        return f"{line}\n{error}" if error else line


class Json(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The same as an object."""
        return orjson.dumps(entry(record)).decode()


def entry(record: logging.LogRecord) -> dict[str, Any]:
    """What is told of a record."""
    found: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname,
        "logger": record.name,
        "message": " ".join(message(record).splitlines()),
    }
    found |= {name: value for name in FIELDS if (value := record.__dict__.get(name)) not in (None, "")}
    found |= _cause(record)
    if record.exc_info and record.exc_info[1] is not None:
        found["error"] = error_words.trace(record.exc_info[1])
    return found


def message(record: logging.LogRecord) -> str:
    """The words of a record."""
    # By the file and not by the logger, for a library may log in our name: dramatiq does, by an actor's.
    is_ours = error_words.is_ours(record.pathname)
    if isinstance(record.msg, BaseException):
        return error_words.told(record.msg)
    text = str(record.msg)
    if not is_ours and text not in literals(record.pathname):
        return LEFT_OUT
    shown = _shown_of_ours if is_ours else _shown_of_others
    try:
        return text % _each(record.args, shown) if record.args else text
    except (TypeError, ValueError, KeyError):
        return text


@lru_cache(maxsize=256)
def literals(path: str) -> frozenset[str]:
    """The texts that are written in a file of code; none where it cannot be read."""
    try:
        tree = ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    return frozenset(
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _cause(record: logging.LogRecord) -> dict[str, str]:
    origin = getattr(record, "origin", None) or origins.current()
    ids = {"trace_id": getattr(record, "trace_id", "") or tracing.current_trace_id()}
    if origin is not None:
        ids |= {"request_id": origin.request_id, "user_id": origin.user_id, "clinic_id": origin.clinic_id}
    return {name: value for name, value in ids.items() if value}


def _each(args: Any, shown: Any) -> Any:
    if isinstance(args, Mapping):
        return {name: shown(value) for name, value in args.items()}
    return tuple(shown(value) for value in args)


def _shown_of_ours(value: Any) -> Any:
    return error_words.told(value) if isinstance(value, BaseException) else value


def _shown_of_others(value: Any) -> Any:
    return value if isinstance(value, (int, float)) else _LeftOut()


class _LeftOut:
    """Stands for what is not shown, however it is formatted."""

    def __repr__(self) -> str:
        return LEFT_OUT

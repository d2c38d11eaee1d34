"""Spans of what leaves the process: statements, commands of Redis, calls to vendors and to webhooks."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, wraps
from typing import Any, Final

import redis
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from work import calls

tracer: Final = trace.get_tracer("saude-ia")
# Values are bound, so a statement has none; what it has all the same, as a constant, is not sent either.
VALUES: Final = re.compile(r"'(?:[^']|'')*'|(?<![\w$])\d[\d.]*\b")
COMMENTS: Final = re.compile(r"--[^\n]*\n")
MOST_LETTERS: Final = 2_000


def watch() -> None:
    """Put a span around what leaves this process from now on, where it is in a trace."""
    calls.watch_with(_call)
    for kind, method in ((redis.Redis, "execute_command"), (redis.client.Pipeline, "execute")):
        setattr(kind, method, _command(getattr(kind, method)))


def statement(execute: Callable[..., Any], text: Any, parameters: Any, many: bool, about: Any) -> Any:
    """Around a statement, as Django's execute_wrapper calls it."""
    words = _shown(text if isinstance(text, (str, bytes)) else str(type(text).__name__))
    told = {"db.system.name": "postgresql", "db.query.text": words}
    with _span(words.split(maxsplit=1)[0].upper() if words else "SQL", told):
        return execute(text, parameters, many, about)


@lru_cache(maxsize=1024)
def _shown(text: str | bytes) -> str:
    plain = text.decode() if isinstance(text, bytes) else text
    return VALUES.sub("?", COMMENTS.sub("", plain)).strip()[:MOST_LETTERS]


def _command(execute: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(execute)
    def traced(client: Any, *arguments: Any, **more: Any) -> Any:
        if not trace.get_current_span().is_recording():
            # A worker looks at its queues all the time.
            return execute(client, *arguments, **more)
        name = str(arguments[0]).split()[0] if arguments and isinstance(arguments[0], str) else "PIPELINE"
        with _span(name, {"db.system.name": "redis", "db.operation.name": name}):
            return execute(client, *arguments, **more)

    return traced


@contextmanager
def _call(call: calls.Call) -> Iterator[None]:
    told = {"http.request.method": call.method, "server.address": call.host, "peer.service": call.peer}
    with _span(f"{call.method} {call.peer}", told) as span:
        yield
        if call.status is not None:
            span.set_attribute("http.response.status_code", call.status)


@contextmanager
def _span(name: str, told: Mapping[str, Any]) -> Iterator[Span]:
    """A span with the type of an error that ends it, and none of its words."""
    with tracer.start_as_current_span(
        name, kind=SpanKind.CLIENT, attributes=told, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except BaseException as error:
            note_error(span, error)
            raise


def note_error(span: Span, error: BaseException) -> None:
    """Only its type: an error's words hold values."""
    span.set_attribute("error.type", type(error).__qualname__)
    span.set_status(Status(StatusCode.ERROR))

"""Errors to Sentry, where SENTRY_DSN says so: one for each unexpected 500 and one for each task that failed for good.

An event is made anew of what is known to be no value, as the log's lines are; nothing else that the SDK gathers
is sent.
"""

import sys
import traceback
from typing import Any, Final

import dramatiq
from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest
from dramatiq.middleware import Middleware

from project import error_words, tracing
from project.routes import route_of
from work import origins, task_lines

KEPT: Final = ("event_id", "timestamp", "platform", "level", "release", "environment", "exception", "tags")
TAGS: Final = frozenset({"route", "method", "actor", "queue", "attempts", "request_id", "clinic_id", "trace_id"})
MOST_FRAMES: Final = 60


def begin() -> None:
    """Send errors from now on, where the settings say whither."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=settings.SAUDE_VERSION,
        environment=settings.SENTRY_ENVIRONMENT,
        # It reports what we tell it, and looks for nothing by itself.
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        send_client_reports=False,
        server_name="",
        before_send=scrubbed,
    )
    got_request_exception.connect(_of_request, dispatch_uid="project.error_reports")


def scrubbed(event: Any, hint: Any) -> Any:
    """What may be sent of an event; the error itself is told in our way."""
    info = hint.get("exc_info")
    kept = {name: event[name] for name in KEPT if name in event}
    kept["tags"] = {name: str(value) for name, value in event.get("tags", {}).items() if name in TAGS}
    kept["exception"] = {"values": [_told(error) for error in _chain(info[1])]} if info else {"values": []}
    return kept


class FailedTasks(Middleware):
    """Reports a message once nobody tries it again, and none that ended as its actor declares."""

    def before_nack(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """It goes to the dead letters."""
        error = message._exception
        if error is None or task_lines.is_answer(broker, message, error):
            return
        origin = origins.of_message(message)
        tags = {
            "actor": message.actor_name,
            "queue": message.queue_name,
            "attempts": message.options.get("retries", 0),
            "request_id": origin.request_id,
            "clinic_id": origin.clinic_id,
            "trace_id": str(message.options.get("traceparent", ""))[3:35],
        }
        _report(error, tags)

    def after_worker_shutdown(self, broker: dramatiq.Broker, worker: Any) -> None:
        """A process of a worker ends without asking anybody."""
        import sentry_sdk

        sentry_sdk.flush(timeout=2.0)


def _of_request(*, request: HttpRequest | None = None, **_: Any) -> None:
    """Django found no answer to the error that is being handled."""
    error, origin = sys.exc_info()[1], origins.current()
    if error is None:
        return
    tags = {"trace_id": tracing.current_trace_id()}
    if request is not None:
        tags |= {"route": route_of(request), "method": request.method or ""}
    if origin is not None:
        tags |= {"request_id": origin.request_id, "clinic_id": origin.clinic_id}
    _report(error, tags)


def _report(error: BaseException, tags: dict[str, Any]) -> None:
    import sentry_sdk

    with sentry_sdk.new_scope() as scope:
        for name, value in tags.items():
            if value != "":
                scope.set_tag(name, str(value))
        sentry_sdk.capture_exception(error)


def _chain(error: BaseException) -> list[BaseException]:
    """The error and those that led to it, the first one first, as Sentry wants them."""
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and all(one is not other for other in found):
        found.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return found[::-1]


def _told(error: BaseException) -> dict[str, Any]:
    frames = [
        {
            "filename": frame.filename,
            "function": frame.name,
            "lineno": frame.lineno,
            "context_line": frame.line,
            "in_app": error_words.is_ours(frame.filename),
        }
        for frame in traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    ]
    return {"type": type(error).__qualname__, "value": error_words.told(error), "stacktrace": {"frames": frames}}

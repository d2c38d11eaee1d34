"""Spans of requests and of messages. Imported only where traces are on.

An attribute names a pattern, an actor, a statement's text or an id of ours; never a path, a query, an argument or the
words of an error. What a client says of a trace is not believed: each request begins one.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final

import dramatiq
from django.db import connections
from django.http import HttpRequest, HttpResponse
from dramatiq.middleware import Middleware
from opentelemetry import context, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from project import tracing
from project.request_lines import WATCHED
from project.routes import route_of
from project.spans_outside import note_error, statement
from work import origins

GetResponse = Callable[[HttpRequest], HttpResponse]
PROPAGATOR: Final = TraceContextTextMapPropagator()
OPTION: Final = "traceparent"
tracer: Final = trace.get_tracer("saude-ia")


def current_trace_id() -> str:
    """The trace that this thread is in; empty without one."""
    found = trace.get_current_span().get_span_context()
    return trace.format_trace_id(found.trace_id) if found.is_valid else ""


class TraceMiddleware:
    """Stands below RequestIdMiddleware, whose id the span has."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """A span of the request, with those of its statements in it; of a stream to its end."""
        if request.path.startswith(WATCHED):
            return self.get_response(request)
        span = tracer.start_span("request", context=context.Context(), kind=SpanKind.SERVER)
        with _around(span):
            response = self.get_response(request)
        route, method = route_of(request), request.method or ""
        span.update_name(f"{method} {route}")
        span.set_attributes(
            {
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": response.status_code,
                "saude.request_id": request.request_id,  # type: ignore[attr-defined]
            }
        )
        if response.status_code >= 500:
            span.set_status(Status(StatusCode.ERROR))
        if response.streaming:
            response._resource_closers.append(span.end)  # type: ignore[attr-defined]
        else:
            span.end()
        return response


class MessageTraces(Middleware):
    """Carries the trace in a message's options (W3C Trace Context), and goes on with it in the worker."""

    def before_enqueue(self, broker: dramatiq.Broker, message: dramatiq.Message[Any], delay: int | None) -> None:
        """One that is sent again, later, keeps what it has."""
        if OPTION not in message.options:
            PROPAGATOR.inject(message.options)

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """A span of the attempt, with those of its statements and calls in it."""
        told = {
            "messaging.system": "dramatiq",
            "messaging.destination.name": message.queue_name,
            "messaging.message.id": message.message_id,
            "saude.actor": message.actor_name,
            "saude.attempt": message.options.get("retries", 0) + 1,
            "saude.request_id": origins.of_message(message).request_id,
        }
        caused = PROPAGATOR.extract({OPTION: str(message.options.get(OPTION, ""))}, context=context.Context())
        span = tracer.start_span(message.actor_name, context=caused, kind=SpanKind.CONSUMER, attributes=told)
        message._span, message._around = span, _around(span)  # type: ignore[attr-defined]

    def after_process_message(
        self, broker: dramatiq.Broker, message: dramatiq.MessageProxy, *, result: Any = None, exception: Any = None
    ) -> None:
        """It ended."""
        if exception is not None:
            note_error(message._span, exception)
        message._around.close()
        message._span.end()

    def after_skip_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """It was not made."""
        self.after_process_message(broker, message)

    def after_worker_shutdown(self, broker: dramatiq.Broker, worker: Any) -> None:
        """A process of a worker ends without asking anybody."""
        tracing.flush()


def _around(span: Span) -> ExitStack:
    """Until it is closed, what this thread does is in the span."""
    stack = ExitStack()
    token = context.attach(trace.set_span_in_context(span, context.Context()))
    stack.callback(context.detach, token)
    for connection in connections.all():
        stack.enter_context(connection.execute_wrapper(statement))
    return stack

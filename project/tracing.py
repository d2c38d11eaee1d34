"""Traces by OpenTelemetry: from the request through the message and its actor to the statements and the vendors.

Where OTEL_EXPORTER_OTLP_ENDPOINT is not set, nothing of it is imported, and nothing stands around a request or a task.
"""

from collections.abc import Callable
from urllib.parse import unquote

from django.conf import settings

_current: Callable[[], str] | None = None


def current_trace_id() -> str:
    """The trace that this thread is in, as 32 hexadecimal digits; empty without one."""
    return "" if _current is None else _current()


def begin() -> None:
    """Send spans from now on, where the settings say whither."""
    global _current
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT or _current is not None:
        return
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio

    from project import spans, spans_outside

    named = {"service.name": "saude-ia", "service.version": settings.SAUDE_VERSION}
    provider = TracerProvider(
        sampler=ParentBasedTraceIdRatio(settings.OTEL_TRACES_SAMPLER_ARG),
        # Not Resource.create, which would add the names of machine and user.
        resource=Resource(named),
    )
    endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT.rstrip("/") + "/v1/traces"
    headers = _pairs(settings.OTEL_EXPORTER_OTLP_HEADERS)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, headers=headers)))
    trace.set_tracer_provider(provider)
    spans_outside.watch()
    _current = spans.current_trace_id


def flush() -> None:
    """Send what is not sent yet; nothing without tracing."""
    if _current is not None:
        from opentelemetry import trace

        trace.get_tracer_provider().force_flush()  # type: ignore[attr-defined]


def _pairs(text: str) -> dict[str, str]:
    """``name=value,name=value``, percent-encoded, as OpenTelemetry has it."""
    parts = [part.partition("=") for part in text.split(",") if "=" in part]
    return {unquote(name).strip().lower(): unquote(value).strip() for name, _, value in parts}

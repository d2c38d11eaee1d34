"""Traces by OpenTelemetry: from the request through the message and its actor to the statements and the vendors.

Nothing of it is imported where OTEL_EXPORTER_OTLP_ENDPOINT is not set.
"""

from collections.abc import Callable

_current: Callable[[], str] | None = None


def current_trace_id() -> str:
    """The trace that this thread is in, as 32 hexadecimal digits; empty without one."""
    return "" if _current is None else _current()

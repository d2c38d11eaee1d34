"""A line of the log for each request: by which route, how it was answered and when, for whom; never what was asked."""

import logging
import time
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from project import tracing
from project.routes import route_of
from work import origins

log = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
# Asked every few seconds by what watches the process.
WATCHED: Final = ("/health/", "/metrics")
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestLinesMiddleware:
    """Stands below RequestIdMiddleware; what the request causes is caused by its id."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Tell of it once it is answered; of a stream once that has ended."""
        begun = time.monotonic()
        with origins.caused_by(origins.Origin(request.request_id)) as origin:  # type: ignore[attr-defined]
            response = self.get_response(request)
        trace_id = tracing.current_trace_id()

        def tell() -> None:
            _tell(request, response.status_code, begun, origin, trace_id)

        if response.streaming:
            response._resource_closers.append(tell)  # type: ignore[attr-defined]
        elif not getattr(request, "is_asked_anew", False):
            # An open stream asks again by itself what a request of its would be answered.
            tell()
        return response


def _tell(request: HttpRequest, status: int, begun: float, origin: origins.Origin, trace_id: str) -> None:
    route = route_of(request)
    level = logging.WARNING if status >= 500 else logging.INFO
    if status < 400 and route.startswith(WATCHED):
        level = logging.DEBUG
    told = {
        "method": request.method if request.method in METHODS else "OTHER",
        "route": route,
        "status": status,
        "latency_ms": round((time.monotonic() - begun) * 1_000, 1),
    }
    log.log(level, "request", extra=told | {"origin": origin, "trace_id": trace_id})

"""Requests: how long each route took, what it answered, and how many are under way."""

import time
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from prometheus_client import Gauge, Histogram

from project.routes import route_of

GetResponse = Callable[[HttpRequest], HttpResponse]
# What the product answers to. Whoever asks chooses the word, and each would be a series of its own.
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)

TOOK: Final = Histogram(
    "saude_http_request_seconds",
    "Time to the answer, of a stream to its head, by pattern of the path.",
    ["route", "method", "status"],
    buckets=SECONDS,
)
UNDER_WAY: Final = Gauge("saude_http_requests_in_progress", "Requests under way.", multiprocess_mode="livesum")


class MetricsMiddleware:
    """Counts a request by its pattern, never by its path; a view's error counts as the answer that it became."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing of the request is changed."""
        if getattr(request, "is_asked_anew", False):
            # An open stream's right is asked for again: no client asked.
            return self.get_response(request)
        UNDER_WAY.inc()
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            method = request.method if request.method in METHODS else "other"
            status = f"{response.status_code // 100}xx"
            TOOK.labels(route_of(request), method, status).observe(time.perf_counter() - began)
        finally:
            UNDER_WAY.dec()
        return response

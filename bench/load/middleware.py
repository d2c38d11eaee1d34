"""How long a request was in SQL."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse


class DatabaseTimeMiddleware:
    """Says in ``Server-Timing`` how long the statements took; BEGIN, COMMIT and the wait for the pool are not in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Time each statement from sending to the last row."""
        seconds = 0.0

        def timed(execute: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal seconds
            start = time.perf_counter()
            try:
                return execute(*arguments)
            finally:
                seconds += time.perf_counter() - start

        with connection.execute_wrapper(timed):
            response = self.get_response(request)
        response["Server-Timing"] = f"db;dur={1000 * seconds:.3f}"
        return response

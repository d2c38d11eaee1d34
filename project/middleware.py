"""What every request passes: an id to find it by, and a limit on its body before anything reads it."""

import re
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from api import throttles
from project import problems

GetResponse = Callable[[HttpRequest], HttpResponse]
ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    """Gives each request an id: the proxy's, where it sends an acceptable one, else a new one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set ``request.request_id`` and answer it as ``X-Request-ID``."""
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if ACCEPTABLE_ID.fullmatch(given) else uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class BodyLimitMiddleware:
    """Refuses a body above MAX_BODY_BYTES by its Content-Length, before it is read or parsed."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """413 where the body is announced as too large; the server reads no more than what is announced."""
        announced = request.headers.get("Content-Length", "")
        number = announced.isascii() and announced.isdigit()
        if number and (len(announced) > 18 or int(announced) > settings.MAX_BODY_BYTES):
            return problems.response(
                request, problems.BODY_TOO_LARGE, f"The body may have {settings.MAX_BODY_BYTES} bytes."
            )
        return self.get_response(request)


class RateLimitMiddleware:
    """Says on every answer of the API which limits hold, and how the client stands."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers; what counted the request left its standing on it."""
        response = self.get_response(request)
        if request.path.startswith("/api/"):
            throttles.add_headers(request, response)
        return response

"""What every request passes: an id to find it by, and a limit on its body before anything reads it."""

import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from accounts import replica_standing
from accounts.models import User
from accounts.page_paths import DATA
from api import throttles
from api.errors import DeadlinePassed
from project import problems

GetResponse = Callable[[HttpRequest], HttpResponse]
UPLOADS = ("/api/v1/imports/", f"{DATA}imports/")
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


def is_upload(request: HttpRequest) -> bool:
    """Whether it sends a file, which may be larger than any other body and take longer to come."""
    return request.method == "POST" and request.path in UPLOADS


class BodyLimitMiddleware:
    """Refuses a body above MAX_BODY_BYTES, a file above IMPORT_MAX_BYTES, by its Content-Length, before it is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """413 where the body is announced as too large, 411 where its length is not; no more than that is read."""
        announced = request.headers.get("Content-Length", "")
        if not announced and "Transfer-Encoding" in request.headers:
            return problems.response(
                request, problems.LENGTH_REQUIRED, "Send Content-Length; pieces are not read here."
            )
        number = announced.isascii() and announced.isdigit()
        most = settings.IMPORT_MAX_BYTES if is_upload(request) else settings.MAX_BODY_BYTES
        if number and (len(announced) > 18 or int(announced) > most):
            return problems.response(request, problems.BODY_TOO_LARGE, f"The body may have {most} bytes.")
        return self.get_response(request)


class UrlLimitMiddleware:
    """Refuses an address longer than MAX_URL_LENGTH, path and query together."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """414 where it is longer."""
        if len(request.get_full_path()) > settings.MAX_URL_LENGTH:
            detail = f"The address may have {settings.MAX_URL_LENGTH} characters."
            return problems.response(request, problems.URL_TOO_LONG, detail)
        return self.get_response(request)


class DeadlineMiddleware:
    """Lets no statement begin once a request has taken REQUEST_TIMEOUT_SECONDS, or a file IMPORT_SECONDS to come."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """504 by way of DeadlinePassed; STATEMENT_TIMEOUT_SECONDS ends the statement that is running."""
        seconds = settings.IMPORT_SECONDS if is_upload(request) else settings.REQUEST_TIMEOUT_SECONDS
        if not seconds:
            return self.get_response(request)
        deadline = time.monotonic() + seconds

        def checked(execute: Callable[..., Any], *arguments: Any) -> Any:
            if time.monotonic() > deadline:
                raise DeadlinePassed
            return execute(*arguments)

        with connection.execute_wrapper(checked):
            return self.get_response(request)


class TransactionProblemMiddleware:
    """Answers a problem where the transaction around a view cannot begin or end."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing by itself."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The problem, or Django's way where it is none that we know."""
        return problems.handle_outside(request, exception)


class ReplicaMiddleware:
    """Remembers how far the primary's log had come when it answered a user: see accounts/replica_standing.py."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing where there is no replica, nobody is signed in by a token or a key, or the replica has answered."""
        response = self.get_response(request)
        by_primary = settings.DATABASE_REPLICA_URL and not getattr(request, "by_replica", False)
        # DRF puts the user there; what Django puts there is lazy, and would ask for a session.
        user = request.__dict__.get("user")
        if by_primary and type(user) is User and request.path.startswith("/api/"):
            replica_standing.remember(user.id)
        return response


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

"""Every error as a problem document (RFC 9457): the one place where an exception becomes a status."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from dramatiq.errors import BrokerError
from psycopg.errors import QueryCanceled
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError
from rest_framework import exceptions as drf
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

import accounts.errors
import analytics.errors
import api.errors
import glucose.errors
import patients.errors
import work.errors
from accounts import error_pages
from accounts.page_paths import is_page
from api.errors import pointer_step
from api.renderers import JSONRenderer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of error: its place under ``/problems/``, its status, and a title for people."""

    slug: str
    status: int
    title: str

    @property
    def type(self) -> str:
        """The problem's type, a reference relative to the API's host."""
        return f"/problems/{self.slug}/"


INVALID = Problem("invalid-input", 422, "The request holds something that cannot be accepted")
MALFORMED = Problem("malformed-body", 422, "The body is not what its content type says")
UNAUTHENTICATED = Problem("not-authenticated", 401, "The request is not signed in")
WRONG_CREDENTIALS = Problem("wrong-credentials", 401, "The user name or the password is wrong")
OTP_REQUIRED = Problem("otp-required", 401, "The second factor is missing")
SECOND_FACTOR_REQUIRED = Problem("second-factor-required", 401, "Your clinic requires a second factor")
TOKEN_REFUSED = Problem("token-refused", 401, "The token is expired, used or not ours")
FORBIDDEN = Problem("forbidden", 403, "Your role does not allow this")
NOT_FOUND = Problem("not-found", 404, "There is nothing here that you may see")
METHOD = Problem("method-not-allowed", 405, "This address does not take that method")
NOT_ACCEPTABLE = Problem("not-acceptable", 406, "None of the accepted content types is available")
CONFLICT = Problem("conflict", 409, "The request conflicts with what is stored")
LENGTH_REQUIRED = Problem("length-required", 411, "The length of the body is not told")
PRECONDITION = Problem("precondition-failed", 412, "What you would change is not what you read")
KEY_REUSED = Problem("idempotency-key-reused", 422, "The Idempotency-Key belongs to another request")
IN_PROGRESS = Problem("request-in-progress", 409, "The same request is being done")
BODY_TOO_LARGE = Problem("body-too-large", 413, "The body is too large")
MEDIA_TYPE = Problem("unsupported-media-type", 415, "The body has a content type that is not read here")
WINDOW_TOO_LARGE = Problem("window-too-large", 422, "The window is longer than is allowed")
PAGE_TOO_LARGE = Problem("page-too-large", 422, "The page is larger than is allowed")
THROTTLED = Problem("too-many-requests", 429, "Too many requests")
TOO_MANY_STREAMS = Problem("too-many-streams", 429, "Too many streams are open at once")
BODY_TOO_DEEP = Problem("body-too-deep", 422, "The body is nested too deeply")
URL_TOO_LONG = Problem("url-too-long", 414, "The address is too long")
TIMEOUT = Problem("timeout", 504, "The request took too long")
UNAVAILABLE = Problem("unavailable", 503, "A part of the service does not answer")
INTERNAL = Problem("internal-error", 500, "Something went wrong on our side")
BAD_REQUEST = Problem("bad-request", 400, "The request cannot be understood")

ALL: Final = tuple(value for value in list(globals().values()) if isinstance(value, Problem))

BY_EXCEPTION: Final[Mapping[type[Exception], Problem]] = {
    api.errors.WindowTooLarge: WINDOW_TOO_LARGE,
    api.errors.PageTooLarge: PAGE_TOO_LARGE,
    api.errors.InvalidInput: INVALID,
    api.errors.TooManyRequests: THROTTLED,
    api.errors.TooManyStreams: TOO_MANY_STREAMS,
    api.errors.BodyTooDeep: BODY_TOO_DEEP,
    api.errors.DeadlinePassed: TIMEOUT,
    api.errors.PreconditionFailed: PRECONDITION,
    accounts.errors.WrongCredentials: WRONG_CREDENTIALS,
    accounts.errors.SecondFactorMissing: OTP_REQUIRED,
    accounts.errors.SecondFactorNotEnrolled: SECOND_FACTOR_REQUIRED,
    accounts.errors.TokenRefused: TOKEN_REFUSED,
    accounts.errors.SessionNotFound: NOT_FOUND,
    accounts.errors.KeyNotFound: NOT_FOUND,
    accounts.errors.KeyExpired: CONFLICT,
    accounts.errors.NotAllowed: FORBIDDEN,
    accounts.errors.MemberNotFound: NOT_FOUND,
    accounts.errors.EmailTaken: CONFLICT,
    accounts.errors.AlreadyMember: CONFLICT,
    accounts.errors.NotAcceptedYet: CONFLICT,
    accounts.errors.OwnMembership: CONFLICT,
    accounts.errors.LastAdministrator: CONFLICT,
    accounts.errors.WebhookNotFound: NOT_FOUND,
    accounts.errors.TooManyWebhooks: CONFLICT,
    accounts.errors.IdempotencyKeyReused: KEY_REUSED,
    accounts.errors.RequestInProgress: IN_PROGRESS,
    patients.errors.PatientNotFound: NOT_FOUND,
    patients.errors.ConsentNotFound: NOT_FOUND,
    patients.errors.NoteNotFound: NOT_FOUND,
    patients.errors.NoteRemoved: CONFLICT,
    patients.errors.ExternalRefTaken: CONFLICT,
    patients.errors.UnknownMember: INVALID,
    patients.errors.UserTaken: CONFLICT,
    analytics.errors.AlertNotFound: NOT_FOUND,
    analytics.errors.AlertClosed: CONFLICT,
    glucose.errors.AccountNotFound: NOT_FOUND,
    glucose.errors.AccountTaken: CONFLICT,
    glucose.errors.ExclusionNotFound: NOT_FOUND,
    glucose.errors.TreatmentNotFound: NOT_FOUND,
    glucose.errors.VendorPatientNotFound: NOT_FOUND,
    glucose.errors.AlreadyLinked: CONFLICT,
    glucose.errors.NotLinked: CONFLICT,
    glucose.errors.CannotBeToldApart: CONFLICT,
    glucose.errors.NothingToAccept: CONFLICT,
    glucose.errors.UnknownRegion: INVALID,
    analytics.errors.PageNotSet: UNAVAILABLE,
    glucose.errors.NoMoreStreams: UNAVAILABLE,
    glucose.errors.ImportNotFound: NOT_FOUND,
    glucose.errors.ImportCannotBegin: CONFLICT,
    glucose.errors.ImportIsOver: CONFLICT,
    work.errors.TaskNotFound: NOT_FOUND,
    work.errors.DeadLetterNotFound: NOT_FOUND,
    work.errors.AlreadyRequeued: CONFLICT,
    work.errors.TaskCannotBeRetried: CONFLICT,
    work.errors.TaskCannotBeCancelled: CONFLICT,
    work.errors.TaskNotAllowed: FORBIDDEN,
    work.errors.NotificationNotFound: NOT_FOUND,
    drf.ParseError: MALFORMED,
    drf.ValidationError: INVALID,
    drf.AuthenticationFailed: TOKEN_REFUSED,
    drf.NotAuthenticated: UNAUTHENTICATED,
    drf.PermissionDenied: FORBIDDEN,
    drf.NotFound: NOT_FOUND,
    drf.MethodNotAllowed: METHOD,
    drf.NotAcceptable: NOT_ACCEPTABLE,
    drf.UnsupportedMediaType: MEDIA_TYPE,
    Http404: NOT_FOUND,
    DjangoPermissionDenied: FORBIDDEN,
    RequestDataTooBig: BODY_TOO_LARGE,
    OperationalError: UNAVAILABLE,
    InterfaceError: UNAVAILABLE,
    PoolTimeout: UNAVAILABLE,
    BrokerError: UNAVAILABLE,
    RedisError: UNAVAILABLE,
}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: a problem for what we know, None (a 500) for what we do not."""
    if not getattr(context["view"], "own_transactions", False):
        set_rollback()
    error, problem = _recognised(error)
    if problem is None:
        return None
    request: Request = context["request"]
    body = document(request._request, problem, _detail(error, problem), _errors(error))
    # A problem is JSON, whatever the view renders.
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    headers = _headers(error, problem)
    return Response(body, status=problem.status, headers=headers, content_type="application/problem+json")


def handle_outside(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The same where DRF does not see it: at the beginning and the end of the request's transaction."""
    error, problem = _recognised(error)
    if problem is None:
        return None
    answer = response(request, problem, _detail(error, problem))
    for name, value in _headers(error, problem).items():
        answer[name] = value
    return answer


def _recognised(error: Exception) -> tuple[Exception, Problem | None]:
    if isinstance(error.__cause__, QueryCanceled):
        error = api.errors.DeadlinePassed()  # the database's statement_timeout
    return error, next((BY_EXCEPTION[kind] for kind in type(error).__mro__ if kind in BY_EXCEPTION), None)


def _headers(error: Exception, problem: Problem) -> dict[str, str]:
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    elif problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if problem is UNAVAILABLE:
        log.error("a part of the service does not answer", exc_info=error)
        headers["Retry-After"] = "5"
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(wait)
    return headers


def response(request: HttpRequest, problem: Problem, detail: str = "") -> HttpResponse:
    """A problem outside of DRF, from a middleware or from Django's own handlers; a page where one was asked for."""
    if is_page(request.path):
        return error_pages.error(request, problem.status, problem.title, detail)
    body = orjson.dumps(document(request, problem, detail))
    return HttpResponse(body, status=problem.status, content_type="application/problem+json")


def document(
    request: HttpRequest, problem: Problem, detail: str = "", errors: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    """The members of RFC 9457, our request id, and where given the single errors."""
    found: dict[str, Any] = {
        "type": problem.type,
        "title": problem.title,
        "status": problem.status,
        "detail": _writable(detail or problem.title),
        "instance": request.path,
        "request_id": getattr(request, "request_id", ""),
    }
    if errors:
        found["errors"] = [{name: _writable(text) for name, text in entry.items()} for entry in errors]
    return found


def _writable(text: str) -> str:
    """What a client sent may hold half of a character, which no encoding has."""
    return text.encode("utf-8", "replace").decode()


def _detail(error: Exception, problem: Problem) -> str:
    if isinstance(error, drf.ValidationError):
        return "Some fields are not valid; see errors."
    if isinstance(error, (Http404, drf.NotFound)):
        return NOT_FOUND.title
    if isinstance(error, drf.APIException) and isinstance(error.detail, Mapping):
        return str(error.detail.get("detail", ""))
    return "" if problem is UNAVAILABLE else str(error)


def _errors(error: Exception) -> list[dict[str, str]]:
    if isinstance(error, api.errors.InvalidInput):
        return error.errors
    if isinstance(error, drf.ValidationError):
        return list(_flat(error.detail, ""))
    return []


def _flat(detail: Any, pointer: str) -> Any:
    """DRF's nested details as flat ``{pointer, detail}`` entries (JSON Pointer, RFC 6901)."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            step = "" if name == "non_field_errors" else pointer_step(str(name))
            yield from _flat(inner, pointer + step)
    elif isinstance(detail, (list, tuple)):
        for position, inner in enumerate(detail):
            nested = isinstance(inner, (Mapping, list))
            yield from _flat(inner, f"{pointer}/{position}" if nested else pointer)
    else:
        yield {"pointer": pointer, "detail": str(detail)}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return response(request, BY_EXCEPTION.get(type(exception), BAD_REQUEST))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return response(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404, for unknown paths."""
    slash = "" if request.path.endswith("/") else " Addresses end with a slash."
    return response(request, NOT_FOUND, NOT_FOUND.title + "." + slash)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: what went wrong is in the log under the request id, not in the answer."""
    return response(request, INTERNAL, "Tell us the request_id; what happened is logged under it.")

"""`Idempotency-Key`: a request that is sent again is done once, and answered as the first time.

The answer is kept in the transaction of what it tells of: both are there, or neither is.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Final

from django.db import transaction
from django.http import HttpResponse
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.response import Response

import sql
from accounts.authentication import caller_of
from accounts.errors import IdempotencyKeyReused, RequestInProgress
from accounts.models import KeptAnswer
from api.errors import InvalidInput
from api.renderers import JSONRenderer

HEADER: Final = "Idempotency-Key"
KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_FOR: Final = timedelta(hours=24)
KEPT_HEADERS: Final = ("ETag", "Cache-Control", "Vary")

Method = Callable[..., Response]


def idempotent(method: Method) -> Method:
    """Keep what a view's method answers under the caller's key, if there is one; a refusal is not kept."""

    @wraps(method)
    def kept(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response | HttpResponse:
        key = request.headers.get(HEADER)
        if key is None:
            return method(view, request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise InvalidInput(f"{HEADER}: 1 to 255 visible characters of ASCII, new for each thing to do")
        return _once(request, key, lambda: method(view, request, *args, **kwargs))

    return kept  # type: ignore[return-value]


def forget_kept_answers(now: datetime) -> int:
    """Delete what was kept for a day or longer; how many."""
    return KeptAnswer.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def _once(request: Request, key: str, do: Callable[[], Response]) -> Response | HttpResponse:
    user_id, method = caller_of(request).user_id, request.method or ""
    body_digest = _digest(request)
    with transaction.atomic():
        # A statement of its own: what its last holder kept is visible to the next one only.
        (ours,) = sql.row("try_lock_idempotency_key", {"name": f"{user_id} {key}"}, prepare=True)
        if not ours:
            raise RequestInProgress
        if found := KeptAnswer.objects.filter(user_id=user_id, key=key).first():
            return _replayed(found, request, body_digest)
        response = do()
        KeptAnswer.objects.create(
            user_id=user_id,
            key=key,
            method=method,
            path=request.path,
            body_digest=body_digest,
            status=response.status_code,
            headers={name: response[name] for name in KEPT_HEADERS if name in response},
            body=JSONRenderer().render(response.data).decode(),
        )
    return response


def _replayed(found: KeptAnswer, request: Request, body_digest: str) -> HttpResponse:
    if (found.method, found.path, found.body_digest) != (request.method, request.path, body_digest):
        raise IdempotencyKeyReused
    response = HttpResponse(found.body, status=found.status, content_type="application/json")
    for name, value in {**found.headers, "Idempotency-Replayed": "true"}.items():
        response[name] = value
    return response


def _digest(request: Request) -> str:
    """HMAC-SHA-256 of the body: it may hold a password, which a bare digest would let one guess."""
    content = (request.content_type or "").encode() + b"\n" + request._request.body
    return salted_hmac("accounts.idempotency", content, algorithm="sha256").hexdigest()

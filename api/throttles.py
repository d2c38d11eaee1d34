"""How often a user may ask, and the headers that say so (draft-ietf-httpapi-ratelimit-headers-10)."""

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api.counters import Policy, Standing, counters
from api.errors import TooManyRequests

if TYPE_CHECKING:
    # At run time DRF imports this module while it makes APIView.
    from rest_framework.views import APIView

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def reads() -> Policy:
    """What does not change anything, a minute and user."""
    return Policy("reads", settings.READS_PER_MINUTE, 60)


def writes() -> Policy:
    """What may change something, a minute and user."""
    return Policy("writes", settings.WRITES_PER_MINUTE, 60)


def failed_logins() -> Policy:
    """Failed logins of one account from one address."""
    return Policy("failed-logins", settings.LOGIN_FAILURES_PER_ACCOUNT, settings.LOGIN_WINDOW_MINUTES * 60)


class UserThrottle(BaseThrottle):
    """Counts the requests of each user over all processes; goes on uncounted where Redis does not answer."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """True, or TooManyRequests."""
        policy = reads() if request.method in SAFE else writes()
        user_id = getattr(request.user, "pk", None)
        if user_id is None or not policy.quota:
            return True
        arguments = [policy.quota, policy.seconds, int(time.time())]
        answer = counters().run_or_none("count_request", [f"{policy.name}:{user_id}"], arguments)
        if answer is None:
            return True
        taken, left, more_after_seconds = answer
        note(request._request, Standing(policy, left, more_after_seconds))
        if not taken:
            raise TooManyRequests(f"At most {policy.quota} {policy.name} a minute.", more_after_seconds)
        return True


def note(request: HttpRequest, standing: Standing) -> None:
    """Remember how the client stands, for the answer's headers."""
    request.rate_limit = standing  # type: ignore[attr-defined]


def add_headers(request: HttpRequest, response: HttpResponseBase) -> None:
    """``RateLimit-Policy`` with every limit that is on; ``RateLimit`` where this request was counted."""
    policies = [policy for policy in (reads(), writes(), failed_logins()) if policy.quota]
    if policies:
        response["RateLimit-Policy"] = ", ".join(f'"{one.name}";q={one.quota};w={one.seconds}' for one in policies)
    standing: Standing | None = getattr(request, "rate_limit", None)
    if standing is not None:
        response["RateLimit"] = f'"{standing.policy.name}";r={standing.left};t={standing.more_after_seconds}'

"""One call to a vendor over HTTP, within the time that one may take, whatever the vendor does meanwhile."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from glucose.account_states import AccountState
from glucose.sources.port import Clock, SourceRefused, Visitor
from work.calls import Call, watched

CONNECT_SECONDS: Final = 5.0
PIECE_BYTES: Final = 65_536
FAILURES: Final = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, the headers that matter, body, and when it was there."""

    status: int
    retry_after: str | None
    content: bytes
    at: datetime
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a call may take, and how long an answer may be."""

    seconds: float
    most_bytes: int


def exchange(
    http: requests.Session,
    vendor: str,
    method: str,
    url: str,
    *,
    limits: Limits,
    visitor: Visitor,
    is_down: Callable[[Answer], bool] = lambda answer: answer.status >= FAILURES,
    **more: Any,
) -> Answer:
    """Send a request and read its answer, redirects unfollowed, where the visitor may go on and the host may be asked.

    ``is_down`` tells answers that are none of the vendor's program. Errors: HostRests; SourceRefused as unreachable, in
    the name of the vendor, where nothing usable comes in time.
    """
    host = urlsplit(url).netloc.rpartition("@")[2]
    visitor.gate.admit(host, visitor.clock())
    visitor.may_go_on()
    call = Call(vendor, method, host)
    try:
        with watched(call):
            answer = _answer(http, vendor, method, url, limits, visitor.clock, more)
            call.status = answer.status
    except SourceRefused:
        visitor.gate.note(host, False, visitor.clock())
        raise
    visitor.gate.note(host, not is_down(answer), answer.at)
    return answer


def _answer(
    http: requests.Session, vendor: str, method: str, url: str, limits: Limits, clock: Clock, more: dict[str, Any]
) -> Answer:
    deadline = time.monotonic() + limits.seconds
    try:
        with http.request(
            method,
            url,
            timeout=(min(CONNECT_SECONDS, limits.seconds), limits.seconds),
            allow_redirects=False,
            stream=True,
            **more,
        ) as response:
            content = _within(response, deadline, limits.most_bytes)
    except (requests.RequestException, HTTPError) as error:
        detail = f"{vendor} does not answer ({type(error).__name__})."
        raise SourceRefused(AccountState.UNREACHABLE, detail) from None
    told = response.headers
    return Answer(response.status_code, told.get("Retry-After"), content, clock(), told.get("Date"))


def _within(response: requests.Response, deadline: float, most_bytes: int) -> bytes:
    """The body; a Timeout where it drips, an error where it is longer than any answer."""
    content = bytearray()
    # Not iter_content: that waits for a whole piece, and each byte that drips in starts the timeout anew.
    while piece := response.raw.read1(PIECE_BYTES, decode_content=True):
        content += piece
        if len(content) > most_bytes:
            raise requests.exceptions.ContentDecodingError("longer than any answer")
        if time.monotonic() > deadline:
            raise requests.Timeout
    return bytes(content)

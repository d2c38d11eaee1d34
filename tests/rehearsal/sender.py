"""Requests that are counted: what is read must be answered at once, what is written may be sent again under its key."""

import ssl
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import httpx

from tests.rehearsal.tally import Tally

TRIES: Final = 10
PAUSE_SECONDS: Final = 0.5
TIMEOUT_SECONDS: Final = 60.0
# What the project's own client sends again too; a 409 is the first try, still being done.
PASSING: Final = (409, 502, 503, 504)


class Sender:
    """One client with its connections."""

    def __init__(self, url: str, certificate: ssl.SSLContext, tally: Tally, token: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.Client(base_url=url, verify=certificate, timeout=TIMEOUT_SECONDS, headers=headers)
        self._tally = tally
        self._pause = threading.Event()

    def read(self, kind: str, path: str, expected: int = 200) -> httpx.Response | None:
        """One try; anything but the expected answer, as a whole, is a failure."""
        at = time.monotonic()
        answer, wrong = self._sent("GET", path, expected)
        self._tally.note(kind, at, failure=wrong)
        return None if wrong else answer

    def write(
        self,
        kind: str,
        method: str,
        path: str,
        expected: tuple[int, ...],
        *,
        already: Callable[[], bool] | None = None,
        **given: Any,
    ) -> httpx.Response | None:
        """Tries until it is answered; a failure only where it never is.

        ``already`` looks whether the try before was applied after all, for what has no key; None is answered then.
        """
        for number in range(TRIES):
            at = time.monotonic()
            if number and already is not None and already():
                return None
            answer, wrong = self._sent(method, path, *expected, **given)
            again = bool(wrong) and (answer is None or answer.status_code in PASSING) and number + 1 < TRIES
            self._tally.note(kind, at, **({"repeated": wrong} if again else {"failure": wrong}))
            if not again:
                return None if wrong else answer
            self._pause.wait(PAUSE_SECONDS)
        return None

    def _sent(self, method: str, path: str, *expected: int, **given: Any) -> tuple[httpx.Response | None, str]:
        try:
            answer = self.http.request(method, path, **given)
        except httpx.HTTPError as error:
            return None, f"{type(error).__name__}: {error}"
        if answer.status_code not in expected:
            return answer, f"{answer.status_code} {answer.text[:40]}"
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            answer.json()
        return answer, ""

"""The simulated vendor's admin API, for the demo's own use."""

from typing import Any

import httpx


class Refused(Exception):
    """The vendor answered with an error; the message holds status and body."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text[:500]}")
        self.status = status


def call(method: str, url: str, body: Any = None) -> Any:
    """Send a request and return the JSON of its answer; Refused from 400 on."""
    answer = httpx.request(method, url, json=body, timeout=60)
    if answer.is_error:
        raise Refused(answer.status_code, answer.text)
    return answer.json()

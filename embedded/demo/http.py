"""JSON over HTTP, for the demo's own use of the product and of the simulator."""

import json
import urllib.error
import urllib.request
from typing import Any


class Refused(Exception):
    """The server answered with an error; the message holds status and body."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text[:500]}")
        self.status = status


def call(method: str, url: str, body: Any = None, token: str = "") -> Any:
    """Send a request and return the JSON of its answer, None for an empty one; Refused from 400 on."""
    request = urllib.request.Request(url, method=method)  # noqa: S310 -- the demo's own servers
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(request, data, timeout=60) as answer:  # noqa: S310
            text = answer.read()
    except urllib.error.HTTPError as error:
        raise Refused(error.code, error.read().decode(errors="replace")) from None
    return json.loads(text) if text else None


class Api:
    """The product's API, signed in as somebody."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = f"{url}/api/v1"
        self.token = call("POST", f"{self.url}/auth/token/", {"username": username, "password": password})["access"]

    def get(self, path: str) -> Any:
        """GET a path below /api/v1/."""
        return call("GET", f"{self.url}/{path}", token=self.token)

    def post(self, path: str, body: Any = None) -> Any:
        """POST to a path below /api/v1/."""
        return call("POST", f"{self.url}/{path}", body or {}, self.token)

    def all(self, path: str) -> list[Any]:
        """The rows of every page of a list."""
        page = self.get(path)
        rows = list(page["results"])
        while page["next"]:
            page = call("GET", page["next"], token=self.token)
            rows += page["results"]
        return rows

"""What the tests of several endpoints assert alike. Who may do what is in tests/security/matrix.py."""

import json
import re
from datetime import UTC, datetime
from typing import Any, Final

from rest_framework.test import APIClient

NOW: Final = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
V1: Final = "/api/v1/"
# A request is a transaction; inside of a test's it is made by these two statements.
SAVEPOINT: Final = 2
# And where it is rolled back, by three.
ROLLED_BACK: Final = 3
JSON: Final = "application/json"
MEMBERS: Final = {"type", "title", "status", "detail", "instance", "request_id"}
# What must never be in an answer: Python, SQL, the server's files and libraries.
LEAKS: Final = re.compile(
    rb"Traceback|ErrorDetail|psycopg|django\.|rest_framework|\.py\b|sys\.|SELECT |INSERT |duplicate key|site-packages"
)


def assert_problem(response: Any, status: int, slug: str) -> dict[str, Any]:
    """The answer is a whole RFC 9457 document of that kind, which tells nothing of the inside; the document."""
    assert response.status_code == status, response.content[:500]
    assert response["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document.keys() >= MEMBERS
    assert document.keys() <= MEMBERS | {"errors"}
    assert document["type"].endswith(f"/problems/{slug}/")
    assert document["status"] == status
    assert document["request_id"] == response["X-Request-ID"]
    assert all(isinstance(document[name], str) and document[name] for name in MEMBERS - {"status"})
    assert not LEAKS.search(response.content), response.content
    for error in document.get("errors", []):
        assert error["detail"]
        assert len(error.keys() & {"pointer", "parameter"}) == 1
    return document


def assert_not_found(response: Any) -> None:
    """What the caller may not see: the same 404 whether it exists or not."""
    assert_problem(response, 404, "not-found")


def assert_parameter_refused(response: Any, name: str, slug: str = "invalid-input") -> None:
    """422 that names the query parameter."""
    document = assert_problem(response, 422, slug)
    assert [error["parameter"] for error in document["errors"]] == [name]


def assert_field_refused(response: Any, *pointers: str) -> None:
    """422 that names the fields of the body."""
    document = assert_problem(response, 422, "invalid-input")
    assert {error["pointer"] for error in document["errors"]} == set(pointers)


def assert_allowed(response: Any, status: int, *, done: int = 200) -> None:
    """What was asked for, where the status is 200, or a problem."""
    if status == 200:
        assert response.status_code == done, response.content
    else:
        assert_problem(response, status, {403: "forbidden", 404: "not-found"}[status])


def pages(api: APIClient, address: str, query: dict[str, Any] | None = None, *, link: str = "next") -> list[list[Any]]:
    """The results of every page from the address on, following one kind of link."""
    response = api.get(address, query or {})
    found = []
    while True:
        assert response.status_code == 200, response.content
        answer = response.json()
        assert answer.keys() == {"next", "previous", "results"}
        found.append(answer["results"])
        if answer[link] is None:
            return found
        assert len(found) < 1000
        response = api.get(answer[link])


def send(api: APIClient, method: str, address: str, body: Any) -> Any:
    """The answer to a JSON body; unlike the client's own form it can hold NaN and lone surrogates."""
    return getattr(api, method)(address, json.dumps(body), content_type=JSON)

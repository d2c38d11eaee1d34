"""What the API's tests note of every answer."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse, JsonResponse
from django.test import RequestFactory

from project.problem_help import example
from project.problems import BAD_REQUEST, CONFLICT, FORBIDDEN, Problem
from tests.contract.watching import WatchingMiddleware, undocumented

ME = "/api/v1/auth/me/"


@pytest.fixture(autouse=True)
def nothing_noted() -> Iterator[None]:
    undocumented.clear()
    yield
    undocumented.clear()


def watch(answer: HttpResponse, path: str = ME) -> list[str]:
    WatchingMiddleware(lambda request: answer)(RequestFactory().get(path))
    return list(undocumented)


def problem(kind: Problem, **changed: Any) -> HttpResponse:
    return JsonResponse(example(kind) | changed, status=kind.status, content_type="application/problem+json")


def test_a_documented_answer_is_not_noted() -> None:
    assert watch(problem(FORBIDDEN)) == []


def test_an_undocumented_status_is_noted() -> None:
    assert watch(problem(CONFLICT)) == ["auth_me: the status 409 is not documented"]


def test_an_undocumented_type_of_problem_is_noted() -> None:
    (told,) = watch(problem(FORBIDDEN, type=BAD_REQUEST.type))

    assert "/problems/bad-request/" in told


def test_an_undocumented_content_type_is_noted() -> None:
    told = watch(HttpResponse("id", content_type="text/csv"))

    assert told == ["auth_me: the content type text/csv is not documented for 200"]


def test_a_field_that_is_missing_or_of_another_type_is_noted() -> None:
    (told, *_) = watch(JsonResponse({"id": 5}))

    assert told.startswith("auth_me: $")


def test_what_is_no_operation_is_not_noted() -> None:
    assert watch(HttpResponse(status=418), "/api/v1/nothing/") == []

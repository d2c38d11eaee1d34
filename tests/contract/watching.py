"""A middleware of the tests: notes each answer of version 1 that the document does not tell."""

import re
from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from tests.contract import document
from tests.contract.validation import errors_of_answer

undocumented: list[str] = []


class WatchingMiddleware:
    """Compares every answer with the document; what a test finds is told when it ends."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, as it is."""
        response = self.get_response(request)
        name = _operations().get((_route(request), (request.method or "").lower()))
        if name:
            undocumented.extend(f"{name}: {error}" for error in errors_of_answer(name, response))
        return response


@cache
def _operations() -> dict[tuple[str, str], str]:
    found = document.operations(document.generated())
    return {(path, method): name for name, (path, method, _) in found.items()}


def _route(request: HttpRequest) -> str:
    try:
        route = resolve(request.path_info).route
    except Resolver404:
        return ""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)

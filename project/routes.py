"""What a request asked for, without what it asked: the pattern of its path, which names no patient and no token."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

UNMATCHED: Final = "unmatched"


def route_of(request: HttpRequest) -> str:
    """The pattern, as ``/api/v1/patients/<uuid:patient_id>/``; ``unmatched`` where the path is none of ours.

    Of what a middleware answers, the pattern that the path would have had.
    """
    match = request.resolver_match
    if match is None:
        if request.path_info.startswith(settings.STATIC_URL):
            return f"{settings.STATIC_URL}<path>"
        try:
            match = resolve(request.path_info, getattr(request, "urlconf", None))
        except Resolver404:
            return UNMATCHED
    return f"/{match.route}"

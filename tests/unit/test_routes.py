"""What a request is counted and logged under."""

import pytest
from django.test import RequestFactory
from django.urls import resolve

from project.routes import route_of

PATIENT = "01957a3c-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("path", "route"),
    [
        (f"/api/v1/patients/{PATIENT}/readings/", "/api/v1/patients/<uuid:patient_id>/readings/"),
        ("/account/invitation/a-token/", "/account/invitation/<str:token>/"),
        ("/health/live/", "/health/live/"),
        ("/static/project/anything.css", "/static/<path>"),
        ("/nowhere/ana@example.org/", "unmatched"),
    ],
)
def test_a_path_is_told_by_its_pattern(path: str, route: str) -> None:
    assert route_of(RequestFactory().get(path, {"search": "Ana"})) == route


def test_what_django_matched_is_not_looked_up_again() -> None:
    request = RequestFactory().get("/nowhere/")
    request.resolver_match = resolve(f"/api/v1/patients/{PATIENT}/")

    assert route_of(request) == "/api/v1/patients/<uuid:patient_id>/"


def test_a_process_with_a_map_of_its_own_tells_by_that() -> None:
    request = RequestFactory().get("/api/v1/patients/")
    request.urlconf = "project.live.urls"

    assert route_of(request) == "unmatched"

"""`/api/schema/` and `/api/docs/`."""

import re
from typing import Any

import pytest
from django.urls import URLPattern
from rest_framework.test import APIClient

from project.urls import v1

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def schema(anonymous: APIClient) -> Any:
    return anonymous.get("/api/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()


def routes() -> dict[str, URLPattern]:
    """Every address of version 1, as OpenAPI writes it."""
    return {"/api/v1/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(route.pattern)): route for route in v1}


def operations(schema: Any) -> dict[str, Any]:
    return {
        f"{method} {path}": operation
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


def test_it_is_openapi_3_1(schema: Any) -> None:
    assert schema["openapi"].startswith("3.1.")
    assert schema["info"]["version"] == "1"


def test_it_has_every_address_and_no_other(schema: Any) -> None:
    assert {path for path in schema["paths"] if path.startswith("/api/v1/")} == routes().keys()


def test_it_has_every_method_of_every_address(schema: Any) -> None:
    for path, route in routes().items():
        view = route.callback.view_class  # type: ignore[attr-defined]
        assert set(METHODS) & schema["paths"][path].keys() == {name for name in METHODS if hasattr(view, name)}


def test_its_operations_have_names_of_their_own(schema: Any) -> None:
    names = [operation["operationId"] for operation in operations(schema).values()]

    assert len(names) == len(set(names))


def test_every_operation_answers_something_and_problems(schema: Any) -> None:
    for name, operation in operations(schema).items():
        answers = operation["responses"]
        assert any(status.startswith("2") for status in answers), name
        assert {"400", "500", "503"} <= answers.keys(), name
        assert all(status.isdigit() for status in answers), name


def test_every_operation_wants_a_token_but_those_that_give_one(schema: Any) -> None:
    free = {name for name, operation in operations(schema).items() if {} in operation["security"]}

    assert free == {"post /api/v1/auth/token/", "post /api/v1/auth/token/refresh/", "post /api/v1/auth/logout/"}


def test_every_reference_leads_somewhere(schema: Any) -> None:
    def references(node: Any) -> Any:
        if isinstance(node, dict):
            yield from [node["$ref"]] if "$ref" in node else []
            node = list(node.values())
        if isinstance(node, list):
            for inner in node:
                yield from references(inner)

    for reference in references(schema):
        target = schema
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]


def test_the_query_parameters_of_the_contract_are_told(schema: Any) -> None:
    def told(path: str) -> set[str]:
        return {one["name"] for one in schema["paths"][path]["get"]["parameters"] if one["in"] == "query"}

    patient = "/api/v1/patients/{patient_id}/"
    assert told("/api/v1/patients/") >= {"search", "status", "clinician", "diabetes_type", "has_data_since", "ordering"}
    assert told(patient + "readings/") >= {"start", "end", "layout", "unit", "page_size", "cursor"}
    assert told(patient + "statistics/") >= {"days", "start", "end", "ranges", "weighting", "unit"}
    assert told(patient + "daily/") >= {"start", "end"}
    assert told(patient + "agp/") >= {"days", "start", "end", "ranges", "bin_minutes", "unit"}
    assert told(patient + "episodes/") >= {"days", "start", "end", "unit"}
    assert told("/api/v1/readings/latest/") >= {"per_patient"}


def test_it_answers_yaml_where_nothing_is_said(anonymous: APIClient) -> None:
    response = anonymous.get("/api/schema/")

    assert response.status_code == 200
    assert "yaml" in response["Content-Type"] or "openapi" in response["Content-Type"]


def test_the_docs_page_loads_and_its_files_are_our_own(anonymous: APIClient) -> None:
    response = anonymous.get("/api/docs/", HTTP_ACCEPT="text/html")

    page = response.content.decode()
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")
    assert "/api/schema/" in anonymous.get("/api/docs/?script=", HTTP_ACCEPT="*/*").content.decode()
    files = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert files
    assert all(file.startswith("/") for file in files)

"""Every error is a problem document, whoever makes it: a view, a middleware, or Django."""

import json
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import Clinic
from glucose.models import SourceAccount
from patients.models import Patient
from tests.api.asserting import JSON, V1, assert_problem
from tests.conftest import Member

PATIENTS = V1 + "patients/"


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v2/", V1 + "nothing/", "/%ff/", "/%00/", "/🙂/", "/admin/"]
)
def test_an_unknown_path_is_not_found(anonymous: APIClient, path: str) -> None:
    assert_problem(anonymous.get(path), 404, "not-found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "head"])
def test_an_unknown_path_is_not_found_by_any_method(anonymous: APIClient, method: str) -> None:
    response = getattr(anonymous, method)(V1 + "nothing/")

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_a_path_without_its_slash_is_told_so(anonymous: APIClient) -> None:
    assert "slash" in assert_problem(anonymous.post(V1 + "auth/token"), 404, "not-found")["detail"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "GETT", "get"])
def test_an_unknown_method_is_not_allowed(admin: Member, method: str) -> None:
    response = admin.api.generic(method, V1 + "auth/token/" if method == "get" else PATIENTS)

    assert_problem(response, 405, "method-not-allowed")


@pytest.mark.parametrize("address", ["/api/schema/", "/api/docs/", "/health/", "/health/live/", "/health/ready/"])
def test_a_page_that_is_only_read_takes_nothing_else(anonymous: APIClient, address: str) -> None:
    response = anonymous.post(address, "{}", content_type=JSON)

    assert response.status_code == 405
    assert_problem(response, 405, "method-not-allowed")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "x", "application/jsonp"]
)
def test_a_media_type_that_is_not_read_is_unsupported(admin: Member, kind: str) -> None:
    assert_problem(admin.api.post(PATIENTS, "x", content_type=kind), 415, "unsupported-media-type")


@pytest.mark.parametrize("accept", ["text/html", "image/png", "application/xml", "x", "text/csv"])
def test_a_form_that_is_not_answered_is_not_acceptable(admin: Member, accept: str) -> None:
    assert_problem(admin.api.get(PATIENTS, HTTP_ACCEPT=accept), 406, "not-acceptable")


@pytest.mark.parametrize(
    "accept",
    ["*/*", "application/*", "application/json", "text/html, application/json;q=0.1", "application/json; q=0.5"],
)
def test_json_is_answered_to_whoever_accepts_it(admin: Member, accept: str) -> None:
    response = admin.api.get(PATIENTS, HTTP_ACCEPT=accept)

    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("charset", ["zlib", "bz2", "hex", "rot13", "idna", "punycode", "undefined", "nonsense"])
def test_a_charset_that_is_none_is_no_error_of_ours(admin: Member, charset: str) -> None:
    admin.api.raise_request_exception = False

    response = admin.api.post(PATIENTS, b'{"name": 1}', content_type=f"application/json; charset={charset}")

    assert 400 <= response.status_code < 500
    assert_problem(response, response.status_code, response.json()["type"].split("/")[-2])


def test_a_host_that_is_not_ours_is_refused(admin: Member) -> None:
    assert_problem(admin.api.get(PATIENTS, HTTP_HOST="evil.example"), 400, "bad-request")


def test_a_thousand_parameters_are_refused(admin: Member) -> None:
    admin.api.raise_request_exception = False
    query = "&".join(f"a{number}=1" for number in range(1001))

    assert_problem(admin.api.get(f"{PATIENTS}?{query}"), 400, "bad-request")


@pytest.mark.parametrize("length", ["²", "-1", "1e9", " 5", "0x10", "9" * 5000])
def test_a_length_that_is_no_number_is_no_error_of_ours(admin: Member, length: str) -> None:
    admin.api.raise_request_exception = False

    assert admin.api.get(PATIENTS, CONTENT_LENGTH=length).status_code < 500


@pytest.mark.parametrize("length", ["4000001", "50000000", "9" * 30])
@pytest.mark.parametrize("path", [PATIENTS, V1 + "auth/token/", "/nothing/", "/api/schema/"])
def test_a_body_that_is_announced_too_large_is_refused_before_it_is_read(
    anonymous: APIClient, path: str, length: str
) -> None:
    response = anonymous.post(path, b"", content_type=JSON, CONTENT_LENGTH=length)

    assert_problem(response, 413, "body-too-large")


def test_an_error_of_ours_is_a_problem_that_tells_nothing(admin: Member, clinic: Clinic, settings: Settings) -> None:
    SourceAccount.objects.create(clinic=clinic, email="a@example.org", password="secret")
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    admin.api.raise_request_exception = False

    response = admin.api.get(V1 + "librelinkup/accounts/")

    document = assert_problem(response, 500, "internal-error")
    assert "InvalidToken" not in json.dumps(document)
    assert document["request_id"] in document["detail"] or "request_id" in document["detail"]


class TestTheRequestId:
    @pytest.mark.parametrize("given", ["abcdefgh", "01952f00-0000-7000-8000-000000000000", "a" * 64, "a.b_c-d-0123"])
    def test_of_a_proxy_is_echoed(self, anonymous: APIClient, given: str) -> None:
        response = anonymous.get(V1 + "nothing/", HTTP_X_REQUEST_ID=given)

        assert response["X-Request-ID"] == given
        assert response.json()["request_id"] == given

    @pytest.mark.parametrize(
        "given", ["", "short", "a" * 65, "with space", "a\r\nSet-Cookie: x=1", "é" * 10, "<script>x"]
    )
    def test_that_is_not_one_is_replaced(self, anonymous: APIClient, given: str) -> None:
        response = anonymous.get(V1 + "nothing/", HTTP_X_REQUEST_ID=given)

        assert response["X-Request-ID"] != given
        assert len(response["X-Request-ID"]) >= 8

    def test_is_on_every_answer_and_new_each_time(self, admin: Member) -> None:
        first, second = admin.api.get(PATIENTS), admin.api.get(PATIENTS)

        assert first.status_code == 200
        assert first["X-Request-ID"] != second["X-Request-ID"]

    def test_is_on_what_a_middleware_refuses(self, anonymous: APIClient) -> None:
        response = anonymous.post(
            PATIENTS, b"", content_type=JSON, CONTENT_LENGTH="50000000", HTTP_X_REQUEST_ID="a" * 8
        )

        assert response.json()["request_id"] == "a" * 8


def test_instance_is_the_path_without_the_query(admin: Member, patient: Patient) -> None:
    path = f"{PATIENTS}{patient.id}/readings/"

    assert admin.api.get(path, {"cursor": "secret"}).json()["instance"] == path


@pytest.mark.parametrize("body", ['{"name": ' + "[" * n + "]" * n + "}" for n in (10, 500, 990, 2000, 50_000)])
def test_json_of_any_depth_is_no_error_of_ours(admin: Member, body: str) -> None:
    admin.api.raise_request_exception = False

    response: Any = admin.api.post(PATIENTS, body, content_type=JSON)

    assert response.status_code == 422

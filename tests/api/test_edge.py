"""The headers that tell a browser what it may do with an answer, and which other origins' scripts may ask the API."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import Clinic
from tests.conftest import Member

V1 = "/api/v1/"
CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
APP = "https://app.example.org"
PAGES = ("/account/login/", "/account/password/reset/", "/api/docs/", "/problems/", "/problems/not-found/")
OTHERS = (
    V1 + "patients/",
    "/api/schema/",
    "/api/docs/?script=",
    "/health/live/",
    "/health/",
    "/nothing/",
    "/static/account/account.css",
    V1 + "x" * 9_000,
)


def asked(address: str, **headers: str) -> Any:
    return Client(headers={"host": "localhost", **headers}).get(address, secure=True)


def policy(response: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in response["Content-Security-Policy"].split("; ")]
    return {name: sources for name, *sources in parts}


@pytest.mark.django_db
class TestEveryAnswer:
    @pytest.mark.parametrize("address", [*PAGES, *OTHERS])
    def test_says_what_a_browser_may_do_with_it(self, address: str) -> None:
        response = asked(address)

        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        denied = dict(entry.split("=", 1) for entry in response["Permissions-Policy"].split(", "))
        assert {denied[feature] for feature in ("camera", "microphone", "geolocation", "usb", "payment")} == {"()"}
        assert denied["publickey-credentials-get"] == denied["publickey-credentials-create"] == "(self)"

    @pytest.mark.parametrize("address", OTHERS)
    def test_that_is_no_page_may_do_nothing(self, address: str) -> None:
        assert asked(address)["Content-Security-Policy"] == CLOSED

    @pytest.mark.parametrize("address", PAGES)
    def test_that_is_a_page_may_load_our_files_only(self, address: str) -> None:
        allowed = policy(asked(address))

        assert allowed["default-src"] == allowed["base-uri"] == allowed["frame-ancestors"] == ["'none'"]
        assert allowed["script-src"] == allowed["style-src"] == ["'self'"]
        assert "unsafe" not in str(allowed)
        assert "*" not in str(allowed)
        assert set(allowed["form-action"]) <= {"'self'", "'none'"}

    def test_over_plain_http_says_nothing_of_https(self) -> None:
        assert "Strict-Transport-Security" not in Client().get("/health/live/")


class TestFormsOfThePages:
    @pytest.fixture(autouse=True)
    def provider(self, settings: Settings) -> None:
        settings.OIDC_URL = "https://id.example.org/realms/clinic"
        settings.OIDC_ORIGINS = ["https://login.example.org"]

    def test_may_lead_to_the_identity_provider(self, db: None) -> None:
        found = policy(asked("/account/password/reset/"))["form-action"]

        assert found == ["'self'", "https://id.example.org", "https://login.example.org"]

    def test_of_other_pages_lead_nowhere(self, db: None) -> None:
        assert policy(asked("/problems/"))["form-action"] == ["'none'"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_a_page_holds_nothing_inline(address: str) -> None:
    html = asked(address, accept="text/html").content.decode()

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", html))


@pytest.mark.django_db
class TestCookies:
    @pytest.mark.parametrize("address", [*PAGES, *OTHERS])
    def test_are_for_https_and_not_for_scripts(self, address: str) -> None:
        are_closed(asked(address))

    def test_of_the_language_too(self) -> None:
        response = Client(headers={"host": "localhost"}).post("/account/language/", {"language": "es"}, secure=True)

        assert settings.LANGUAGE_COOKIE_NAME in response.cookies
        are_closed(response)


def are_closed(response: Any) -> None:
    for cookie in response.cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax"), cookie.key


class TestOtherOrigins:
    @pytest.fixture(autouse=True)
    def allowed(self, settings: Settings) -> None:
        settings.CORS_ALLOWED_ORIGINS = [APP]

    def test_that_are_listed_may_read_what_a_client_needs(self, admin: Member) -> None:
        response = admin.api.get(V1 + "auth/me/", HTTP_ORIGIN=APP)

        assert response.status_code == 200
        assert response["Access-Control-Allow-Origin"] == APP
        assert "Access-Control-Allow-Credentials" not in response
        assert {
            "ETag",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
            "Content-Digest",
            "Idempotency-Replayed",
        } <= set(response["Access-Control-Expose-Headers"].split(", "))
        assert "origin" in response["Vary"].lower()

    def test_that_are_listed_may_read_a_refusal(self, db: None) -> None:
        response = APIClient().get(V1 + "patients/", HTTP_ORIGIN=APP)

        assert (response.status_code, response["Access-Control-Allow-Origin"]) == (401, APP)

    @pytest.mark.parametrize(
        "origin",
        ["https://other.example.org", "http://app.example.org", "https://app.example.org.evil.example", "null"],
    )
    def test_that_are_not_listed_may_read_nothing(self, admin: Member, origin: str) -> None:
        response = admin.api.get(V1 + "auth/me/", HTTP_ORIGIN=origin)

        assert not [name for name in response.headers if name.lower().startswith("access-control")]
        assert not [name for name in preflight(V1 + "patients/", origin).headers if name.startswith("access-control")]

    def test_that_are_listed_may_send_what_the_api_takes(self) -> None:
        response = preflight(V1 + "patients/", APP)

        assert (response.status_code, response["access-control-allow-origin"]) == (200, APP)
        assert {"authorization", "content-type", "if-match", "if-none-match", "idempotency-key"} <= set(
            response["access-control-allow-headers"].split(", ")
        )
        assert "PATCH" in response["access-control-allow-methods"]
        assert "access-control-allow-credentials" not in response

    @pytest.mark.parametrize("address", ["/account/login/", "/api/docs/", "/problems/", "/health/live/"])
    def test_never_read_a_page(self, db: None, address: str) -> None:
        for response in (asked(address, origin=APP), preflight(address, APP)):
            assert not [name for name in response.headers if name.lower().startswith("access-control")]

    def test_are_none_unless_they_are_listed(self, settings: Settings) -> None:
        settings.CORS_ALLOWED_ORIGINS = []

        assert "access-control-allow-origin" not in preflight(V1 + "patients/", APP)


def preflight(address: str, origin: str) -> Any:
    """What a browser asks before a script of that origin may change something."""
    return Client().options(address, headers={"origin": origin, "access-control-request-method": "PATCH"})


def test_a_session_of_a_page_opens_nothing_of_the_api(clinic: Clinic, member: Callable[..., Member]) -> None:
    browser = Client()
    browser.force_login(member(clinic, "admin").user)

    assert browser.get(V1 + "patients/").status_code == 401

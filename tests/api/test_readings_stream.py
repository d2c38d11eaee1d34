"""`GET readings/stream/` in a process that keeps no streams. In one that does: tests/integration/live/."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.middleware import SignedSessionMiddleware
from tests.api.asserting import V1, assert_parameter_refused, assert_problem
from tests.conftest import Member

STREAM = V1 + "readings/stream/"
pytestmark = pytest.mark.usefixtures("nothing_counted")


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_it_tells_the_client_to_load_and_to_ask_again(admin: Member) -> None:
    response = admin.api.get(STREAM)

    assert response.status_code == 200
    assert response["Content-Type"] == "text/event-stream"
    assert response["Cache-Control"] == "no-store"
    assert body_of(response) == (b'retry: 15000\n\nevent: reset\ndata: {"reason":"this process keeps no streams"}\n\n')


def test_it_is_not_compressed(admin: Member) -> None:
    response = admin.api.get(STREAM, headers={"accept-encoding": "gzip"})

    assert "Content-Encoding" not in response
    assert body_of(response).startswith(b"retry")


def test_a_user_has_so_many_places_apart_from_those_for_other_streams(admin: Member, settings: Settings) -> None:
    settings.LIVE_STREAMS_PER_USER, settings.STREAMS_PER_USER = 2, 1
    first, second = admin.api.get(STREAM), admin.api.get(STREAM)

    refused = admin.api.get(STREAM)

    assert_problem(refused, 429, "too-many-streams")
    assert refused["Retry-After"] == "10"
    body_of(first)
    assert admin.api.get(STREAM).status_code == 200
    body_of(second)


def test_the_head_takes_no_place(admin: Member, settings: Settings) -> None:
    settings.LIVE_STREAMS_PER_USER = 1

    assert [admin.api.head(STREAM).status_code for _ in range(3)] == [200, 200, 200]
    assert admin.api.get(STREAM).status_code == 200


@pytest.mark.parametrize("given", ["x", "1", "1-1 ", "-", "99999999999999999999999-1"])
def test_it_refuses_what_is_no_id_of_an_event(admin: Member, given: str) -> None:
    refused = admin.api.get(STREAM, headers={"last-event-id": given})

    assert_parameter_refused(refused, "Last-Event-ID")


def test_it_takes_an_empty_id_for_none(admin: Member) -> None:
    assert admin.api.get(STREAM, headers={"last-event-id": ""}).status_code == 200


def test_it_refuses_an_unknown_unit(admin: Member) -> None:
    assert_parameter_refused(admin.api.get(STREAM, {"unit": "g"}), "unit")


def test_it_gives_events_only(admin: Member) -> None:
    assert_problem(admin.api.get(STREAM, headers={"accept": "application/json"}), 406, "not-acceptable")


class TestSessionOfThePages:
    @pytest.fixture
    def browser(self, admin: Member) -> Client:
        """Signed in on the pages, with a cookie and nothing else."""
        browser = Client()
        browser.force_login(admin.user, backend="django.contrib.auth.backends.ModelBackend")
        key = str(browser.session.session_key)
        browser.cookies["sessionid"] = SignedSessionMiddleware.signer.sign(key)
        return browser

    def test_opens_the_stream(self, browser: Client) -> None:
        response = browser.get(STREAM)

        assert response.status_code == 200
        assert "Cookie" in response["Vary"]

    def test_opens_nothing_else(self, browser: Client) -> None:
        assert_problem(browser.get(V1 + "readings/latest/"), 401, "not-authenticated")

    def test_opens_nothing_beside_a_token_that_is_refused(self, browser: Client) -> None:
        refused = browser.get(STREAM, headers={"authorization": "Bearer x"})

        assert_problem(refused, 401, "token-refused")

    def test_opens_nothing_without_our_signature(self, browser: Client, anonymous: APIClient) -> None:
        browser.cookies["sessionid"] = browser.cookies["sessionid"].value.partition(":")[0]

        assert_problem(browser.get(STREAM), 401, "not-authenticated")

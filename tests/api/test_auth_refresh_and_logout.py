"""`POST auth/token/refresh/` and `POST auth/logout/`."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.api.asserting import V1, assert_field_refused, assert_problem, send
from tests.conftest import Member, tokens_of

REFRESH = V1 + "auth/token/refresh/"
LOGOUT = V1 + "auth/logout/"


@pytest.fixture
def token(admin: Member) -> str:
    """A refresh token that nobody used."""
    return tokens_of(admin.user).refresh


def give(api: APIClient, address: str, token: Any) -> Any:
    return send(api, "post", address, {"refresh": token})


def test_it_answers_the_next_pair(anonymous: APIClient, admin: Member, token: str) -> None:
    answer = give(anonymous, REFRESH, token).json()

    assert answer.keys() == {"access", "refresh"}
    assert answer["refresh"] != token
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {answer['access']}")
    assert anonymous.get(V1 + "auth/me/").json()["id"] == str(admin.user.id)


def test_it_goes_on_with_the_refresh_token_that_it_answered(anonymous: APIClient, token: str) -> None:
    for _ in range(3):
        response = give(anonymous, REFRESH, token)
        assert response.status_code == 200
        token = response.json()["refresh"]


def test_it_refuses_a_refresh_token_the_second_time(anonymous: APIClient, token: str) -> None:
    give(anonymous, REFRESH, token)

    assert_problem(give(anonymous, REFRESH, token), 401, "token-refused")


def test_it_refuses_an_expired_refresh_token(anonymous: APIClient, token: str, clock: Any) -> None:
    clock.shift(timedelta(days=7, seconds=1))

    assert_problem(give(anonymous, REFRESH, token), 401, "token-refused")


@pytest.mark.parametrize("address", [REFRESH, LOGOUT])
def test_it_refuses_an_access_token(anonymous: APIClient, admin: Member, address: str) -> None:
    access = tokens_of(admin.user).access

    assert_problem(give(anonymous, address, access), 401, "token-refused")


@pytest.mark.parametrize("address", [REFRESH, LOGOUT])
@pytest.mark.parametrize("garbage", ["garbage", "a.b.c", "e30.e30.e30", "é.é.é", "🙂"])
def test_it_refuses_garbage(anonymous: APIClient, address: str, garbage: str) -> None:
    assert_problem(give(anonymous, address, garbage), 401, "token-refused")


@pytest.mark.parametrize("address", [REFRESH, LOGOUT])
@pytest.mark.parametrize("malformed", [None, "", [], {}, True, "a\x00b", "\ud800", "x" * 4097])
def test_it_refuses_what_is_no_text(anonymous: APIClient, address: str, malformed: Any) -> None:
    assert_field_refused(give(anonymous, address, malformed), "/refresh")


@pytest.mark.parametrize("address", [REFRESH, LOGOUT])
def test_it_refuses_an_unknown_field_and_spends_nothing(anonymous: APIClient, token: str, address: str) -> None:
    response = anonymous.post(address, {"refresh": token, "acess": "x"}, format="json")

    assert_field_refused(response, "/acess")
    assert give(anonymous, REFRESH, token).status_code == 200


def test_it_refuses_the_token_of_a_deactivated_user(anonymous: APIClient, token: str) -> None:
    User.objects.update(is_active=False)

    assert_problem(give(anonymous, REFRESH, token), 401, "token-refused")


def test_it_refuses_the_token_of_a_deleted_user(anonymous: APIClient, token: str) -> None:
    User.objects.all().delete()

    assert_problem(give(anonymous, REFRESH, token), 401, "token-refused")


def test_signing_out_answers_nothing_and_ends_the_refresh_token(anonymous: APIClient, token: str) -> None:
    response = give(anonymous, LOGOUT, token)

    assert (response.status_code, response.content) == (204, b"")
    assert_problem(give(anonymous, REFRESH, token), 401, "token-refused")


def test_signing_out_twice_is_refused(anonymous: APIClient, token: str) -> None:
    give(anonymous, LOGOUT, token)

    assert_problem(give(anonymous, LOGOUT, token), 401, "token-refused")


def test_signing_out_needs_no_access_token_even_an_expired_one(anonymous: APIClient, token: str) -> None:
    anonymous.credentials(HTTP_AUTHORIZATION="Bearer expired")

    assert give(anonymous, LOGOUT, token).status_code == 204


def test_signing_out_of_one_session_leaves_the_other(anonymous: APIClient, admin: Member, token: str) -> None:
    other = tokens_of(admin.user).refresh

    give(anonymous, LOGOUT, token)

    assert give(anonymous, REFRESH, other).status_code == 200


def test_signing_out_works_for_a_user_who_was_deleted(anonymous: APIClient, token: str) -> None:
    User.objects.all().delete()

    assert give(anonymous, LOGOUT, token).status_code == 204


@pytest.mark.parametrize("address", [REFRESH, LOGOUT])
def test_it_cannot_be_read(anonymous: APIClient, address: str) -> None:
    assert_problem(anonymous.get(address), 405, "method-not-allowed")

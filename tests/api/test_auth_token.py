"""`POST auth/token/`."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.models import Clinic, Session, User
from accounts.roles import Role
from tests.api.asserting import JSON, NOW, V1, assert_field_refused, assert_problem, send
from tests.conftest import Member

TOKEN = V1 + "auth/token/"
PASSWORD = "correct horse battery"


@cache
def hashed() -> str:
    """The hash of the password, which is slow to make on purpose."""
    return make_password(PASSWORD)


@pytest.fixture
def ana(clinic: Clinic, member: Callable[..., Member]) -> User:
    """Somebody with a password."""
    user = member(clinic, Role.CLINICIAN, "ana").user
    user.password = hashed()
    user.save()
    return user


def sign_in(api: APIClient, **body: Any) -> Any:
    return send(api, "post", TOKEN, {"username": "ana", "password": PASSWORD, **body})


def test_it_answers_a_pair_of_tokens(anonymous: APIClient, ana: User) -> None:
    response = sign_in(anonymous)

    assert response.status_code == 200
    assert response.json().keys() == {"access", "refresh"}


def test_its_access_token_opens_the_api_for_half_an_hour(anonymous: APIClient, ana: User, clock: Any) -> None:
    access = sign_in(anonymous).json()["access"]
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")

    assert AccessToken(access)["exp"] == int((NOW + timedelta(minutes=30)).timestamp())
    assert anonymous.get(V1 + "auth/me/").json()["username"] == "ana"
    clock.shift(timedelta(minutes=30, seconds=1))
    assert anonymous.get(V1 + "auth/me/").status_code == 401


def test_its_refresh_token_holds_for_seven_days(anonymous: APIClient, ana: User) -> None:
    refresh = sign_in(anonymous).json()["refresh"]

    assert RefreshToken(refresh)["exp"] == int((NOW + timedelta(days=7)).timestamp())


def test_it_says_the_same_of_a_wrong_password_and_of_an_unknown_user(anonymous: APIClient, ana: User) -> None:
    before = Session.objects.count()
    wrong = assert_problem(sign_in(anonymous, password="wrong"), 401, "wrong-credentials")
    unknown = assert_problem(sign_in(anonymous, username="bob"), 401, "wrong-credentials")

    assert wrong["detail"] == unknown["detail"]
    assert Session.objects.count() == before


def test_it_refuses_a_deactivated_user_like_a_wrong_password(anonymous: APIClient, ana: User) -> None:
    User.objects.update(is_active=False)

    assert_problem(sign_in(anonymous), 401, "wrong-credentials")


@pytest.mark.parametrize("password", [PASSWORD + " ", " " + PASSWORD, PASSWORD.upper()])
def test_it_takes_the_password_to_the_letter(anonymous: APIClient, ana: User, password: str) -> None:
    assert_problem(sign_in(anonymous, password=password), 401, "wrong-credentials")


def test_it_refuses_a_user_who_has_no_password(anonymous: APIClient, admin: Member) -> None:
    assert_problem(sign_in(anonymous, username=admin.user.username), 401, "wrong-credentials")


def test_it_ignores_a_bad_authorization_header(anonymous: APIClient, ana: User) -> None:
    anonymous.credentials(HTTP_AUTHORIZATION="Bearer expired")

    assert sign_in(anonymous).status_code == 200


def test_it_takes_the_second_factor_that_the_contract_allows(anonymous: APIClient, ana: User) -> None:
    assert sign_in(anonymous, otp="123456").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("username", None),
        ("username", ["ana"]),
        ("username", {"$ne": ""}),
        ("username", "an\x00a"),
        ("username", "a" * 151),
        ("username", True),
        ("username", 5),
        ("password", 5),
        ("password", ""),
        ("password", None),
        ("password", ["x"]),
        ("password", "x" * 1025),
        ("remember", True),
    ],
)
def test_it_refuses_a_malformed_body(anonymous: APIClient, ana: User, field: str, value: Any) -> None:
    assert_field_refused(sign_in(anonymous, **{field: value}), f"/{field}")


def test_it_names_what_is_missing(anonymous: APIClient) -> None:
    assert_field_refused(anonymous.post(TOKEN, {}, format="json"), "/username", "/password")


def test_it_never_repeats_the_password(anonymous: APIClient, ana: User) -> None:
    response = anonymous.post(TOKEN, {"username": "", "password": PASSWORD, "x": PASSWORD}, format="json")

    assert PASSWORD.encode() not in response.content


@pytest.mark.parametrize("body", ["[]", '"ana"', "5", "null", "true"])
def test_it_refuses_a_body_that_is_no_object(anonymous: APIClient, body: str) -> None:
    assert_problem(anonymous.post(TOKEN, body, content_type=JSON), 422, "invalid-input")


def test_it_does_not_read_forms(anonymous: APIClient, ana: User) -> None:
    body = {"username": "ana", "password": PASSWORD}

    assert_problem(anonymous.post(TOKEN, body, format="multipart"), 415, "unsupported-media-type")


def test_it_cannot_be_read(anonymous: APIClient) -> None:
    assert_problem(anonymous.get(TOKEN), 405, "method-not-allowed")

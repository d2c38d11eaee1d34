"""`GET auth/me/`."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import Clinic, User
from accounts.roles import Role
from tests.api.asserting import JSON, SAVEPOINT, V1, assert_problem
from tests.conftest import Member, tokens_of

ME = V1 + "auth/me/"


@pytest.mark.parametrize("role", list(Role))
def test_it_says_who_each_role_is(clinic: Clinic, member: Callable[..., Member], role: Role) -> None:
    somebody = member(clinic, role, "ana")

    answer = somebody.api.get(ME).json()

    assert (
        answer.items()
        >= {
            "id": str(somebody.user.id),
            "username": "ana",
            "name": somebody.user.name,
            "role": role.value,
            "clinic": str(clinic.id),
        }.items()
    )


def test_it_names_a_user_without_a_name_by_the_user_name(clinic: Clinic, member: Callable[..., Member]) -> None:
    somebody = member(clinic, Role.ADMIN, "ana")
    User.objects.update(name="")

    assert somebody.api.get(ME).json()["name"] == "ana"


def test_it_wants_a_token(anonymous: APIClient) -> None:
    response = anonymous.get(ME)

    assert_problem(response, 401, "not-authenticated")
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["garbage", "a.b.c", "e30.e30.", "two words", "", "é", "\x00", "x" * 10_000])
def test_it_refuses_a_token_that_is_none(anonymous: APIClient, token: str) -> None:
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

    assert_problem(anonymous.get(ME), 401, "token-refused")


def test_it_ignores_another_scheme(anonymous: APIClient) -> None:
    anonymous.credentials(HTTP_AUTHORIZATION="Basic YWRtaW46YWRtaW4=")

    assert_problem(anonymous.get(ME), 401, "not-authenticated")


def test_it_refuses_an_expired_token(anonymous: APIClient, admin: Member) -> None:
    token = AccessToken(tokens_of(admin.user).access)  # type: ignore[arg-type]
    token.set_exp(lifetime=-timedelta(seconds=1))
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

    response = anonymous.get(ME)

    assert_problem(response, 401, "token-refused")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_it_refuses_a_refresh_token(anonymous: APIClient, admin: Member) -> None:
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(admin.user).refresh}")

    assert_problem(anonymous.get(ME), 401, "token-refused")


def test_it_refuses_a_token_that_somebody_changed(anonymous: APIClient, admin: Member) -> None:
    head, body, signature = tokens_of(admin.user).access.split(".")
    other = "A" if signature[0] != "A" else "B"
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {head}.{body}.{other}{signature[1:]}")

    assert_problem(anonymous.get(ME), 401, "token-refused")


def test_it_tells_a_bad_token_in_a_sentence_for_people(anonymous: APIClient, db: None) -> None:
    anonymous.credentials(HTTP_AUTHORIZATION="Bearer garbage")

    detail = anonymous.get(ME).json()["detail"]

    assert "{" not in detail
    assert "ErrorDetail" not in detail


def test_it_refuses_a_user_who_was_deactivated(admin: Member) -> None:
    User.objects.filter(id=admin.user.id).update(is_active=False)

    assert_problem(admin.api.get(ME), 401, "token-refused")


def test_it_refuses_a_user_who_was_deleted(clinic: Clinic, member: Callable[..., Member]) -> None:
    somebody = member(clinic, Role.ADMIN)
    User.objects.all().delete()

    assert_problem(somebody.api.get(ME), 401, "token-refused")


def test_it_is_forbidden_to_a_user_of_no_clinic(admin: Member) -> None:
    admin.user.membership.delete()

    assert_problem(admin.api.get(ME), 403, "forbidden")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_can_only_be_read(admin: Member, method: str) -> None:
    response = getattr(admin.api, method)(ME, data="{}", content_type=JSON)

    assert_problem(response, 405, "method-not-allowed")
    assert "GET" in response["Allow"]


def test_it_asks_the_database_once(admin: Member, django_assert_max_num_queries: Callable[..., object]) -> None:
    with django_assert_max_num_queries(1 + SAVEPOINT):  # type: ignore[attr-defined]
        admin.api.get(ME)

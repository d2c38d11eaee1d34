"""`GET sessions/`, `DELETE sessions/{id}/`, `POST auth/logout-everywhere/`, and what ends a session."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.management import call_command
from django.db import connections
from django.http import HttpRequest
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.errors import WrongCredentials
from accounts.models import Clinic, Ending, Session, User
from accounts.roles import Role
from accounts.sessions import KEPT_FOR, TokenPair, forget_ended_sessions, start_session
from tests.api.asserting import (
    NOW,
    SAVEPOINT,
    V1,
    assert_not_found,
    assert_parameter_refused,
    assert_problem,
    pages,
    send,
)
from tests.conftest import Member, tokens_of

SESSIONS = V1 + "sessions/"
REFRESH = V1 + "auth/token/refresh/"
LOGOUT = V1 + "auth/logout/"
EVERYWHERE = V1 + "auth/logout-everywhere/"
ME = V1 + "auth/me/"
PASSWORD = "correct horse battery"


def client(tokens: TokenPair | dict[str, str]) -> APIClient:
    """A client that sends the access token."""
    api = APIClient()
    access = tokens.access if isinstance(tokens, TokenPair) else tokens["access"]
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    return api


def refresh(token: str) -> Any:
    return send(APIClient(), "post", REFRESH, {"refresh": token})


def logout(token: str) -> Any:
    return send(APIClient(), "post", LOGOUT, {"refresh": token})


def is_over(tokens: TokenPair) -> bool:
    """Whether neither token of the pair opens anything."""
    return client(tokens).get(ME).status_code == 401 and refresh(tokens.refresh).status_code == 401


def reason() -> str:
    return Session.objects.exclude(revoked_at=None).values_list("revoked_because", flat=True).get()


class TestTheList:
    @pytest.mark.parametrize("role", list(Role))
    def test_is_of_the_caller_alone_whatever_the_role(
        self, clinic: Clinic, member: Callable[..., Member], role: Role
    ) -> None:
        somebody, _ = member(clinic, role), member(clinic, role)

        (row,) = somebody.api.get(SESSIONS).json()["results"]

        assert row["id"] == str(Session.objects.get(user=somebody.user).id)

    def test_says_where_each_sign_in_came_from_and_which_is_this_one(
        self, anonymous: APIClient, admin: Member, clock: Any
    ) -> None:
        admin.user.set_password(PASSWORD)
        admin.user.save()
        clock.shift(timedelta(hours=1))
        body = {"username": admin.user.username, "password": PASSWORD}
        first = anonymous.post(
            V1 + "auth/token/", body, format="json", HTTP_USER_AGENT="Firefox\x00 " + "x" * 500, REMOTE_ADDR="192.0.2.7"
        ).json()
        tokens_of(admin.user)
        clock.shift(timedelta(hours=1))
        tokens = refresh(first["refresh"]).json()

        other, this = client(tokens).get(SESSIONS).json()["results"]

        assert (other["current"], this["current"]) == (False, True)
        assert this | {"id": None} == {
            "id": None,
            "current": True,
            "created_at": "2026-03-15T13:00:00Z",
            "last_used_at": "2026-03-15T14:00:00Z",
            "expires_at": "2026-03-22T14:00:00Z",
            "user_agent": ("Firefox " + "x" * 500)[:199],
            "address": "192.0.2.7",
        }

    def test_leaves_out_what_is_over(self, admin: Member, clock: Any) -> None:
        tokens_of(admin.user)
        clock.shift(timedelta(days=6, hours=23, minutes=45))
        logout(tokens_of(admin.user).refresh)
        current = tokens_of(admin.user)
        clock.shift(timedelta(minutes=20))

        assert [row["current"] for row in client(current).get(SESSIONS).json()["results"]] == [True]

    def test_comes_in_pages(self, admin: Member) -> None:
        for _ in range(4):
            tokens_of(admin.user)

        found = pages(admin.api, SESSIONS, {"page_size": 2})

        assert [len(page) for page in found] == [2, 2, 1]
        assert [row["id"] for page in found for row in page] == [
            str(one) for one in Session.objects.order_by("-id").values_list("id", flat=True)
        ]

    def test_refuses_a_cursor_that_is_none(self, admin: Member) -> None:
        assert_parameter_refused(admin.api.get(SESSIONS + "?cursor=x"), "cursor")

    def test_wants_a_token(self, anonymous: APIClient) -> None:
        assert_problem(anonymous.get(SESSIONS), 401, "not-authenticated")

    def test_asks_the_database_once_more_than_the_token(
        self, admin: Member, django_assert_num_queries: Callable[..., Any]
    ) -> None:
        with django_assert_num_queries(2 + SAVEPOINT):
            admin.api.get(SESSIONS)


class TestEndingOne:
    @pytest.mark.parametrize("role", list(Role))
    def test_ends_it_at_once_and_leaves_the_others(
        self, clinic: Clinic, member: Callable[..., Member], role: Role
    ) -> None:
        somebody = member(clinic, role)
        lost = tokens_of(somebody.user)
        session = Session.objects.latest("id")

        response = somebody.api.delete(f"{SESSIONS}{session.id}/")

        assert (response.status_code, response.content) == (204, b"")
        assert is_over(lost)
        assert reason() == Ending.ENDED
        assert somebody.api.get(ME).status_code == 200

    def test_may_end_the_current_one(self, admin: Member) -> None:
        assert admin.api.delete(f"{SESSIONS}{Session.objects.get().id}/").status_code == 204
        assert_problem(admin.api.get(ME), 401, "token-refused")

    @pytest.mark.parametrize("session_id", ["01952f00-0000-7000-8000-000000000000", "1", "x"])
    def test_that_does_not_exist_is_not_found(self, admin: Member, session_id: str) -> None:
        assert_not_found(admin.api.delete(f"{SESSIONS}{session_id}/"))

    def test_that_is_over_is_not_found(self, admin: Member) -> None:
        logout(tokens_of(admin.user).refresh)
        over = Session.objects.exclude(revoked_at=None).get()

        assert_not_found(admin.api.delete(f"{SESSIONS}{over.id}/"))
        assert reason() == Ending.LOGOUT


class TestLogoutEverywhere:
    @pytest.mark.parametrize("role", list(Role))
    def test_ends_all_sessions_of_the_caller_and_no_other(
        self, clinic: Clinic, member: Callable[..., Member], role: Role
    ) -> None:
        somebody, other = member(clinic, role), member(clinic, role)
        pairs = [tokens_of(somebody.user) for _ in range(2)]

        response = somebody.api.post(EVERYWHERE)

        assert (response.status_code, response.content) == (204, b"")
        assert all(is_over(pair) for pair in pairs)
        assert somebody.api.get(ME).status_code == 401
        assert other.api.get(ME).status_code == 200

    def test_wants_a_token(self, anonymous: APIClient) -> None:
        assert_problem(anonymous.post(EVERYWHERE), 401, "not-authenticated")


class TestAUsedRefreshToken:
    def test_ends_every_token_of_its_sign_in(self, admin: Member) -> None:
        stolen = tokens_of(admin.user)
        pairs = [stolen]
        for _ in range(3):
            answer = refresh(pairs[-1].refresh).json()
            pairs.append(TokenPair(**answer))
        assert client(pairs[0]).get(ME).status_code == 200

        assert_problem(refresh(stolen.refresh), 401, "token-refused")

        assert all(is_over(pair) for pair in pairs)
        assert reason() == Ending.REUSE
        assert admin.api.get(ME).status_code == 200

    def test_ends_them_at_the_logout_too(self, admin: Member) -> None:
        stolen = tokens_of(admin.user)
        newer = TokenPair(**refresh(stolen.refresh).json())

        assert_problem(logout(stolen.refresh), 401, "token-refused")

        assert is_over(newer)

    def test_is_told_in_the_log_without_the_token(self, admin: Member, caplog: pytest.LogCaptureFixture) -> None:
        stolen = tokens_of(admin.user)
        refresh(stolen.refresh)
        refresh(stolen.refresh)
        refresh(stolen.refresh)

        (told,) = [record.getMessage() for record in caplog.records if record.name == "accounts.sessions"]

        assert str(Session.objects.latest("id").id) in told
        assert stolen.refresh.rpartition(".")[2] not in caplog.text


class TestASessionIsOver:
    def test_after_the_logout_with_its_access_token(self, admin: Member) -> None:
        tokens = tokens_of(admin.user)

        logout(tokens.refresh)

        document = assert_problem(client(tokens).get(ME), 401, "token-refused")
        assert "over" in document["detail"]

    def test_after_a_new_password(self, admin: Member) -> None:
        tokens = tokens_of(admin.user)

        admin.user.set_password(PASSWORD)
        admin.user.save()

        assert is_over(tokens)

    def test_after_a_new_password_by_the_command_of_django(
        self, admin: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tokens = tokens_of(admin.user)
        monkeypatch.setattr("getpass.getpass", lambda **_: PASSWORD)

        call_command("changepassword", admin.user.username, verbosity=0)

        assert is_over(tokens)

    def test_for_good_after_a_deactivation(self, admin: Member) -> None:
        tokens = tokens_of(admin.user)
        admin.user.is_active = False
        admin.user.save()
        admin.user.is_active = True
        admin.user.save()

        assert is_over(tokens)

    def test_but_not_after_another_change_of_the_user(self, admin: Member) -> None:
        admin.user.name = "Ana Maria"
        admin.user.save()

        assert admin.api.get(ME).status_code == 200

    def test_but_not_where_a_login_makes_the_hash_of_the_password_anew(
        self, anonymous: APIClient, admin: Member
    ) -> None:
        outdated = Argon2PasswordHasher()
        outdated.time_cost = 1
        before = outdated.encode(PASSWORD, outdated.salt())
        User.objects.update(password=before)

        body = {"username": admin.user.username, "password": PASSWORD}
        response = anonymous.post(V1 + "auth/token/", body, format="json")

        assert User.objects.get(id=admin.user.id).password != before
        assert response.status_code == 200
        assert client(response.json()).get(ME).status_code == admin.api.get(ME).status_code == 200


class TestStartingOne:
    def test_is_refused_where_the_password_changed_while_it_was_checked(self, admin: Member) -> None:
        loaded_before = User.objects.get(id=admin.user.id)
        admin.user.set_password(PASSWORD)
        admin.user.save()

        with pytest.raises(WrongCredentials):
            start_session(loaded_before, HttpRequest(), NOW)

    def test_is_refused_to_a_user_who_was_deactivated_meanwhile(self, admin: Member) -> None:
        User.objects.update(is_active=False)

        with pytest.raises(WrongCredentials):
            start_session(admin.user, HttpRequest(), NOW)


def test_sessions_that_ran_out_long_ago_are_deleted(admin: Member, clock: Any) -> None:
    tokens_of(admin.user)
    clock.shift(timedelta(days=1))
    later = tokens_of(admin.user)

    deleted = forget_ended_sessions(NOW + timedelta(days=7) + KEPT_FOR + timedelta(hours=1))

    assert deleted == 2
    assert client(later).get(ME).status_code == 200


def test_a_token_from_before_there_were_sessions_is_refused(anonymous: APIClient, admin: Member) -> None:
    token = RefreshToken.for_user(admin.user)

    assert_problem(refresh(str(token)), 401, "token-refused")
    assert_problem(logout(str(token)), 401, "token-refused")
    assert_problem(client(TokenPair(str(token.access_token), "")).get(ME), 401, "token-refused")


@pytest.mark.django_db(transaction=True)
def test_of_refreshes_that_come_at_once_one_wins_and_the_session_ends(member: Callable[..., Member]) -> None:
    somebody = member(Clinic.objects.create(name="Clínica Leste"), Role.ADMIN)
    token = tokens_of(somebody.user).refresh
    together, answers = threading.Barrier(4), []

    def run() -> None:
        together.wait(timeout=30)
        try:
            answers.append(refresh(token))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(one.status_code for one in answers) == [200, 401, 401, 401]
    (won,) = [one for one in answers if one.status_code == 200]
    assert is_over(TokenPair(**won.json()))

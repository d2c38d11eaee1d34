"""Throttles: each user's requests, failed logins, and what the answers say of them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import argon2
import pytest
from django.http import HttpRequest
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import logins
from accounts.models import Clinic, User
from accounts.roles import Role
from api.addresses import client_address
from api.counters import PREFIX, counters
from api.errors import TooManyRequests
from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_problem, send
from tests.conftest import Member

ME = V1 + "auth/me/"
TOKEN = V1 + "auth/token/"
PATIENTS = V1 + "patients/"
PASSWORD = "correct horse battery"
NOBODY_LISTENS = "redis://127.0.0.1:9/0"


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    """Small ones, so that few requests reach them."""
    settings.READS_PER_MINUTE = 5
    settings.WRITES_PER_MINUTE = 3
    settings.LOGIN_FAILURES_PER_ACCOUNT = 3
    settings.LOGIN_FAILURES_PER_ADDRESS = 6
    settings.LOGIN_FAILURES_PER_ACCOUNT_A_DAY = 9


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    """Redis stays while the tests come and go at one instant."""
    client = counters().client
    yield
    for key in client.scan_iter(PREFIX + "*"):
        client.delete(key)


@pytest.fixture
def ana(clinic: Clinic, member: Callable[..., Member], settings: Settings) -> User:
    """Somebody with a password, whose hash is quick to check."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = member(clinic, Role.CLINICIAN, "ana").user
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(api: APIClient, password: str = PASSWORD, username: str = "ana", address: str = "192.0.2.1") -> Any:
    api.defaults["REMOTE_ADDR"] = address
    return send(api, "post", TOKEN, {"username": username, "password": password})


def fail(api: APIClient, times: int, **who: str) -> None:
    for _ in range(times):
        assert_problem(sign_in(api, "wrong", **who), 401, "wrong-credentials")


class TestRequests:
    def test_beyond_the_limit_are_refused_until_a_minute_has_passed(self, admin: Member, clock: Any) -> None:
        assert [admin.api.get(ME).status_code for _ in range(5)] == [200] * 5

        response = admin.api.get(ME)

        assert_problem(response, 429, "too-many-requests")
        assert response["Retry-After"] == "61"
        clock.shift(timedelta(seconds=60))
        assert admin.api.get(ME).status_code == 429
        clock.shift(timedelta(seconds=1))
        assert admin.api.get(ME).status_code == 200

    def test_are_counted_in_a_window_that_slides(self, admin: Member, clock: Any) -> None:
        for _ in range(3):
            admin.api.get(ME)
        clock.shift(timedelta(seconds=59))
        for _ in range(2):
            admin.api.get(ME)
        clock.shift(timedelta(seconds=2))

        assert [admin.api.get(ME).status_code for _ in range(4)] == [200, 200, 200, 429]

    def test_that_write_have_a_limit_of_their_own(self, admin: Member, patient: Patient) -> None:
        address = f"{PATIENTS}{patient.id}/"
        answers = [send(admin.api, "patch", address, {"name": "Eva"}).status_code for _ in range(4)]

        assert answers == [200, 200, 200, 429]
        assert admin.api.get(address).status_code == 200

    def test_of_one_user_do_not_count_for_another(self, admin: Member, clinician: Member) -> None:
        for _ in range(6):
            admin.api.get(ME)

        assert clinician.api.get(ME).status_code == 200

    def test_that_come_at_once_do_not_pass_the_limit_together(self) -> None:
        def taken(number: int) -> int:
            return int(counters().run("count_request", ["at-once"], [50, 60, 1_000])[0])

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(taken, range(80))) == 50

    def test_leave_nothing_behind_in_redis(self, admin: Member) -> None:
        admin.api.get(ME)

        assert 0 < counters().client.ttl(f"{PREFIX}reads:{admin.user.id}") <= 61

    def test_go_on_where_redis_does_not_answer(
        self, admin: Member, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.REDIS_URL = NOBODY_LISTENS

        assert [admin.api.get(ME).status_code for _ in range(7)] == [200] * 7
        assert "not counted" in caplog.text
        assert len(caplog.records) == 1

    def test_are_not_counted_where_the_limit_is_off(self, admin: Member, settings: Settings) -> None:
        settings.READS_PER_MINUTE = 0

        assert [admin.api.get(ME).status_code for _ in range(9)] == [200] * 9


class TestHeaders:
    def test_say_the_limits_and_what_is_left(self, admin: Member, clock: Any) -> None:
        admin.api.get(ME)
        clock.shift(timedelta(seconds=10))

        response = admin.api.get(ME)

        assert response["RateLimit-Policy"] == '"reads";q=5;w=60, "writes";q=3;w=60, "failed-logins";q=3;w=900'
        assert response["RateLimit"] == '"reads";r=3;t=51'

    def test_are_on_a_refusal(self, admin: Member) -> None:
        for _ in range(5):
            admin.api.get(ME)

        response = admin.api.get(ME)

        assert response["RateLimit"] == '"reads";r=0;t=61'
        assert response["Retry-After"] == "61"

    def test_are_on_a_login(self, anonymous: APIClient, ana: User) -> None:
        fail(anonymous, 1)

        assert sign_in(anonymous)["RateLimit"] == '"failed-logins";r=2;t=900'
        assert sign_in(anonymous, "wrong")["RateLimit"] == '"failed-logins";r=1;t=900'

    @pytest.mark.parametrize("path", [ME, V1 + "nothing/", "/api/schema/"])
    def test_say_the_limits_where_nothing_was_counted(self, anonymous: APIClient, path: str) -> None:
        response = anonymous.get(path)

        assert response["RateLimit-Policy"].startswith('"reads";q=5')
        assert "RateLimit" not in response


class TestLogins:
    def test_that_failed_too_often_are_refused_even_with_the_password(
        self, anonymous: APIClient, ana: User, clock: Any
    ) -> None:
        fail(anonymous, 3)

        response = sign_in(anonymous)

        assert_problem(response, 429, "too-many-requests")
        assert response["Retry-After"] == "900"
        clock.shift(timedelta(minutes=15))
        assert sign_in(anonymous).status_code == 200

    def test_that_succeed_are_not_counted(self, anonymous: APIClient, ana: User) -> None:
        fail(anonymous, 2)

        assert [sign_in(anonymous).status_code for _ in range(12)] == [200] * 12
        fail(anonymous, 1)
        assert sign_in(anonymous).status_code == 429

    def test_are_refused_to_an_address_that_failed_with_many_accounts(self, anonymous: APIClient, ana: User) -> None:
        for number in range(6):
            fail(anonymous, 1, username=f"user-{number}")

        assert sign_in(anonymous).status_code == 429
        assert sign_in(anonymous, address="192.0.2.2").status_code == 200

    def test_do_not_lock_the_owner_out_from_elsewhere(self, anonymous: APIClient, ana: User) -> None:
        fail(anonymous, 3)
        fail(anonymous, 3, address="192.0.2.2")

        assert sign_in(anonymous, address="192.0.2.2").status_code == 429
        assert sign_in(anonymous, address="198.51.100.7").status_code == 200

    def test_from_everywhere_do_not_lock_the_owner_out_where_they_signed_in_before(
        self, anonymous: APIClient, ana: User, clock: Any
    ) -> None:
        sign_in(anonymous, address="198.51.100.7")
        for number in range(3):
            fail(anonymous, 3, address=f"192.0.2.{number}")

        assert sign_in(anonymous, address="192.0.2.9").status_code == 429
        assert sign_in(anonymous, address="198.51.100.7").status_code == 200
        clock.shift(timedelta(hours=24))
        assert sign_in(anonymous, address="192.0.2.9").status_code == 200

    def test_answer_the_same_for_an_unknown_user(self, anonymous: APIClient, ana: User) -> None:
        def answers(username: str) -> list[Any]:
            found = [sign_in(anonymous, "wrong", username, "192.0.2.3") for _ in range(4)]
            return [(one.status_code, one["RateLimit"], one.json()["detail"]) for one in found]

        known, unknown = answers("ana"), answers("bob")

        assert known[:3] == unknown[:3]
        assert known[3][0] == unknown[3][0] == 429

    def test_that_come_at_once_do_not_pass_the_limit_together(self) -> None:
        def passes(number: int) -> bool:
            request = HttpRequest()
            request.META["REMOTE_ADDR"] = "192.0.2.1"
            try:
                logins.begin(request, "ana", NOW)
            except TooManyRequests:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(passes, range(24))) == 3

    def test_write_neither_names_nor_addresses_to_redis(self, anonymous: APIClient, ana: User) -> None:
        fail(anonymous, 1)
        sign_in(anonymous)

        keys = [key.decode() for key in counters().client.scan_iter(PREFIX + "login:*")]

        assert len(keys) == 4
        assert not any("ana" in key.split(":")[-1] or "192.0.2" in key for key in keys)
        assert all(counters().client.ttl(key) > 0 for key in keys)

    def test_are_unavailable_where_redis_does_not_answer(
        self, anonymous: APIClient, ana: User, settings: Settings
    ) -> None:
        settings.REDIS_URL = NOBODY_LISTENS

        response = sign_in(anonymous)

        assert_problem(response, 503, "unavailable")
        assert response["Retry-After"] == "5"

    @pytest.mark.parametrize("who", ["unknown", "inactive", "without a password", "wrong password"])
    def test_do_the_same_work_for_everybody(
        self, anonymous: APIClient, clinic: Clinic, member: Callable[..., Member], who: str, monkeypatch: Any
    ) -> None:
        user = member(clinic, Role.CLINICIAN, "eva").user
        user.is_active = who != "inactive"
        if who != "without a password":
            user.set_password(PASSWORD)
        user.save()
        runs: list[str] = []

        def counted(name: str) -> Callable[..., Any]:
            function = getattr(argon2.low_level, name)

            def run(*given: Any, **more: Any) -> Any:
                runs.append(name)
                return function(*given, **more)

            return run

        for name in ("hash_secret", "verify_secret"):
            run = counted(name)
            monkeypatch.setattr(argon2.low_level, name, run)
            monkeypatch.setattr(argon2._password_hasher, name, run)

        sign_in(anonymous, "wrong", "nobody" if who == "unknown" else "eva")

        assert len(runs) == 1


class TestTheAddress:
    @pytest.mark.parametrize(
        ("remote", "address"),
        [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("", "unknown"),
            ("unix:", "unknown"),
        ],
    )
    def test_is_the_peer(self, remote: str, address: str) -> None:
        request = HttpRequest()
        request.META |= {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": "203.0.113.9"}

        assert client_address(request) == address

    @pytest.mark.parametrize("header", ["192.0.2.1", "203.0.113.9, 192.0.2.1", "x,,192.0.2.1"])
    def test_is_the_last_hop_behind_the_proxy(self, header: str, settings: Settings) -> None:
        settings.BEHIND_PROXY = True
        request = HttpRequest()
        request.META |= {"REMOTE_ADDR": "10.0.0.2", "HTTP_X_FORWARDED_FOR": header}

        assert client_address(request) == "192.0.2.1"

    def test_cannot_be_changed_by_a_header_of_the_client(self, anonymous: APIClient, ana: User) -> None:
        for number in range(3):
            anonymous.credentials(
                HTTP_X_FORWARDED_FOR=f"203.0.113.{number}", HTTP_X_REAL_IP=f"203.0.113.{number}", HTTP_FORWARDED="for=1"
            )
            fail(anonymous, 1)

        assert sign_in(anonymous).status_code == 429

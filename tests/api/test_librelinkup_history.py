"""`GET librelinkup/accounts/{id}/history/`."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Clinic, User
from glucose.models import AccountEvent, SourceAccount
from tests.api.asserting import (
    NOW,
    SAVEPOINT,
    V1,
    assert_allowed,
    assert_parameter_refused,
    assert_problem,
    pages,
    send,
)
from tests.conftest import Member


@pytest.fixture
def account(clinic: Clinic) -> SourceAccount:
    return SourceAccount.objects.create(clinic=clinic, email="a@example.org", password="old-vendor")


def address(account: SourceAccount, more: str = "history/") -> str:
    return f"{V1}librelinkup/accounts/{account.id}/{more}"


def event(account: SourceAccount, minutes: int, **fields: Any) -> AccountEvent:
    return AccountEvent.objects.create(
        account=account, at=NOW + timedelta(minutes=minutes), **{"state": "active", **fields}
    )


def test_it_says_what_happened_and_who_did_it(admin: Member, account: SourceAccount) -> None:
    event(account, -60, user=admin.user)
    event(
        account,
        -30,
        state="locked_out",
        detail="LibreLinkUp locked the account.",
        next_attempt_at=NOW + timedelta(minutes=5),
    )

    assert admin.api.get(address(account)).json() == {
        "next": None,
        "previous": None,
        "results": [
            {
                "time": "2026-03-15T11:30:00Z",
                "state": "locked_out",
                "detail": "LibreLinkUp locked the account.",
                "next_attempt_at": "2026-03-15T12:05:00Z",
                "user": None,
            },
            {
                "time": "2026-03-15T11:00:00Z",
                "state": "active",
                "detail": "",
                "next_attempt_at": None,
                "user": {"id": str(admin.user.id), "username": admin.user.username},
            },
        ],
    }


def test_what_a_person_changes_is_in_it(admin: Member, account: SourceAccount) -> None:
    for body in ({"state": "disabled"}, {"state": "active"}, {"password": "new-vendor"}):
        assert send(admin.api, "patch", address(account, ""), body).status_code == 200

    rows = admin.api.get(address(account)).json()["results"]

    assert [row["state"] for row in rows] == ["active", "active", "disabled"]
    assert {row["user"]["username"] for row in rows} == {admin.user.username}
    assert "new-vendor" not in str(rows)


def test_it_outlives_who_did_it(admin: Member, account: SourceAccount) -> None:
    gone = User.objects.create(username="gone")
    event(account, 0, user=gone)
    gone.delete()

    assert admin.api.get(address(account)).json()["results"][0]["user"] is None


def test_it_covers_every_event_once_there_and_back(admin: Member, account: SourceAccount) -> None:
    for minutes in range(5):
        event(account, minutes, detail=str(minutes))

    there = pages(admin.api, address(account), {"page_size": 2})
    second = admin.api.get(admin.api.get(address(account), {"page_size": 2}).json()["next"]).json()
    back = admin.api.get(second["previous"]).json()

    assert [[row["detail"] for row in page] for page in there] == [["4", "3"], ["2", "1"], ["0"]]
    assert [row["detail"] for row in back["results"]] == ["4", "3"]


def test_it_asks_the_database_as_often_for_many_as_for_one(
    admin: Member, account: SourceAccount, django_assert_max_num_queries: Any
) -> None:
    for minutes in range(8):
        event(account, minutes, user=admin.user)

    with django_assert_max_num_queries(4 + SAVEPOINT):
        assert len(admin.api.get(address(account)).json()["results"]) == 8


@pytest.mark.parametrize(("name", "value"), [("page_size", "0"), ("cursor", "x")])
def test_what_is_no_page_is_refused(admin: Member, account: SourceAccount, name: str, value: str) -> None:
    assert_parameter_refused(admin.api.get(address(account), {name: value}), name)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 200),
        ("assigned clinician", 200),
        ("unassigned clinician", 200),
        ("researcher", 404),
        ("service", 404),
        ("the patient", 404),
        ("clinician of another clinic", 404),
    ],
)
def test_the_staff_may(people: dict[str, Member], account: SourceAccount, who: str, status: int) -> None:
    assert_allowed(people[who].api.get(address(account)), status)


def test_it_wants_a_token(anonymous: APIClient, account: SourceAccount) -> None:
    assert_problem(anonymous.get(address(account)), 401, "not-authenticated")

"""`GET librelinkup/accounts/{id}/set-aside/`: what the vendor sent that could not become a reading."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from accounts.models import Clinic
from glucose.models import SourceAccount
from glucose.services.set_aside import set_aside
from glucose.sources.port import Unusable
from tests.api.asserting import NOW, V1, assert_allowed, assert_problem
from tests.conftest import Member


@pytest.fixture
def account(clinic: Clinic) -> SourceAccount:
    return SourceAccount.objects.create(clinic=clinic, email="a@example.org", password="x")


def address(account: SourceAccount) -> str:
    return f"{V1}librelinkup/accounts/{account.id}/set-aside/"


def test_a_content_is_told_once_with_how_often_it_came(admin: Member, account: SourceAccount) -> None:
    broken = Unusable("an item has no usable ValueInMgPerDl", {"ValueInMgPerDl": 0})
    set_aside(account, [broken, Unusable("a connection has no patientId")], NOW - timedelta(hours=2))
    set_aside(account, [broken], NOW - timedelta(hours=1))

    assert admin.api.get(address(account)).json() == {
        "results": [
            {
                "reason": "an item has no usable ValueInMgPerDl",
                "content": '{"ValueInMgPerDl":0}',
                "times": 2,
                "first_seen_at": "2026-03-15T10:00:00Z",
                "last_seen_at": "2026-03-15T11:00:00Z",
            },
            {
                "reason": "a connection has no patientId",
                "content": "null",
                "times": 1,
                "first_seen_at": "2026-03-15T10:00:00Z",
                "last_seen_at": "2026-03-15T10:00:00Z",
            },
        ]
    }


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 200),
        ("assigned clinician", 403),
        ("researcher", 404),
        ("service", 404),
        ("the patient", 404),
        ("admin of another clinic", 404),
    ],
)
def test_administrators_may(people: dict[str, Member], account: SourceAccount, who: str, status: int) -> None:
    assert_allowed(people[who].api.get(address(account)), status)


def test_it_wants_a_token(anonymous: APIClient, account: SourceAccount) -> None:
    assert_problem(anonymous.get(address(account)), 401, "not-authenticated")

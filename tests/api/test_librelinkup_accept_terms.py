"""`POST librelinkup/accounts/{id}/accept-terms/`: a person's own act; telling the vendor is the worker's."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Clinic
from glucose.models import SourceAccount
from tests.api.asserting import V1, assert_allowed, assert_problem
from tests.conftest import Member
from work.models import Task


@pytest.fixture
def waiting(clinic: Clinic) -> str:
    """An account whose terms of use wait for somebody."""
    account = SourceAccount.objects.create(
        clinic=clinic, email="a@example.org", password="x", state="terms_required", pending_step="tou"
    )
    return f"{V1}librelinkup/accounts/{account.id}/accept-terms/"


def test_it_is_told_to_the_vendor_in_the_name_of_who_accepts(
    admin: Member, waiting: str, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        response = admin.api.post(waiting)

    task = Task.objects.get()
    assert (response.status_code, response.json()) == (202, {"task": str(task.id)})
    assert (task.kind, task.actor, task.owner_id) == ("librelinkup_accept_terms", "accept_terms", admin.user.id)
    assert task.arguments == {"account_id": str(SourceAccount.objects.get().id), "user_id": str(admin.user.id)}
    assert len(callbacks) == 1


def test_the_account_waits_until_the_vendor_was_told(admin: Member, waiting: str) -> None:
    admin.api.post(waiting)

    assert SourceAccount.objects.get().state == "terms_required"


@pytest.mark.parametrize(
    ("state", "step", "words"),
    [
        ("active", "", "asks nobody"),
        ("bad_credentials", "", "asks nobody"),
        ("terms_required", "newConsent", "newConsent"),
    ],
)
def test_there_must_be_something_to_accept(admin: Member, waiting: str, state: str, step: str, words: str) -> None:
    SourceAccount.objects.update(state=state, pending_step=step)

    assert words in assert_problem(admin.api.post(waiting), 409, "conflict")["detail"]
    assert not Task.objects.exists()


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
def test_administrators_may(people: dict[str, Member], waiting: str, who: str, status: int) -> None:
    assert_allowed(people[who].api.post(waiting), status, done=202)
    assert Task.objects.count() == (status == 200)


def test_it_wants_a_token(anonymous: APIClient, waiting: str) -> None:
    assert_problem(anonymous.post(waiting), 401, "not-authenticated")

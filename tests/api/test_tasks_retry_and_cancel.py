"""`tasks/{id}/retry/` and `tasks/{id}/cancel/`."""

import pytest

from glucose.models import SourceAccount
from tests.api.asserting import V1, assert_not_found, assert_problem
from tests.conftest import Member
from work.models import Task


def make(owner: Member, **fields: object) -> Task:
    account = SourceAccount.objects.create(
        clinic_id=owner.user.membership.clinic_id, email="a@example.org", password="x"
    )
    given = {"kind": "librelinkup_sync", "actor": "sync_account", "queue": "default"}
    return Task.objects.create(owner=owner.user, arguments={"account_id": str(account.id)}, **given | fields)


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_what_failed_or_was_cancelled_is_retried(admin: Member, status: str) -> None:
    task = make(admin, status=status, error="No.", attempts=3, progress=0.5)

    response = admin.api.post(f"{V1}tasks/{task.id}/retry/")

    answer = response.json()
    assert response.status_code == 202
    assert (answer["status"], answer["error"], answer["attempts"], answer["progress"]) == ("pending", None, 3, 0)


@pytest.mark.parametrize("status", ["pending", "processing", "done"])
def test_nothing_else_is_retried(admin: Member, status: str) -> None:
    problem = admin.api.post(f"{V1}tasks/{make(admin, status=status).id}/retry/")

    assert_problem(problem, 409, "conflict")
    assert status in problem.json()["detail"]


def test_who_may_not_do_it_any_more_does_not_retry_it(admin: Member) -> None:
    task = make(admin, status="failed")
    admin.user.membership.role = "researcher"
    admin.user.membership.save()

    assert_problem(admin.api.post(f"{V1}tasks/{task.id}/retry/"), 403, "forbidden")


@pytest.mark.parametrize("status", ["done", "failed", "cancelled"])
def test_what_has_ended_is_not_cancelled(admin: Member, status: str) -> None:
    problem = admin.api.post(f"{V1}tasks/{make(admin, status=status).id}/cancel/")

    assert_problem(problem, 409, "conflict")
    assert status in problem.json()["detail"]


def test_a_colleagues_is_not_found(admin: Member, clinician: Member) -> None:
    task = make(admin, status="failed")

    assert_not_found(clinician.api.post(f"{V1}tasks/{task.id}/retry/"))
    assert_not_found(clinician.api.post(f"{V1}tasks/{task.id}/cancel/"))

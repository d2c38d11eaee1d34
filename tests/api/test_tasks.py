"""`GET tasks/` and `GET tasks/{id}/`."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from patients.models import Patient
from tests.api.asserting import (
    NOW,
    SAVEPOINT,
    V1,
    assert_not_found,
    assert_parameter_refused,
    assert_problem,
    pages,
)
from tests.conftest import Member
from work.models import Task

TASKS = V1 + "tasks/"


def make(owner: Member | None, kind: str = "librelinkup_sync", **fields: Any) -> Task:
    return Task.objects.create(
        owner=owner.user if owner else None, kind=kind, actor="sync_account", queue="default", **fields
    )


def test_one_says_where_it_stands(admin: Member) -> None:
    task = make(
        admin,
        status="failed",
        progress=0.5,
        attempts=2,
        error="The vendor did not answer.",
        created_at=NOW - timedelta(minutes=3),
        started_at=NOW - timedelta(minutes=2),
        finished_at=NOW - timedelta(minutes=1),
    )

    assert admin.api.get(f"{TASKS}{task.id}/").json() == {
        "id": str(task.id),
        "kind": "librelinkup_sync",
        "status": "failed",
        "progress": 0.5,
        "created_at": "2026-03-15T11:57:00Z",
        "started_at": "2026-03-15T11:58:00Z",
        "finished_at": "2026-03-15T11:59:00Z",
        "cancel_requested_at": None,
        "attempts": 2,
        "error": "The vendor did not answer.",
        "result": None,
    }


def test_a_new_one_has_null_for_what_is_not_yet(admin: Member) -> None:
    answer = admin.api.get(f"{TASKS}{make(admin).id}/").json()

    assert (answer["status"], answer["progress"], answer["attempts"]) == ("pending", 0, 0)
    assert {answer[name] for name in ("started_at", "finished_at", "cancel_requested_at", "error", "result")} == {None}


def test_one_of_nobody_is_not_found(admin: Member) -> None:
    assert_not_found(admin.api.get(f"{TASKS}{make(None).id}/"))


@pytest.mark.parametrize("task_id", ["01952f00-0000-7000-8000-000000000000", "1", "x", "%00"])
def test_an_unknown_one_is_not_found(admin: Member, task_id: str) -> None:
    assert_not_found(admin.api.get(f"{TASKS}{task_id}/"))


@pytest.mark.parametrize("size", [1, 2, 5, 7])
def test_the_list_covers_all_once_newest_first(admin: Member, size: int) -> None:
    made = [str(make(admin).id) for _ in range(5)]

    found = pages(admin.api, TASKS, {"page_size": size})

    assert [row["id"] for page in found for row in page] == made[::-1]


def test_the_list_is_not_shifted_by_tasks_that_come(admin: Member) -> None:
    made = [str(make(admin).id) for _ in range(4)]
    first = admin.api.get(TASKS, {"page_size": 2}).json()
    newest = str(make(admin).id)
    second = admin.api.get(first["next"]).json()

    assert [row["id"] for page in (first, second) for row in page["results"]] == made[::-1]
    back = admin.api.get(second["previous"]).json()
    assert back["results"] == first["results"]
    assert [row["id"] for row in admin.api.get(back["previous"]).json()["results"]] == [newest]


@pytest.mark.parametrize(
    ("name", "value"),
    [("page_size", "0"), ("page_size", "abc"), ("cursor", "abc"), ("cursor", "W3RydWVd")],
)
def test_the_list_refuses_what_is_no_page(admin: Member, name: str, value: str) -> None:
    assert_parameter_refused(admin.api.get(TASKS, {name: value}), name)


def test_the_list_refuses_the_cursor_of_the_patients(admin: Member, patient: Patient, make_patient: Any) -> None:
    make_patient(patient.clinic, name="Bia")
    link = admin.api.get(V1 + "patients/", {"page_size": 1}).json()["next"]

    response = admin.api.get(TASKS, {"cursor": link.split("cursor=")[1].split("&")[0]})

    assert_parameter_refused(response, "cursor")


def test_the_list_asks_the_database_twice(admin: Member, django_assert_max_num_queries: Any) -> None:
    for _ in range(10):
        make(admin)

    with django_assert_max_num_queries(2 + SAVEPOINT):
        assert len(admin.api.get(TASKS).json()["results"]) == 10


def test_both_want_a_token(anonymous: APIClient) -> None:
    task = make(None)

    for address in (TASKS, f"{TASKS}{task.id}/"):
        assert_problem(anonymous.get(address), 401, "not-authenticated")


def test_both_can_only_be_read(admin: Member) -> None:
    task = make(admin)

    for address in (TASKS, f"{TASKS}{task.id}/"):
        for method in (admin.api.post, admin.api.put, admin.api.patch, admin.api.delete):
            assert_problem(method(address), 405, "method-not-allowed")

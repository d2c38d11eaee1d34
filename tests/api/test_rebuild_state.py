"""`POST patients/{id}/rebuild-state/`: asking for it; what it does is in tests/integration/test_rebuild_state.py."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from patients.models import Patient
from tests.api.asserting import V1, assert_allowed, assert_field_refused, assert_problem, send
from tests.conftest import Member
from work.models import Task

WEEK = {"start": "2026-03-08T00:00:00-03:00", "end": "2026-03-15T00:00:00Z"}


def ask(api: APIClient, patient: Patient, body: Any) -> Any:
    return send(api, "post", f"{V1}patients/{patient.id}/rebuild-state/", body)


def window() -> tuple[str, str]:
    arguments = Task.objects.get().arguments
    return arguments["start"], arguments["end"]


def test_a_task_is_started_for_the_window(admin: Member, patient: Patient) -> None:
    response = ask(admin.api, patient, WEEK)

    task = Task.objects.get()
    assert (response.status_code, response.json()) == (202, {"task": str(task.id)})
    assert (task.kind, task.actor, task.owner_id) == ("rebuild_state", "rebuild_state", admin.user.id)
    assert task.arguments["patient_id"] == str(patient.id)
    assert window() == ("2026-03-08T03:00:00+00:00", "2026-03-15T00:00:00+00:00")


@pytest.mark.parametrize(
    ("body", "start", "end"),
    [
        ({}, "2026-03-01T12:00:00+00:00", "2026-03-15T12:00:00+00:00"),
        ({"start": "2026-03-14T12:00:00Z"}, "2026-03-14T12:00:00+00:00", "2026-03-15T12:00:00+00:00"),
        ({"end": "2026-02-15T00:00:00Z"}, "2026-02-01T00:00:00+00:00", "2026-02-15T00:00:00+00:00"),
    ],
)
def test_what_is_not_said_is_fourteen_days_up_to_now(
    admin: Member, patient: Patient, body: dict[str, str], start: str, end: str
) -> None:
    assert ask(admin.api, patient, body).status_code == 202
    assert window() == (start, end)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**WEEK, "start": "2026-03-08"}, "/start"),
        ({**WEEK, "start": "2026-03-08T00:00:00"}, "/start"),
        ({**WEEK, "start": None}, "/start"),
        ({**WEEK, "end": 5}, "/end"),
        ({**WEEK, "end": WEEK["start"]}, "/end"),
        ({"start": "2026-03-15T12:00:01Z"}, "/end"),
        ({**WEEK, "days": 14}, "/days"),
    ],
)
def test_what_is_no_window_is_refused(admin: Member, patient: Patient, body: dict[str, Any], pointer: str) -> None:
    assert_field_refused(ask(admin.api, patient, body), pointer)
    assert not Task.objects.exists()


def test_a_window_of_more_than_ten_years_is_refused(admin: Member, patient: Patient) -> None:
    document = assert_problem(ask(admin.api, patient, {"start": "2010-01-01T00:00:00Z"}), 422, "window-too-large")

    assert [error["pointer"] for error in document["errors"]] == ["/start"]
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 200),
        ("assigned clinician", 403),
        ("unassigned clinician", 404),
        ("researcher", 404),
        ("service", 403),
        ("the patient", 403),
        ("another patient", 404),
        ("admin of another clinic", 404),
    ],
)
def test_administrators_may(people: dict[str, Member], patient: Patient, who: str, status: int) -> None:
    assert_allowed(ask(people[who].api, patient, {}), status, done=202)
    assert Task.objects.count() == (status == 200)


def test_it_wants_a_token(anonymous: APIClient, patient: Patient) -> None:
    assert_problem(ask(anonymous, patient, {}), 401, "not-authenticated")

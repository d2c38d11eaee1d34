"""`GET patients/{id}/sensors/`."""

from datetime import timedelta
from typing import Any

from rest_framework.test import APIClient

from glucose.models import Sensor
from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_problem
from tests.conftest import Member


def ask(api: APIClient, patient: Patient) -> Any:
    return api.get(f"{V1}patients/{patient.id}/sensors/")


def test_one_says_when_it_was_worn(admin: Member, patient: Patient) -> None:
    sensor = Sensor.objects.create(
        patient=patient,
        serial="MH00A1",
        activated_at=NOW - timedelta(days=14),
        ended_at=NOW - timedelta(hours=1),
        first_seen_at=NOW - timedelta(days=13),
    )

    assert ask(admin.api, patient).json() == {
        "results": [
            {
                "id": str(sensor.id),
                "serial": "MH00A1",
                "activated_at": "2026-03-01T12:00:00Z",
                "ended_at": "2026-03-15T11:00:00Z",
                "first_seen_at": "2026-03-02T12:00:00Z",
            }
        ]
    }


def test_the_newest_is_first_whether_or_not_its_activation_is_known(admin: Member, patient: Patient) -> None:
    for serial, activated, seen in (("A", 20, 20), ("B", None, 10), ("C", 5, 5)):
        at = None if activated is None else NOW - timedelta(days=activated)
        Sensor.objects.create(patient=patient, serial=serial, activated_at=at, first_seen_at=NOW - timedelta(days=seen))

    rows = ask(admin.api, patient).json()["results"]

    assert [row["serial"] for row in rows] == ["C", "B", "A"]
    assert rows[1]["activated_at"] is None


def test_there_is_none_of_who_wears_none(admin: Member, patient: Patient) -> None:
    assert ask(admin.api, patient).json() == {"results": []}


def test_those_of_others_are_not_told(admin: Member, patient: Patient, foreign_patient: Patient) -> None:
    Sensor.objects.create(patient=foreign_patient, serial="X")

    assert ask(admin.api, patient).json() == {"results": []}
    assert_problem(ask(admin.api, foreign_patient), 404, "not-found")


def test_it_wants_a_token(anonymous: APIClient, patient: Patient) -> None:
    assert_problem(ask(anonymous, patient), 401, "not-authenticated")

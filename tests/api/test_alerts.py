"""`alerts/`, `alerts/{id}/`, and its `acknowledge/` and `snooze/`. Who may is in tests/security/matrix.py."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from rest_framework.test import APIClient

from accounts.models import Clinic, Webhook
from analytics.models import Alert
from analytics.services.alert_evaluation import evaluate_due
from patients.models import Patient
from tests.api.asserting import (
    NOW,
    V1,
    assert_field_refused,
    assert_not_found,
    assert_parameter_refused,
    assert_problem,
    pages,
)
from tests.conftest import Member, put
from work.models import OutboxEntry

ALERTS: Final = V1 + "alerts/"


def alarm(patient: Patient, *values: int) -> Alert:
    """Readings that somebody is told of."""
    put(patient, *values, start=NOW - timedelta(minutes=5 * (len(values) - 1)), now=NOW)
    evaluate_due(lambda: NOW, lasting=timedelta(seconds=1))
    return Alert.objects.filter(patient=patient).latest("id")


@pytest.fixture
def alert(patient: Patient) -> Alert:
    return alarm(patient, 100, 50)


class TestTheList:
    def test_tells_what_is_open_and_of_whom(self, clinician: Member, patient: Patient, alert: Alert) -> None:
        (found,) = clinician.api.get(ALERTS).json()["results"]

        assert found["id"] == str(alert.id)
        assert found["patient"] == {"id": str(patient.id), "name": patient.name}
        assert (found["kind"], found["state"], found["value"], found["unit"]) == ("urgent_low", "open", 50, "mg/dL")
        assert found["opened_at"] == found["told_at"] == found["started_at"] == "2026-03-15T12:00:00Z"
        assert found["escalate_at"] == "2026-03-15T12:15:00Z"
        assert (found["acknowledged_at"], found["closed_at"], found["ending"]) == (None, None, None)

    def test_tells_glucose_in_the_unit(self, clinician: Member, alert: Alert) -> None:
        (found,) = clinician.api.get(ALERTS, {"unit": "mmol/L"}).json()["results"]

        assert (found["value"], found["unit"]) == (2.774972, "mmol/L")

    @pytest.mark.parametrize(
        ("query", "count"),
        [({"state": "open"}, 1), ({"state": "closed"}, 1), ({"state": "all"}, 2), ({"kind": "low"}, 0)],
    )
    def test_is_of_a_state_and_a_kind(
        self, admin: Member, clinic: Clinic, make_patient: Callable[..., Patient], alert: Alert, query: Any, count: int
    ) -> None:
        alarm(make_patient(clinic), 50, 100)

        assert len(admin.api.get(ALERTS, query).json()["results"]) == count

    def test_is_of_one_patient(
        self, admin: Member, clinic: Clinic, make_patient: Callable[..., Patient], alert: Alert
    ) -> None:
        other = make_patient(clinic)
        alarm(other, 50)

        assert len(admin.api.get(ALERTS).json()["results"]) == 2
        (found,) = admin.api.get(ALERTS, {"patient": str(other.id)}).json()["results"]
        assert found["patient"]["id"] == str(other.id)

    def test_does_not_know_a_patient_of_another_clinic(self, admin: Member, foreign_patient: Patient) -> None:
        assert_not_found(admin.api.get(ALERTS, {"patient": str(foreign_patient.id)}))

    def test_goes_page_by_page_newest_first(
        self, admin: Member, clinic: Clinic, make_patient: Callable[..., Patient]
    ) -> None:
        made = [str(alarm(make_patient(clinic), 50).id) for _ in range(3)]

        found = pages(admin.api, ALERTS, {"page_size": 2})

        assert [[row["id"] for row in page] for page in found] == [[made[2], made[1]], [made[0]]]

    @pytest.mark.parametrize(("name", "value"), [("state", "new"), ("kind", "x"), ("unit", "x"), ("patient", "x")])
    def test_refuses_a_bad_parameter(self, admin: Member, name: str, value: str) -> None:
        assert_parameter_refused(admin.api.get(ALERTS, {name: value}), name)

    def test_does_not_hold_those_of_deleted_patients(self, admin: Member, patient: Patient, alert: Alert) -> None:
        Patient.objects.filter(id=patient.id).update(deleted_at=NOW)

        assert admin.api.get(ALERTS).json()["results"] == []
        assert_not_found(admin.api.get(f"{ALERTS}{alert.id}/"))


class TestOne:
    def test_is_told_with_its_history(self, clinician: Member, alert: Alert) -> None:
        clinician.api.post(f"{ALERTS}{alert.id}/snooze/", {"minutes": 30}, format="json")
        clinician.api.post(f"{ALERTS}{alert.id}/acknowledge/")

        events = clinician.api.get(f"{ALERTS}{alert.id}/", {"unit": "mmol/L"}).json()["events"]

        somebody = {"id": str(clinician.user.id), "name": clinician.user.name}
        assert [(event["what"], event["by"], event["value"], event["until"]) for event in events] == [
            ("opened", None, 2.774972, None),
            ("snoozed", somebody, None, "2026-03-15T12:30:00Z"),
            ("acknowledged", somebody, None, None),
        ]
        assert events[0]["reading_at"] == "2026-03-15T12:00:00Z"

    @pytest.mark.parametrize("alert_id", ["01952f00-0000-7000-8000-000000000000", "1"])
    def test_that_does_not_exist_is_not_found(self, admin: Member, alert_id: str) -> None:
        assert_not_found(admin.api.get(f"{ALERTS}{alert_id}/"))
        assert_not_found(admin.api.post(f"{ALERTS}{alert_id}/acknowledge/"))
        assert_not_found(admin.api.post(f"{ALERTS}{alert_id}/snooze/", {"minutes": 5}, format="json"))

    def test_wants_a_token(self, anonymous: APIClient, alert: Alert) -> None:
        assert_problem(anonymous.get(f"{ALERTS}{alert.id}/"), 401, "not-authenticated")


class TestAcknowledging:
    def test_says_who_looks_after_it_and_keeps_the_first(
        self, admin: Member, clinician: Member, alert: Alert, clock: Any
    ) -> None:
        clock.shift(timedelta(minutes=3))
        first = clinician.api.post(f"{ALERTS}{alert.id}/acknowledge/").json()
        clock.shift(timedelta(minutes=3))

        second = admin.api.post(f"{ALERTS}{alert.id}/acknowledge/").json()

        assert first["acknowledged_by"]["id"] == str(clinician.user.id)
        assert first["acknowledged_at"] == "2026-03-15T12:03:00Z"
        assert second == first

    def test_is_told_to_the_clinics_programs(self, clinician: Member, clinic: Clinic, alert: Alert) -> None:
        webhook = Webhook.objects.create(
            clinic=clinic, url="https://example.org/", events=["alert.acknowledged"], secret="x", created_at=NOW
        )

        assert clinician.api.post(f"{ALERTS}{alert.id}/acknowledge/").status_code == 200

        entry = OutboxEntry.objects.get(kind="webhook")
        assert entry.key == f"alert:{alert.id}:acknowledged:{webhook.id}"
        assert entry.payload["subject"] == {"alert": str(alert.id)}

    def test_is_for_who_treats_the_patient(self, owner: Member, alert: Alert) -> None:
        assert_problem(owner.api.post(f"{ALERTS}{alert.id}/acknowledge/"), 403, "forbidden")
        assert Alert.objects.get().acknowledged_at is None


class TestSnoozing:
    def test_counts_from_now_and_may_be_said_again(self, clinician: Member, alert: Alert, clock: Any) -> None:
        clinician.api.post(f"{ALERTS}{alert.id}/snooze/", {"minutes": 60}, format="json")
        clock.shift(timedelta(minutes=5))

        answer = clinician.api.post(f"{ALERTS}{alert.id}/snooze/", {"minutes": 10}, format="json").json()

        assert answer["snoozed_until"] == "2026-03-15T12:15:00Z"

    def test_is_refused_of_what_is_over(self, clinician: Member, patient: Patient) -> None:
        over = alarm(patient, 50, 100)

        response = clinician.api.post(f"{ALERTS}{over.id}/snooze/", {"minutes": 10}, format="json")

        assert_problem(response, 409, "conflict")

    @pytest.mark.parametrize("minutes", [0, 721, -1, "10", 1.5, None, True])
    def test_refuses_what_is_no_while(self, clinician: Member, alert: Alert, minutes: Any) -> None:
        response = clinician.api.post(f"{ALERTS}{alert.id}/snooze/", {"minutes": minutes}, format="json")

        assert_field_refused(response, "/minutes")
        assert Alert.objects.get().snoozed_until is None

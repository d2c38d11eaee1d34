"""`GET patients/{id}/gaps/`: the ledger, and the silence that lasts."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.models import Clinic
from glucose.models import Gap, Sensor, SourceAccount, VendorPatient
from glucose.services.gaps import open_ledgers
from patients.models import Patient
from tests.api.asserting import NOW, SAVEPOINT, V1, assert_parameter_refused, assert_problem
from tests.conftest import Member, put

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
START = NOW - 12 * HOUR


@pytest.fixture
def followed(patient: Patient) -> Patient:
    open_ledgers({patient.id: START})
    return patient


def ask(api: APIClient, patient: Patient, **query: Any) -> Any:
    return api.get(f"{V1}patients/{patient.id}/gaps/", query)


def steady(patient: Patient, start: datetime, end: datetime) -> None:
    """A reading every five minutes, both ends included."""
    put(patient, *[100] * ((end - start) // (5 * MINUTE) + 1), start=start, now=end)


def gap(patient: Patient, hours: int, **fields: Any) -> Gap:
    """A gap of half an hour, so many hours after the start."""
    start = START + hours * HOUR
    times = {"start": start, "end": start + HOUR / 2, "noticed_at": start + HOUR}
    return Gap.objects.create(patient=patient, **{"state": "open", "cause": "unknown", **times, **fields})


def starts(answer: dict[str, Any]) -> list[int]:
    """In hours since the start."""
    return [(datetime.fromisoformat(row["start"]) - START) // HOUR for row in answer["results"]]


class TestTheLedger:
    def test_tells_what_ingest_noticed(self, admin: Member, followed: Patient) -> None:
        steady(followed, START, START + HOUR)
        steady(followed, START + 2 * HOUR, NOW)

        answer = ask(admin.api, followed).json()

        row = Gap.objects.get()
        assert answer == {
            "next": None,
            "previous": None,
            "results": [
                {
                    "id": str(row.id),
                    "start": "2026-03-15T01:02:30Z",
                    "end": "2026-03-15T01:57:30Z",
                    "minutes": 55,
                    "state": "open",
                    "cause": "unknown",
                    "noticed_at": "2026-03-15T12:00:00Z",
                    "closed_at": None,
                    "tries": 0,
                    "next_try_at": "2026-03-15T02:17:30Z",
                }
            ],
            "ongoing": None,
        }

    def test_is_empty_of_who_is_not_followed(self, admin: Member, patient: Patient) -> None:
        assert ask(admin.api, patient).json() == {"next": None, "previous": None, "results": [], "ongoing": None}

    def test_has_only_the_state_that_is_asked_for(self, admin: Member, patient: Patient) -> None:
        for hours, state in enumerate(("open", "filled", "lost")):
            gap(patient, hours, state=state)

        for hours, state in enumerate(("open", "filled", "lost")):
            answer = ask(admin.api, patient, state=state).json()
            assert starts(answer) == [hours]
            assert answer["results"][0]["state"] == state
        assert starts(ask(admin.api, patient).json()) == [2, 1, 0]

    def test_is_read_page_by_page_there_and_back(self, admin: Member, patient: Patient) -> None:
        for hours in range(5):
            gap(patient, hours, state="lost")

        first = ask(admin.api, patient, page_size=2, state="lost").json()
        second = admin.api.get(first["next"]).json()
        third = admin.api.get(second["next"]).json()

        assert [starts(page) for page in (first, second, third)] == [[4, 3], [2, 1], [0]]
        assert (first["previous"], third["next"]) == (None, None)
        assert starts(admin.api.get(third["previous"]).json()) == [2, 1]

    def test_asks_the_database_as_often_for_many_as_for_one(
        self, admin: Member, followed: Patient, django_assert_max_num_queries: Any
    ) -> None:
        steady(followed, START, NOW)
        for hours in range(8):
            gap(followed, hours)

        with django_assert_max_num_queries(9 + SAVEPOINT):
            assert len(ask(admin.api, followed).json()["results"]) == 8


class TestASilenceThatLasts:
    def test_is_told_with_its_length(self, admin: Member, followed: Patient) -> None:
        steady(followed, START, NOW - HOUR)

        assert ask(admin.api, followed).json()["ongoing"] == {
            "start": "2026-03-15T11:02:30Z",
            "cause": "unknown",
            "minutes": 58,
        }

    def test_is_none_while_a_reading_may_be_on_its_way(self, admin: Member, followed: Patient) -> None:
        steady(followed, START, NOW - 20 * MINUTE)

        assert ask(admin.api, followed).json()["ongoing"] is None

    def test_is_none_of_who_wears_no_sensor_any_more(self, admin: Member, followed: Patient) -> None:
        Sensor.objects.create(
            patient=followed, serial="A", activated_at=START - timedelta(days=3), ended_at=NOW - 2 * HOUR
        )
        steady(followed, START, NOW - 3 * HOUR)

        assert ask(admin.api, followed).json()["ongoing"] is None

    def test_has_the_cause_that_the_account_gives(self, admin: Member, clinic: Clinic, followed: Patient) -> None:
        account = SourceAccount.objects.create(clinic=clinic, email="a@example.org", state="locked_out")
        VendorPatient.objects.create(account=account, vendor_id="v-1", patient=followed, state="linked")
        steady(followed, START, NOW - HOUR)

        assert ask(admin.api, followed).json()["ongoing"]["cause"] == "account"

    def test_becomes_a_gap_with_the_next_reading(
        self, admin: Member, followed: Patient, clock: time_machine.Traveller
    ) -> None:
        steady(followed, START, NOW - HOUR)
        put(followed, 100, start=NOW, now=NOW)

        answer = ask(admin.api, followed).json()

        assert answer["ongoing"] is None
        assert [(row["start"], row["state"]) for row in answer["results"]] == [("2026-03-15T11:02:30Z", "open")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "closed"),
        ("state", ""),
        ("page_size", "0"),
        ("cursor", "x"),
        ("cursor", "WyJyZWFkaW5ncyIsZmFsc2UsMV0"),
    ],
)
def test_what_is_no_question_is_refused(admin: Member, patient: Patient, name: str, value: str) -> None:
    assert_parameter_refused(ask(admin.api, patient, **{name: value}), name)


def test_it_wants_a_token(anonymous: APIClient, patient: Patient) -> None:
    assert_problem(ask(anonymous, patient), 401, "not-authenticated")

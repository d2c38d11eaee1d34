"""`GET patients/{id}/readings/latest/` and `GET readings/latest/`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Clinic
from patients.models import Patient
from tests.api.asserting import (
    NOW,
    SAVEPOINT,
    V1,
    assert_parameter_refused,
    assert_problem,
    pages,
)
from tests.conftest import Member, named, put

ALL = V1 + "readings/latest/"
MakePatient = Callable[..., Patient]


def address(patient: Patient | str) -> str:
    return f"{V1}patients/{getattr(patient, 'id', patient)}/readings/latest/"


class TestOfOnePatient:
    def test_answers_the_newest(self, admin: Member, patient: Patient) -> None:
        put(patient, 100, 110, start=NOW - timedelta(minutes=12), now=NOW)
        put(patient, 90, start=NOW - timedelta(days=30), now=NOW)

        answer = admin.api.get(address(patient)).json()

        assert (
            answer.items()
            >= {
                "patient": {"id": str(patient.id), "name": "Ana Souza"},
                "time": "2026-03-15T11:53:00Z",
                "value": 110,
                "unit": "mg/dL",
                "trend": None,
                "source": "upload",
                "age_seconds": 420,
                "stale": False,
            }.items()
        )

    def test_is_nothing_where_there_is_none(self, admin: Member, patient: Patient) -> None:
        response = admin.api.get(address(patient))

        assert (response.status_code, response.content) == (204, b"")

    @pytest.mark.parametrize(
        ("ago", "age", "stale"),
        [(-599, 0, False), (0, 0, False), (900, 900, False), (901, 901, True), (10**7, 10**7, True)],
    )
    def test_is_stale_after_a_quarter_of_an_hour(
        self, admin: Member, patient: Patient, ago: int, age: int, stale: bool
    ) -> None:
        put(patient, 100, start=NOW - timedelta(seconds=ago), now=NOW)

        answer = admin.api.get(address(patient)).json()

        assert (answer["age_seconds"], answer["stale"]) == (age, stale)

    def test_is_converted_to_mmol(self, admin: Member, patient: Patient) -> None:
        put(patient, 100, start=NOW - timedelta(minutes=5), now=NOW)

        answer = admin.api.get(address(patient), {"unit": "mmol/L"}).json()

        assert (answer["value"], answer["unit"]) == (round(100 / 18.0182, 6), "mmol/L")

    @pytest.mark.parametrize("unit", ["mg", "", "\x00", "MG/DL"])
    def test_refuses_an_unknown_unit_even_without_a_reading(self, admin: Member, patient: Patient, unit: str) -> None:
        assert_parameter_refused(admin.api.get(address(patient), {"unit": unit}), "unit")

    def test_wants_a_token(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(anonymous.get(address(patient)), 401, "not-authenticated")

    def test_can_only_be_read(self, admin: Member, patient: Patient) -> None:
        assert_problem(admin.api.post(address(patient)), 405, "method-not-allowed")


@pytest.fixture
def three(clinic: Clinic, clinician: Member, patient: Patient, make_patient: MakePatient) -> list[Patient]:
    """Ana (assigned, ten minutes ago), Bia (nobody's, newest), Caio (assigned, oldest), and one without readings."""
    bia = make_patient(clinic, name="Bia")
    caio = make_patient(clinic, clinician, name="Caio")
    make_patient(clinic, clinician, name="Nobody yet")
    for one, value, ago in ((patient, 100, 10), (bia, 110, 5), (caio, 120, 60)):
        put(one, value, start=NOW - timedelta(minutes=ago), now=NOW)
    return [patient, bia, caio]


class TestOfAll:
    def test_answers_the_newest_of_the_clinic(self, admin: Member, three: list[Patient]) -> None:
        answer = admin.api.get(ALL).json()

        assert (answer["patient"], answer["value"]) == ({"id": str(three[1].id), "name": "Bia"}, 110)

    def test_answers_the_newest_whom_the_caller_may_see(self, clinician: Member, three: list[Patient]) -> None:
        assert clinician.api.get(ALL).json()["patient"]["name"] == "Ana Souza"

    def test_has_one_for_each_patient_with_a_reading(self, admin: Member, three: list[Patient]) -> None:
        answer = admin.api.get(ALL, {"per_patient": "true", "unit": "mmol/L"}).json()

        found = {row["patient"]["name"]: row["value"] for row in answer["results"]}
        assert found == {
            "Ana Souza": round(100 / 18.0182, 6),
            "Bia": round(110 / 18.0182, 6),
            "Caio": round(120 / 18.0182, 6),
        }

    @pytest.mark.parametrize("size", [1, 2, 3])
    def test_has_each_patient_once_over_its_pages(self, admin: Member, three: list[Patient], size: int) -> None:
        found = pages(admin.api, ALL, {"per_patient": "true", "page_size": size})

        names = [row["patient"]["name"] for page in found for row in page]
        assert sorted(names) == ["Ana Souza", "Bia", "Caio"]

    def test_pages_back(self, admin: Member, three: list[Patient]) -> None:
        first = admin.api.get(ALL, {"per_patient": "true", "page_size": "2"}).json()
        second = admin.api.get(first["next"]).json()

        assert admin.api.get(second["previous"]).json() == first

    def test_has_only_those_whom_the_caller_may_see(self, clinician: Member, three: list[Patient]) -> None:
        answer = clinician.api.get(ALL, {"per_patient": "true"}).json()

        assert sorted(row["patient"]["name"] for row in answer["results"]) == ["Ana Souza", "Caio"]

    def test_forgets_a_patient_who_was_deleted(self, admin: Member, three: list[Patient]) -> None:
        (bia,) = named("Bia")
        Patient.objects.filter(id=bia.id).update(deleted_at=NOW)

        assert admin.api.get(ALL).json()["patient"]["name"] == "Ana Souza"

    def test_asks_the_database_as_often_for_many_as_for_one(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(10):
            put(make_patient(clinic, name=f"P{number}"), 100, start=NOW - timedelta(minutes=5), now=NOW)

        with django_assert_max_num_queries(3 + SAVEPOINT):
            assert len(admin.api.get(ALL, {"per_patient": "true"}).json()["results"]) == 10

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ({"per_patient": "TRUE"}, "per_patient"),
            ({"per_patient": "1"}, "per_patient"),
            ({"per_patient": ""}, "per_patient"),
            ({"unit": "x"}, "unit"),
            ({"per_patient": "true", "unit": "x"}, "unit"),
            ({"per_patient": "true", "page_size": "0"}, "page_size"),
            ({"per_patient": "true", "cursor": "x"}, "cursor"),
            ({"page_size": "null"}, "page_size"),
            ({"cursor": "x"}, "cursor"),
            ({"per_patient": "true", "cursor": "W2ZhbHNlLDE3NzM1NzYwMDBd"}, "cursor"),
        ],
    )
    def test_refuses_what_it_cannot_take(self, admin: Member, query: dict[str, str], name: str) -> None:
        assert_parameter_refused(admin.api.get(ALL, query), name)

    def test_wants_a_token(self, anonymous: APIClient) -> None:
        assert_problem(anonymous.get(ALL), 401, "not-authenticated")

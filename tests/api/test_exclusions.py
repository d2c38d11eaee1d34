"""`patients/{id}/exclusions/`, `…/{id}/`, `…/{id}/undo/`; of the aggregate: tests/integration/test_exclusions.py."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import Clinic
from glucose.models import Exclusion
from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_field_refused, assert_not_found, assert_problem, pages, send
from tests.conftest import Member, named, put

NIGHT = {"start": "2026-03-14T05:00:00-03:00", "end": "2026-03-14T09:00:00Z", "reason": "compression_low"}
# 08:00 to 09:00 UTC of the day before: within NIGHT.
START = NOW - timedelta(days=1, hours=4)


def address(patient: Patient) -> str:
    return f"{V1}patients/{patient.id}/exclusions/"


def exclude(api: APIClient, patient: Patient, **body: Any) -> Any:
    api.raise_request_exception = False
    given = {**NIGHT, **body}
    return send(api, "post", address(patient), {name: value for name, value in given.items() if value is not ...})


def undo(api: APIClient, patient: Patient, exclusion: str) -> Any:
    return api.post(f"{address(patient)}{exclusion}/undo/")


def mean(api: APIClient, patient: Patient) -> float | None:
    answer = api.get(f"{V1}patients/{patient.id}/statistics/").json()
    found: float | None = answer["mean"]
    return found


class TestExcluding:
    def test_answers_the_exclusion_with_its_readings(self, clinician: Member, patient: Patient) -> None:
        put(patient, *[50] * 24, start=START, now=NOW)

        response = exclude(clinician.api, patient, note="Slept on the arm.")

        assert response.status_code == 201
        answer = response.json()
        assert answer == {
            "id": answer["id"],
            "start": "2026-03-14T08:00:00Z",
            "end": "2026-03-14T09:00:00Z",
            "reason": "compression_low",
            "note": "Slept on the arm.",
            "readings": 12,
            "author": {"id": str(clinician.user.id), "name": clinician.user.name},
            "created_at": "2026-03-15T12:00:00Z",
            "undone_at": None,
            "undone_by": None,
        }
        assert clinician.api.get(f"{address(patient)}{answer['id']}/").json() == answer
        assert clinician.api.get(address(patient)).json()["results"] == [answer]

    def test_takes_the_readings_out_of_every_answer(self, admin: Member, patient: Patient) -> None:
        put(patient, *[50] * 12, *[100] * 12, start=START, now=NOW)
        one = f"{V1}patients/{patient.id}/"
        exclude(admin.api, patient)

        assert mean(admin.api, patient) == 100
        assert [day["readings"] for day in admin.api.get(f"{one}daily/").json()["results"]] == [12]
        assert {row["n"] for row in admin.api.get(f"{one}agp/?bin_minutes=60").json()["bins"]} == {0, 12}
        assert admin.api.get(f"{one}episodes/").json()["results"] == []
        columns = admin.api.get(f"{one}readings/?layout=columns").json()
        assert set(columns["value"]) == {100}
        rows = admin.api.get(f"{one}readings/").json()["results"]
        assert [row["excluded"] for row in rows] == [False] * 12 + [True] * 12

    def test_a_tag_from_before_does_not_hold(self, admin: Member, patient: Patient) -> None:
        put(patient, *[50] * 12, start=START, now=NOW)
        one = f"{V1}patients/{patient.id}/statistics/"
        tag = admin.api.get(one)["ETag"]

        exclude(admin.api, patient)

        assert admin.api.get(one, HTTP_IF_NONE_MATCH=tag).status_code == 200

    def test_takes_one_reading(self, admin: Member, patient: Patient) -> None:
        put(patient, 50, 100, start=START, now=NOW)

        answer = exclude(admin.api, patient, start=..., end=..., time="2026-03-14T05:00:00.9-03:00").json()

        assert (answer["start"], answer["end"]) == ("2026-03-14T08:00:00Z", "2026-03-14T08:00:01Z")
        assert answer["readings"] == 1
        assert mean(admin.api, patient) == 100

    def test_may_reach_ahead(self, admin: Member, patient: Patient, clock: Any) -> None:
        answer = exclude(admin.api, patient, start="2026-03-15T12:00:00Z", end="2026-03-15T13:00:00Z").json()
        assert answer["readings"] == 0
        clock.shift(timedelta(minutes=20))

        body = {"readings": [{"time": "2026-03-15T12:15:00Z", "value": 40}]}
        send(admin.api, "post", f"{V1}patients/{patient.id}/readings/", body)

        assert admin.api.get(f"{address(patient)}{answer['id']}/").json()["readings"] == 1
        assert mean(admin.api, patient) is None
        latest = admin.api.get(f"{V1}patients/{patient.id}/readings/latest/").json()
        assert (latest["value"], latest["excluded"]) == (40, True)

    def test_keeps_the_note_as_ciphertext(self, admin: Member, patient: Patient) -> None:
        exclude(admin.api, patient, note="Slept on the arm.")

        with connection.cursor() as cursor:
            cursor.execute("SELECT note FROM glucose_exclusion")
            (stored,) = cursor.fetchone()
        assert "arm" not in stored
        assert Exclusion.objects.get().note == "Slept on the arm."

    @pytest.mark.parametrize(
        ("changes", "pointers"),
        [
            ({"reason": ...}, ["/reason"]),
            ({"reason": "boredom"}, ["/reason"]),
            ({"reason": None}, ["/reason"]),
            ({"note": "x" * 1001}, ["/note"]),
            ({"note": "a\x00b"}, ["/note"]),
            ({"note": None}, ["/note"]),
            ({"note": 5}, ["/note"]),
            ({"start": ...}, ["/start"]),
            ({"end": ...}, ["/end"]),
            ({"start": ..., "end": ...}, ["/start", "/end"]),
            ({"time": "2026-03-14T08:00:00Z"}, ["/start", "/end"]),
            ({"time": "2026-03-14T08:00:00Z", "end": ...}, ["/start"]),
            ({"start": "2026-03-14T08:00:00"}, ["/start"]),
            ({"start": "2026-03-14"}, ["/start"]),
            ({"start": None}, ["/start"]),
            ({"end": 1_700_000_000}, ["/end"]),
            ({"end": "2026-03-14T08:00:00Z"}, ["/end"]),
            ({"end": "2026-03-14T07:00:00Z"}, ["/end"]),
            ({"end": "9999-12-31T23:59:59-12:00"}, ["/end"]),
            ({"start": ..., "end": ..., "time": "2026-03-14T08:00:00Z"}, ["/time"]),
            ({"start": ..., "end": ..., "time": "then"}, ["/time"]),
            ({"author": "01952f00-0000-7000-8000-000000000000"}, ["/author"]),
        ],
    )
    def test_refuses_a_bad_field_and_stores_nothing(
        self, admin: Member, patient: Patient, changes: dict[str, Any], pointers: list[str]
    ) -> None:
        assert_field_refused(exclude(admin.api, patient, **changes), *pointers)
        assert not Exclusion.objects.exists()

    def test_refuses_more_than_a_window(self, admin: Member, patient: Patient) -> None:
        document = assert_problem(exclude(admin.api, patient, start="2010-01-01T00:00:00Z"), 422, "window-too-large")

        assert [error["pointer"] for error in document["errors"]] == ["/start"]
        assert not Exclusion.objects.exists()

    def test_wants_a_token(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(exclude(anonymous, patient), 401, "not-authenticated")


class TestUndoing:
    @pytest.fixture
    def excluded(self, clinician: Member, patient: Patient) -> str:
        put(patient, *[50] * 12, *[100] * 12, start=START, now=NOW)
        return str(exclude(clinician.api, patient).json()["id"])

    def test_takes_the_readings_in_again_and_keeps_the_history(
        self, admin: Member, clinician: Member, patient: Patient, excluded: str, clock: Any
    ) -> None:
        clock.shift(timedelta(minutes=20))

        response = undo(admin.api, patient, excluded)

        assert response.status_code == 200
        answer = response.json()
        assert answer["author"]["id"] == str(clinician.user.id)
        assert answer["created_at"] == "2026-03-15T12:00:00Z"
        assert answer["undone_at"] == "2026-03-15T12:20:00Z"
        assert answer["undone_by"] == {"id": str(admin.user.id), "name": admin.user.name}
        assert answer["readings"] == 12
        assert mean(admin.api, patient) == 75
        assert admin.api.get(address(patient)).json()["results"] == [answer]

    def test_a_second_time_keeps_the_first(
        self, admin: Member, clinician: Member, patient: Patient, excluded: str, clock: Any
    ) -> None:
        first = undo(clinician.api, patient, excluded).json()
        clock.shift(timedelta(minutes=20))

        assert undo(admin.api, patient, excluded).json() == first

    def test_leaves_what_another_one_covers(self, admin: Member, patient: Patient, excluded: str) -> None:
        exclude(admin.api, patient, start="2026-03-14T08:30:00Z", reason="other")

        undo(admin.api, patient, excluded)

        assert mean(admin.api, patient) == round((6 * 50 + 12 * 100) / 18, 6)

    def test_does_not_find_the_exclusion_of_another_patient(
        self, people: dict[str, Member], patient: Patient, excluded: str
    ) -> None:
        (other,) = named("Bia Lima")

        assert_not_found(undo(people["admin"].api, other, excluded))
        assert_not_found(people["admin"].api.get(f"{address(other)}{excluded}/"))
        assert Exclusion.objects.get().undone_at is None

    @pytest.mark.parametrize("exclusion", ["01952f00-0000-7000-8000-000000000000", "1", "x"])
    def test_does_not_find_an_unknown_one(self, admin: Member, patient: Patient, exclusion: str) -> None:
        assert_not_found(undo(admin.api, patient, exclusion))
        assert_not_found(admin.api.get(f"{address(patient)}{exclusion}/"))

    def test_is_no_deletion(self, admin: Member, patient: Patient, excluded: str) -> None:
        for method in (admin.api.put, admin.api.patch, admin.api.delete):
            assert_problem(method(f"{address(patient)}{excluded}/"), 405, "method-not-allowed")
        assert_problem(admin.api.get(f"{address(patient)}{excluded}/undo/"), 405, "method-not-allowed")


class TestTheList:
    def test_goes_page_by_page_newest_first(self, admin: Member, patient: Patient) -> None:
        made = [exclude(admin.api, patient, end=f"2026-03-14T{hour}:00:00Z").json() for hour in (10, 11, 12)]

        found = pages(admin.api, address(patient), {"page_size": 2})

        assert found == [[made[2], made[1]], [made[0]]]

    def test_holds_nobody_elses(
        self, admin: Member, clinic: Clinic, patient: Patient, make_patient: Callable[..., Patient]
    ) -> None:
        other = make_patient(clinic)
        put(other, *[50] * 12, start=START, now=NOW)
        exclude(admin.api, patient)

        assert admin.api.get(address(other)).json()["results"] == []
        assert admin.api.get(address(patient)).json()["results"][0]["readings"] == 0

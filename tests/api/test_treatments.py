"""`patients/{id}/treatments/`, `…/{id}/`, `…/{id}/remove/`, `…/{id}/restore/`."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import Clinic
from glucose.models import Treatment, TreatmentRemoval
from glucose.provenance import Source
from glucose.services.treatments import store_treatments
from glucose.treatments import Treatment as Given
from glucose.treatments import TreatmentKind
from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_field_refused, assert_not_found, assert_problem, pages, send
from tests.conftest import Member, named

BOLUS = {"time": "2026-03-15T08:00:00.4-03:00", "kind": "rapid_insulin", "amount": 4.1}
MEAL = {"time": "2026-03-15T11:05:00Z", "kind": "carbohydrates", "amount": 60, "unit": "g", "note": "Rice and beans."}
BASAL = {"time": "2026-03-15T11:00:00Z", "kind": "basal", "amount": 0.0708, "duration_minutes": 5}


def address(patient: Patient) -> str:
    return f"{V1}patients/{patient.id}/treatments/"


def post(api: APIClient, patient: Patient, *treatments: Any, **more: Any) -> Any:
    api.raise_request_exception = False
    return send(api, "post", address(patient), {"treatments": list(treatments)} | more)


def listed(api: APIClient, patient: Patient, **query: Any) -> list[Any]:
    response = api.get(address(patient), query)
    assert response.status_code == 200, response.content
    results: list[Any] = response.json()["results"]
    return results


def receipt(received: int, stored: int, duplicates: int = 0, rejected: Any = ()) -> dict[str, Any]:
    return {"received": received, "stored": stored, "duplicates": duplicates, "rejected": list(rejected)}


class TestStoring:
    def test_answers_what_became_of_them(self, clinician: Member, patient: Patient) -> None:
        response = post(clinician.api, patient, BOLUS, MEAL, BASAL)

        assert response.status_code == 200
        assert response.json() == receipt(3, 3)
        meal, basal, bolus = listed(clinician.api, patient)
        assert (bolus["kind"], bolus["amount"], bolus["duration_minutes"]) == ("rapid_insulin", 4.1, None)
        assert (basal["kind"], basal["amount"], basal["duration_minutes"]) == ("basal", 0.0708, 5)
        assert bolus["time"] == basal["time"] == "2026-03-15T11:00:00Z"
        assert meal == {
            "id": meal["id"],
            "time": "2026-03-15T11:05:00Z",
            "utc_offset_minutes": -180,
            "kind": "carbohydrates",
            "amount": 60.0,
            "unit": "g",
            "duration_minutes": None,
            "source": "upload",
            "note": "Rice and beans.",
            "received_at": "2026-03-15T12:00:00Z",
            "removed": False,
            "removals": [],
        }
        assert clinician.api.get(f"{address(patient)}{meal['id']}/").json() == meal

    def test_the_same_one_again_adds_nothing(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, BOLUS, MEAL)

        again = post(admin.api, patient, {**BOLUS, "note": "again"}, BOLUS, MEAL, BASAL)

        assert again.json() == receipt(4, 1, 3)
        assert Treatment.objects.count() == 3

    @pytest.mark.parametrize(
        "other",
        [{"time": "2026-03-15T11:00:01Z"}, {"kind": "other_insulin"}, {"amount": 4.2}, {"source": "file"}],
    )
    def test_what_differs_in_time_kind_amount_or_source_is_another(
        self, admin: Member, patient: Patient, other: dict[str, Any]
    ) -> None:
        assert post(admin.api, patient, BOLUS, {**BOLUS, **other}).json() == receipt(2, 2)

    def test_what_differs_by_less_than_is_kept_is_the_same(self, admin: Member, patient: Patient) -> None:
        told = [{**BOLUS, "amount": amount} for amount in (0.1 + 0.2, 0.3, 0.30001)]

        assert post(admin.api, patient, *told).json() == receipt(3, 1, 2)
        assert Treatment.objects.get().amount == Decimal("0.3")

    def test_of_another_patient_is_another(
        self, admin: Member, clinic: Clinic, patient: Patient, make_patient: Callable[..., Patient]
    ) -> None:
        other = make_patient(clinic)

        assert [post(admin.api, one, BOLUS).json() for one in (patient, other)] == [receipt(1, 1)] * 2

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"time": ...}, "time is missing or is not a text"),
            ({"time": "2026-03-15T11:00:00"}, "time has no offset; write it with Z or like +02:00"),
            ({"time": "2026-03-15T12:10:01Z"}, "the time is more than 10 minutes ahead"),
            ({"time": "1998-12-31T00:00:00Z"}, "the time is before 1999"),
            (
                {"kind": "insulin"},
                "kind is not one of rapid_insulin, long_insulin, other_insulin, basal, carbohydrates",
            ),
            ({"kind": 5}, "kind is not one of rapid_insulin, long_insulin, other_insulin, basal, carbohydrates"),
            ({"amount": "4"}, "amount is missing or is not a number"),
            ({"amount": True}, "amount is missing or is not a number"),
            ({"amount": 0}, "the amount is not above 0 and up to 150 U"),
            ({"amount": 1e300}, "the amount is not above 0 and up to 150 U"),
            ({"unit": "g"}, "rapid_insulin is in U"),
            ({"unit": 5}, "rapid_insulin is in U"),
            ({"kind": "basal"}, "a basal is given over some minutes"),
            ({"kind": "basal", "duration_minutes": 1.5}, "duration_minutes is not a whole number"),
            ({"kind": "basal", "duration_minutes": 0}, "the minutes are not 1 to 1440"),
            ({"duration_minutes": 10**30}, "the minutes are not 1 to 1440"),
            ({"source": "librelinkup_graph"}, "source is not one of upload, file"),
            ({"note": None}, "note is not a text of up to 1000 characters"),
            ({"note": "x" * 1001}, "note is not a text of up to 1000 characters"),
        ],
    )
    def test_rejects_a_bad_one_and_stores_the_rest(
        self, admin: Member, patient: Patient, changes: dict[str, Any], reason: str
    ) -> None:
        bad = {name: value for name, value in {**BOLUS, **changes}.items() if value is not ...}

        answer = post(admin.api, patient, MEAL, bad, BASAL).json()

        assert answer == receipt(3, 2, 0, [{"index": 1, "reason": reason}])
        assert set(Treatment.objects.values_list("kind", flat=True)) == {"carbohydrates", "basal"}

    def test_rejects_what_is_no_object(self, admin: Member, patient: Patient) -> None:
        answer = post(admin.api, patient, 5, {**MEAL, "source": "file"}, BOLUS, {**BOLUS, "amount": -1}).json()

        assert (answer["stored"], [one["index"] for one in answer["rejected"]]) == (2, [0, 3])

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ([], ""),
            ({}, "/treatments"),
            ({"treatments": {}}, "/treatments"),
            ({"treatments": [], "readings": []}, "/readings"),
            ({"treatments": [{**BOLUS, "dose": 1}]}, "/treatments/0/dose"),
            ({"treatments": [BOLUS] * 10_001}, "/treatments"),
        ],
    )
    def test_refuses_a_bad_body_and_stores_nothing(
        self, admin: Member, patient: Patient, body: Any, pointer: str
    ) -> None:
        assert_field_refused(send(admin.api, "post", address(patient), body), pointer)
        assert not Treatment.objects.exists()

    def test_keeps_the_note_as_ciphertext(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, MEAL)

        with connection.cursor() as cursor:
            cursor.execute("SELECT note FROM glucose_treatment")
            (stored,) = cursor.fetchone()
        assert "beans" not in stored

    def test_tells_where_the_patient_was(self, admin: Member, patient: Patient) -> None:
        patient.time_zones.create(timezone="Asia/Kolkata", since=NOW - timedelta(minutes=30))

        post(admin.api, patient, BOLUS, {**BOLUS, "time": "2026-03-15T11:40:00Z"})

        assert [row["utc_offset_minutes"] for row in listed(admin.api, patient)] == [330, -180]

    def test_is_done_once_for_a_key(self, admin: Member, patient: Patient) -> None:
        first, second = (
            admin.api.post(address(patient), {"treatments": [BOLUS]}, format="json", headers={"idempotency-key": "1"})
            for _ in range(2)
        )

        assert first.json() == second.json() == receipt(1, 1)
        assert second["Idempotency-Replayed"] == "true"

    def test_a_deleted_patient_gets_none(self, patient: Patient) -> None:
        patient.deleted_at = NOW
        patient.save()
        given = [Given(NOW, 0, TreatmentKind.RAPID_INSULIN, Decimal(1), "U")] * 2

        found = store_treatments(patient.id, given, source=Source.FILE, received_at=NOW)

        assert (found.stored, found.rejected) == (0, [(0, "there is no such patient"), (1, "there is no such patient")])


class TestTheList:
    def test_goes_page_by_page_newest_first_both_ways(self, admin: Member, patient: Patient) -> None:
        # Several at one instant, across the pages' edges.
        told = [{**BOLUS, "amount": n, "time": f"2026-03-15T11:{n // 3:02}:00Z"} for n in range(1, 8)]
        post(admin.api, patient, *told)
        whole = listed(admin.api, patient)

        found = pages(admin.api, address(patient), {"page_size": 3})

        assert [len(page) for page in found] == [3, 3, 1]
        assert [row for page in found for row in page] == whole
        assert [row["time"] for row in whole] == sorted((row["time"] for row in whole), reverse=True)
        second = admin.api.get(admin.api.get(address(patient), {"page_size": 3}).json()["next"]).json()
        assert admin.api.get(second["previous"]).json()["results"] == whole[:3]

    def test_holds_what_lies_in_the_window(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, *({**BOLUS, "time": f"2026-03-{day}T11:00:00Z"} for day in ("01", 10, 15)))

        window = {"start": "2026-03-01T11:00:01Z", "end": "2026-03-15T11:00:00Z"}

        assert [row["time"] for row in listed(admin.api, patient, **window)] == ["2026-03-10T11:00:00Z"]
        assert len(listed(admin.api, patient, days=7)) == 2
        assert len(listed(admin.api, patient)) == 3

    def test_holds_those_of_a_kind(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, BOLUS, MEAL, BASAL)

        assert [row["kind"] for row in listed(admin.api, patient, kind="basal")] == ["basal"]

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ({"kind": "insulin"}, "kind"),
            ({"kind": ""}, "kind"),
            ({"removed": "yes"}, "removed"),
            ({"cursor": "x"}, "cursor"),
            ({"start": "x"}, "start"),
            ({"page_size": 0}, "page_size"),
        ],
    )
    def test_refuses_a_bad_parameter(self, admin: Member, patient: Patient, query: Any, name: str) -> None:
        document = assert_problem(admin.api.get(address(patient), query), 422, "invalid-input")

        assert [error["parameter"] for error in document["errors"]] == [name]

    def test_holds_nobody_elses(
        self, admin: Member, clinic: Clinic, patient: Patient, make_patient: Callable[..., Patient]
    ) -> None:
        post(admin.api, patient, BOLUS)

        assert listed(admin.api, make_patient(clinic)) == []


class TestTakingBack:
    @pytest.fixture
    def bolus(self, admin: Member, patient: Patient) -> str:
        post(admin.api, patient, BOLUS, MEAL)
        return str(Treatment.objects.get(kind="rapid_insulin").id)

    def remove(self, api: APIClient, patient: Patient, treatment: str, **body: Any) -> Any:
        return send(api, "post", f"{address(patient)}{treatment}/remove/", body)

    def restore(self, api: APIClient, patient: Patient, treatment: str) -> Any:
        return api.post(f"{address(patient)}{treatment}/restore/")

    def test_leaves_a_trace_of_who_and_why(
        self, admin: Member, clinician: Member, patient: Patient, bolus: str
    ) -> None:
        response = self.remove(clinician.api, patient, bolus, reason="Written down twice.")

        assert response.status_code == 200
        answer = response.json()
        assert answer["removed"] is True
        assert answer["removals"] == [
            {
                "removed_at": "2026-03-15T12:00:00Z",
                "removed_by": {"id": str(clinician.user.id), "name": clinician.user.name},
                "reason": "Written down twice.",
                "restored_at": None,
                "restored_by": None,
            }
        ]
        assert [row["kind"] for row in listed(admin.api, patient)] == ["carbohydrates"]
        assert answer in listed(admin.api, patient, removed="true")
        assert admin.api.get(f"{address(patient)}{bolus}/").json() == answer

    def test_holds_when_it_is_stored_again(self, admin: Member, patient: Patient, bolus: str) -> None:
        self.remove(admin.api, patient, bolus)

        assert post(admin.api, patient, BOLUS).json() == receipt(1, 0, 1)
        assert [row["kind"] for row in listed(admin.api, patient)] == ["carbohydrates"]

    def test_a_second_time_keeps_the_first(
        self, admin: Member, clinician: Member, patient: Patient, bolus: str, clock: Any
    ) -> None:
        first = self.remove(clinician.api, patient, bolus).json()
        clock.shift(timedelta(minutes=5))

        assert self.remove(admin.api, patient, bolus, reason="Mine.").json() == first

    def test_is_undone_with_a_trace(
        self, admin: Member, clinician: Member, patient: Patient, bolus: str, clock: Any
    ) -> None:
        self.remove(clinician.api, patient, bolus)
        clock.shift(timedelta(minutes=5))

        answer = self.restore(admin.api, patient, bolus).json()

        assert answer["removed"] is False
        assert answer["removals"][0]["restored_at"] == "2026-03-15T12:05:00Z"
        assert answer["removals"][0]["restored_by"]["id"] == str(admin.user.id)
        assert answer in listed(admin.api, patient)
        assert self.restore(clinician.api, patient, bolus).json() == answer
        again = self.remove(clinician.api, patient, bolus).json()
        assert [one["restored_at"] for one in again["removals"]] == ["2026-03-15T12:05:00Z", None]

    def test_keeps_the_reason_as_ciphertext(self, admin: Member, patient: Patient, bolus: str) -> None:
        self.remove(admin.api, patient, bolus, reason="Written down twice.")

        with connection.cursor() as cursor:
            cursor.execute("SELECT reason FROM glucose_treatmentremoval")
            (stored,) = cursor.fetchone()
        assert "twice" not in stored

    @pytest.mark.parametrize("body", [{"reason": 5}, {"reason": "x" * 1001}, {"reason": None}])
    def test_refuses_a_bad_reason(self, admin: Member, patient: Patient, bolus: str, body: Any) -> None:
        assert_field_refused(self.remove(admin.api, patient, bolus, **body), "/reason")
        assert not TreatmentRemoval.objects.exists()

    def test_does_not_find_the_treatment_of_another_patient(
        self, people: dict[str, Member], patient: Patient, bolus: str
    ) -> None:
        (other,) = named("Bia Lima")

        for ask in (self.remove, self.restore):
            assert_not_found(ask(people["admin"].api, other, bolus))
        assert_not_found(people["admin"].api.get(f"{address(other)}{bolus}/"))
        assert not TreatmentRemoval.objects.exists()

    @pytest.mark.parametrize("treatment", ["01952f00-0000-7000-8000-000000000000", "1"])
    def test_does_not_find_an_unknown_one(self, admin: Member, patient: Patient, treatment: str) -> None:
        assert_not_found(self.remove(admin.api, patient, treatment))
        assert_not_found(self.restore(admin.api, patient, treatment))

    def test_is_no_deletion(self, admin: Member, patient: Patient, bolus: str) -> None:
        for method in (admin.api.put, admin.api.patch, admin.api.delete):
            assert_problem(method(f"{address(patient)}{bolus}/"), 405, "method-not-allowed")

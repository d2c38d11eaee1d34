"""`GET`, `PATCH` and `DELETE patients/{id}/`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Clinic
from accounts.roles import Role
from glucose.models import Reading
from patients.models import Patient
from tests.api.asserting import (
    JSON,
    NOW,
    V1,
    assert_field_refused,
    assert_not_found,
    assert_problem,
    send,
)
from tests.conftest import Member, put


def address(patient: Patient | str) -> str:
    return f"{V1}patients/{getattr(patient, 'id', patient)}/"


def change(api: APIClient, patient: Patient | str, **body: Any) -> Any:
    api.raise_request_exception = False
    return send(api, "patch", address(patient), body)


class TestReading:
    def test_answers_the_patient_with_who_cares_and_the_newest_reading(
        self, admin: Member, clinician: Member, patient: Patient
    ) -> None:
        put(patient, 90, 100, start=NOW - timedelta(minutes=20), now=NOW)

        answer = admin.api.get(address(patient)).json()

        assert answer["clinicians"] == [str(clinician.user.id)]
        assert (
            answer["latest"].items()
            >= {
                "patient": {"id": str(patient.id), "name": "Ana Souza"},
                "time": "2026-03-15T11:45:00Z",
                "value": 100,
                "unit": "mg/dL",
                "age_seconds": 900,
                "stale": False,
            }.items()
        )

    def test_says_the_same_of_an_unknown_patient_and_of_one_of_another_clinic(
        self, admin: Member, foreign_patient: Patient
    ) -> None:
        def told(patient_id: str) -> dict[str, Any]:
            answer: dict[str, Any] = admin.api.get(address(patient_id)).json()
            return {name: answer[name] for name in ("type", "title", "detail", "status")}

        assert told(str(foreign_patient.id)) == told("01952f00-0000-7000-8000-000000000000")

    @pytest.mark.parametrize(
        "name", ["1", "ana", "0" * 32, "01952f00-0000-7000-8000-00000000000g", "%00", "..", "' OR 1=1", "🙂", "%ff"]
    )
    def test_does_not_find_what_is_no_id(self, admin: Member, name: str) -> None:
        assert_not_found(admin.api.get(address(name)))

    def test_wants_a_token(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(anonymous.get(address(patient)), 401, "not-authenticated")

    def test_does_not_take_other_methods(self, admin: Member, patient: Patient) -> None:
        for method in (admin.api.put, admin.api.post):
            assert_problem(method(address(patient), "{}", content_type=JSON), 405, "method-not-allowed")


class TestChanging:
    def test_changes_what_is_given_and_nothing_else(self, admin: Member, patient: Patient, clock: Any) -> None:
        before = admin.api.get(address(patient)).json()
        clock.shift(timedelta(minutes=1))

        response = change(admin.api, patient, name="Ana Maria", target_set="older_high_risk")

        changed = {"name": "Ana Maria", "target_set": "older_high_risk", "updated_at": "2026-03-15T12:01:00Z"}
        assert response.status_code == 200
        assert response.json() == before | changed
        assert admin.api.get(address(patient)).json() == before | changed

    def test_changes_nothing_where_nothing_is_given(self, admin: Member, patient: Patient) -> None:
        assert change(admin.api, patient).json()["name"] == "Ana Souza"

    def test_takes_null_for_what_is_not_known(self, admin: Member, patient: Patient) -> None:
        change(admin.api, patient, external_ref="x", birth_date="1980-01-01")

        answer = change(admin.api, patient, external_ref=None, birth_date=None).json()

        assert (answer["external_ref"], answer["birth_date"]) == (None, None)

    def test_a_new_zone_holds_for_later_readings_only(self, admin: Member, patient: Patient, clock: Any) -> None:
        readings = address(patient) + "readings/"
        change(admin.api, patient, timezone="Asia/Kathmandu")
        clock.shift(timedelta(minutes=20))
        times = ["2026-03-15T11:00:00Z", "2026-03-15T12:10:00Z"]
        send(admin.api, "post", readings, {"readings": [{"time": time, "value": 100} for time in times]})

        offsets = [row["utc_offset_minutes"] for row in admin.api.get(readings).json()["results"]]

        assert offsets == [345, -180]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", None),
            ("name", ""),
            ("name", "a\x00b"),
            ("timezone", "Mars/Olympus"),
            ("timezone", ""),
            ("timezone", None),
            ("birth_date", "2026-03-16"),
            ("unit", "mmol"),
            ("target_set", ""),
            ("status", "gone"),
            ("clinicians", None),
            ("deleted_at", None),
            ("clinic", None),
            ("nmae", "x"),
        ],
    )
    def test_refuses_a_bad_field_and_keeps_the_others_too(
        self, admin: Member, patient: Patient, field: str, value: Any
    ) -> None:
        assert_field_refused(change(admin.api, patient, **{"sex": "male", field: value}), f"/{field}")

        patient.refresh_from_db()
        assert patient.sex == "unknown"

    @pytest.mark.parametrize("body", ["[]", "5", "null", '"x"'])
    def test_wants_an_object(self, admin: Member, patient: Patient, body: str) -> None:
        response = admin.api.patch(address(patient), body, content_type=JSON)

        assert_problem(response, 422, "invalid-input")

    @pytest.mark.parametrize("body", ["{", '{"name": Infinity}'], ids=["cut", "Infinity"])
    def test_wants_json(self, admin: Member, patient: Patient, body: str) -> None:
        admin.api.raise_request_exception = False

        assert_problem(admin.api.patch(address(patient), body, content_type=JSON), 422, "malformed-body")

    def test_does_not_read_a_merge_patch_of_another_media_type(self, admin: Member, patient: Patient) -> None:
        response = admin.api.patch(address(patient), "name=x", content_type="application/x-www-form-urlencoded")

        assert_problem(response, 415, "unsupported-media-type")

    def test_cannot_take_the_external_ref_of_another(
        self, clinic: Clinic, admin: Member, patient: Patient, make_patient: Callable[..., Patient]
    ) -> None:
        make_patient(clinic, external_ref="x-1")

        assert_problem(change(admin.api, patient, external_ref="x-1", name="Changed"), 409, "conflict")
        patient.refresh_from_db()
        assert (patient.external_ref, patient.name) == (None, "Ana Souza")

    def test_may_keep_its_own_external_ref(self, admin: Member, patient: Patient) -> None:
        change(admin.api, patient, external_ref="x-1")

        assert change(admin.api, patient, external_ref="x-1").status_code == 200

    def test_lets_an_administrator_say_who_cares(
        self, clinic: Clinic, people: dict[str, Member], patient: Patient
    ) -> None:
        newcomer, former = people["unassigned clinician"], people["assigned clinician"]

        answer = change(people["admin"].api, patient, clinicians=[str(newcomer.user.id)] * 2).json()

        assert answer["clinicians"] == [str(newcomer.user.id)]
        assert newcomer.api.get(address(patient)).status_code == 200
        assert_not_found(former.api.get(address(patient)))

    def test_does_not_let_a_clinician_say_who_cares(self, clinician: Member, patient: Patient) -> None:
        assert_problem(change(clinician.api, patient, clinicians=[], name="Changed"), 403, "forbidden")
        patient.refresh_from_db()
        assert patient.name == "Ana Souza"

    @pytest.mark.parametrize("who", ["admin of another clinic", "researcher", "service", "another patient"])
    def test_refuses_care_by_who_is_no_clinician_here(
        self, people: dict[str, Member], patient: Patient, clinician: Member, who: str
    ) -> None:
        response = change(people["admin"].api, patient, clinicians=[str(people[who].user.id)])

        assert_problem(response, 422, "invalid-input")
        assert list(patient.clinicians.all()) == [clinician.user]

    def test_cannot_give_a_user_a_second_record(self, people: dict[str, Member], patient: Patient) -> None:
        taken = people["another patient"].user

        assert_problem(change(people["admin"].api, patient, user=str(taken.id)), 409, "conflict")

    def test_wants_a_token(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(change(anonymous, patient, name="x"), 401, "not-authenticated")


class TestDeleting:
    def test_takes_the_patient_out_of_every_answer(self, admin: Member, patient: Patient) -> None:
        put(patient, 100, start=NOW - timedelta(hours=1), now=NOW)

        response = admin.api.delete(address(patient))

        assert (response.status_code, response.content) == (204, b"")
        for path in ("", "readings/", "readings/latest/", "statistics/", "daily/", "consents/"):
            assert_not_found(admin.api.get(address(patient) + path))
        assert admin.api.get(V1 + "patients/").json()["results"] == []
        assert admin.api.get(V1 + "readings/latest/").status_code == 204
        assert admin.api.get(V1 + "readings/latest/", {"per_patient": "true"}).json()["results"] == []

    def test_erases_nothing(self, admin: Member, patient: Patient) -> None:
        put(patient, 100, start=NOW - timedelta(hours=1), now=NOW)

        admin.api.delete(address(patient))

        assert Patient.objects.get(id=patient.id).deleted_at == NOW
        assert Reading.objects.filter(patient_id=patient.id).count() == 1

    def test_does_not_find_the_patient_twice(self, admin: Member, patient: Patient) -> None:
        admin.api.delete(address(patient))

        assert_not_found(admin.api.delete(address(patient)))

    def test_wants_a_token(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(anonymous.delete(address(patient)), 401, "not-authenticated")


def test_a_role_that_was_taken_away_counts_at_once(clinician: Member, patient: Patient) -> None:
    clinician.user.membership.role = Role.RESEARCHER
    clinician.user.membership.save()

    assert_not_found(clinician.api.get(address(patient)))

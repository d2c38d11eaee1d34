"""`librelinkup/accounts/{id}/people/`: everybody of an account, what stops their sync, and the end of a link."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Clinic
from glucose.models import SourceAccount, VendorPatient
from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_allowed, assert_not_found, assert_problem, send
from tests.conftest import Member, put


@pytest.fixture
def account(clinic: Clinic) -> SourceAccount:
    return SourceAccount.objects.create(clinic=clinic, email="a@example.org", password="x")


@pytest.fixture
def one(account: SourceAccount) -> str:
    return f"{V1}librelinkup/accounts/{account.id}/"


@pytest.fixture
def linked(account: SourceAccount, patient: Patient) -> VendorPatient:
    return VendorPatient.objects.create(
        account=account,
        vendor_id="v-1",
        first_name="Ana",
        last_name="Souza",
        patient=patient,
        state="linked",
        newest_at=NOW - timedelta(minutes=3),
        first_seen_at=NOW - timedelta(days=9),
        last_seen_at=NOW,
    )


def people(member: Member, one: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = member.api.get(one + "people/").json()["results"]
    return rows


class TestPeople:
    def test_are_told_with_their_patient(self, admin: Member, one: str, linked: VendorPatient) -> None:
        assert people(admin, one) == [
            {
                "vendor_id": "v-1",
                "first_name": "Ana",
                "last_name": "Souza",
                "state": "linked",
                "problem": None,
                "problem_detail": None,
                "problem_since": None,
                "patient": str(linked.patient_id),
                "newest_at": "2026-03-15T11:57:00Z",
                "first_seen_at": "2026-03-06T12:00:00Z",
                "last_seen_at": "2026-03-15T12:00:00Z",
            }
        ]

    @pytest.mark.parametrize(
        ("problem", "words"),
        [
            ("vanished", "The account follows them no more."),
            ("twice", "The account shows two people with the same id."),
            ("elsewhere", "Another account of the clinic is linked to the same person."),
        ],
    )
    def test_are_told_with_what_stops_their_sync(
        self, admin: Member, one: str, linked: VendorPatient, problem: str, words: str
    ) -> None:
        VendorPatient.objects.update(problem=problem, problem_since=NOW)

        (row,) = people(admin, one)

        told = (row["problem"], row["problem_detail"], row["problem_since"])
        assert told == (problem, words, "2026-03-15T12:00:00Z")

    def test_are_everybody_whatever_their_state(
        self, admin: Member, one: str, account: SourceAccount, linked: VendorPatient
    ) -> None:
        for vendor_id, state in (("v-2", "unlinked"), ("v-3", "ignored")):
            VendorPatient.objects.create(account=account, vendor_id=vendor_id, state=state, problem="twice")

        assert [(row["vendor_id"], row["state"]) for row in people(admin, one)] == [
            ("v-1", "linked"),
            ("v-2", "unlinked"),
            ("v-3", "ignored"),
        ]
        (waiting,) = admin.api.get(one + "unlinked/").json()["results"]
        assert (waiting["vendor_id"], waiting["problem"]) == ("v-2", "twice")

    @pytest.mark.parametrize(
        ("who", "status"), [("admin", 200), ("assigned clinician", 403), ("the patient", 404), ("service", 404)]
    )
    def test_are_told_to_administrators(self, people: dict[str, Member], one: str, who: str, status: int) -> None:
        assert_allowed(people[who].api.get(one + "people/"), status)


class TestUnlinking:
    def test_ends_the_link_and_keeps_the_readings(
        self, admin: Member, one: str, patient: Patient, linked: VendorPatient
    ) -> None:
        put(patient, 100, start=NOW - timedelta(minutes=5), now=NOW)

        response = admin.api.post(one + "people/v-1/unlink/")

        answer = response.json()
        assert (response.status_code, answer["state"], answer["patient"]) == (200, "unlinked", None)
        assert answer["newest_at"] is None
        assert admin.api.get(one).json()["patients"] == []
        assert admin.api.get(f"{V1}patients/{patient.id}/readings/latest/").json()["value"] == 100

    def test_lets_the_patient_be_linked_to_somebody_else(
        self, admin: Member, one: str, account: SourceAccount, patient: Patient, linked: VendorPatient
    ) -> None:
        VendorPatient.objects.create(account=account, vendor_id="v-2")
        admin.api.post(one + "people/v-1/unlink/")

        response = send(admin.api, "post", one + "unlinked/v-2/link/", {"patient": str(patient.id)})

        assert (response.status_code, response.json()["patient"]) == (201, str(patient.id))

    def test_needs_a_link(self, admin: Member, one: str, linked: VendorPatient) -> None:
        admin.api.post(one + "people/v-1/unlink/")

        assert_problem(admin.api.post(one + "people/v-1/unlink/"), 409, "conflict")

    @pytest.mark.parametrize("vendor_id", ["nobody", "%00", "%ff", "' OR 1=1"])
    def test_needs_a_person(self, admin: Member, one: str, linked: VendorPatient, vendor_id: str) -> None:
        admin.api.raise_request_exception = False

        assert_not_found(admin.api.post(f"{one}people/{vendor_id}/unlink/"))

    @pytest.mark.parametrize(
        ("who", "status"), [("admin", 200), ("assigned clinician", 403), ("admin of another clinic", 404)]
    )
    def test_is_for_administrators(
        self, people: dict[str, Member], one: str, linked: VendorPatient, who: str, status: int
    ) -> None:
        assert_allowed(people[who].api.post(one + "people/v-1/unlink/"), status)
        assert VendorPatient.objects.filter(patient=None).exists() == (status == 200)

    def test_wants_a_token(self, anonymous: APIClient, one: str, linked: VendorPatient) -> None:
        assert_problem(anonymous.post(one + "people/v-1/unlink/"), 401, "not-authenticated")


class TestLinking:
    @pytest.mark.parametrize(("problem", "word"), [("twice", "two people"), ("elsewhere", "linked already")])
    def test_is_refused_where_nobody_can_say_whose_readings_come(
        self, admin: Member, one: str, account: SourceAccount, patient: Patient, problem: str, word: str
    ) -> None:
        VendorPatient.objects.create(account=account, vendor_id="v-1", problem=problem)

        for body in ({"patient": str(patient.id)}, {"create": True}):
            document = assert_problem(send(admin.api, "post", one + "unlinked/v-1/link/", body), 409, "conflict")
            assert word in document["detail"]
        assert Patient.objects.count() == 1

    def test_moves_the_link_of_who_vanished_from_another_account(
        self, admin: Member, clinic: Clinic, patient: Patient, linked: VendorPatient
    ) -> None:
        VendorPatient.objects.update(problem="vanished")
        other = SourceAccount.objects.create(clinic=clinic, email="b@example.org", password="x")
        VendorPatient.objects.create(account=other, vendor_id="v-1")
        address = f"{V1}librelinkup/accounts/{other.id}/unlinked/v-1/link/"

        assert send(admin.api, "post", address, {"patient": str(patient.id)}).status_code == 201

        linked.refresh_from_db()
        assert (linked.patient_id, linked.state) == (None, "unlinked")

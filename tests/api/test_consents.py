"""`patients/{id}/consents/` and `…/{id}/withdraw/`."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from patients.models import Consent, Patient
from tests.api.asserting import (
    V1,
    assert_field_refused,
    assert_not_found,
    assert_problem,
    send,
)
from tests.conftest import Member, named


def address(patient: Patient | str) -> str:
    return f"{V1}patients/{getattr(patient, 'id', patient)}/consents/"


def record(api: APIClient, patient: Patient | str, **body: Any) -> Any:
    api.raise_request_exception = False
    given = {"purpose": "research", "version": "2", **body}
    return send(api, "post", address(patient), {name: value for name, value in given.items() if value is not ...})


def withdraw(api: APIClient, patient: Patient | str, consent: str) -> Any:
    return api.post(f"{address(patient)}{consent}/withdraw/")


class TestRecording:
    def test_answers_the_consent_granted_now(self, admin: Member, patient: Patient) -> None:
        response = record(admin.api, patient)

        assert response.status_code == 201
        answer = response.json()
        assert answer == {
            "id": answer["id"],
            "purpose": "research",
            "version": "2",
            "granted_at": "2026-03-15T12:00:00Z",
            "withdrawn_at": None,
        }
        assert admin.api.get(address(patient)).json() == {"results": [answer]}

    def test_takes_the_time_of_a_paper_in_any_offset(self, admin: Member, patient: Patient) -> None:
        answer = record(admin.api, patient, granted_at="2026-02-01T09:30:00-03:00").json()

        assert answer["granted_at"] == "2026-02-01T12:30:00Z"

    def test_ends_the_one_before(self, admin: Member, patient: Patient) -> None:
        record(admin.api, patient, version="1", granted_at="2026-01-01T00:00:00Z")
        record(admin.api, patient, version="2", granted_at="2026-02-01T00:00:00Z")

        rows = admin.api.get(address(patient)).json()["results"]

        assert [(row["version"], row["withdrawn_at"]) for row in rows] == [("2", None), ("1", "2026-02-01T00:00:00Z")]

    def test_of_an_earlier_paper_never_ends_a_consent_before_it_began(self, admin: Member, patient: Patient) -> None:
        record(admin.api, patient, version="2", granted_at="2026-02-01T00:00:00Z")
        record(admin.api, patient, version="1", granted_at="2026-01-01T00:00:00Z")

        for consent in Consent.objects.all():
            assert consent.withdrawn_at is None or consent.withdrawn_at >= consent.granted_at

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("purpose", ...),
            ("purpose", "advertising"),
            ("purpose", None),
            ("version", ...),
            ("version", ""),
            ("version", "a\x00b"),
            ("version", "x" * 101),
            ("granted_at", "2026-03-01T00:00:00"),
            ("granted_at", "2026-03-01"),
            ("granted_at", "2026-03-15T12:00:01Z"),
            ("granted_at", "9999-12-31T23:59:59-12:00"),
            ("granted_at", "0001-01-01T00:00:00+12:00"),
            ("granted_at", "now"),
            ("granted_at", 1_700_000_000),
            ("granted_at", None),
            ("granted_at", ["2026-03-01T00:00:00Z"]),
            ("granted_at", "\ud800"),
            ("withdrawn_at", None),
            ("granted", True),
            ("version", 2.5),
        ],
    )
    def test_refuses_a_bad_field_and_stores_nothing(
        self, admin: Member, patient: Patient, field: str, value: Any
    ) -> None:
        assert_field_refused(record(admin.api, patient, **{field: value}), f"/{field}")
        assert not Consent.objects.exists()

    def test_wants_a_token(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(record(anonymous, patient), 401, "not-authenticated")


class TestTheList:
    def test_wants_a_token(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(anonymous.get(address(patient)), 401, "not-authenticated")

    def test_is_not_changed_by_other_methods(self, admin: Member, patient: Patient) -> None:
        for method in (admin.api.put, admin.api.patch, admin.api.delete):
            assert_problem(method(address(patient)), 405, "method-not-allowed")


class TestWithdrawing:
    @pytest.fixture
    def consent(self, admin: Member, patient: Patient) -> str:
        return str(record(admin.api, patient, granted_at="2026-01-01T00:00:00Z").json()["id"])

    def test_ends_the_consent_now(self, admin: Member, patient: Patient, consent: str) -> None:
        response = withdraw(admin.api, patient, consent)

        assert response.status_code == 200
        assert response.json()["withdrawn_at"] == "2026-03-15T12:00:00Z"

    def test_a_second_time_keeps_the_first(self, admin: Member, patient: Patient, consent: str, clock: Any) -> None:
        withdraw(admin.api, patient, consent)
        clock.shift(timedelta(minutes=20))

        assert withdraw(admin.api, patient, consent).json()["withdrawn_at"] == "2026-03-15T12:00:00Z"

    def test_lets_the_patient_consent_again(self, admin: Member, patient: Patient, consent: str) -> None:
        withdraw(admin.api, patient, consent)

        assert record(admin.api, patient).status_code == 201

    def test_does_not_find_the_consent_of_another_patient(
        self, people: dict[str, Member], consent: str, patient: Patient
    ) -> None:
        (other,) = named("Bia Lima")

        assert_not_found(withdraw(people["admin"].api, other, consent))
        assert Consent.objects.get().withdrawn_at is None

    @pytest.mark.parametrize("consent", ["01952f00-0000-7000-8000-000000000000", "1", "x"])
    def test_does_not_find_an_unknown_consent(self, admin: Member, patient: Patient, consent: str) -> None:
        assert_not_found(withdraw(admin.api, patient, consent))

    def test_is_no_page_to_read(self, admin: Member, patient: Patient, consent: str) -> None:
        response = admin.api.get(f"{address(patient)}{consent}/withdraw/")

        assert_problem(response, 405, "method-not-allowed")

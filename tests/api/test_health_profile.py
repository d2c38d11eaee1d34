"""`GET` and `PUT patients/{id}/health-profile/`."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from patients.models import HealthProfile, Patient
from tests.api.asserting import (
    V1,
    assert_field_refused,
    assert_problem,
    send,
)
from tests.conftest import Member

WHOLE = {
    "insulin_sensitivity_mg_dl_per_unit": 45.5,
    "carb_ratio_g_per_unit": 12.0,
    "target_low_mg_dl": 80,
    "target_high_mg_dl": 140,
}
NONE = dict.fromkeys(WHOLE)


def address(patient: Patient | str) -> str:
    return f"{V1}patients/{getattr(patient, 'id', patient)}/health-profile/"


def replace(api: APIClient, patient: Patient | str, body: Any, **headers: str) -> Any:
    api.raise_request_exception = False
    return api.put(address(patient), body, format="json", headers=headers)


class TestReading:
    def test_knows_nothing_where_nobody_wrote_one(self, admin: Member, patient: Patient) -> None:
        answer = admin.api.get(address(patient)).json()

        assert answer == {"patient": str(patient.id), **NONE, "updated_at": None}
        assert not HealthProfile.objects.exists()

    def test_wants_a_token(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(anonymous.get(address(patient)), 401, "not-authenticated")

    def test_answers_304_until_it_is_replaced(self, admin: Member, patient: Patient, clock: Any) -> None:
        tag = admin.api.get(address(patient))["ETag"]

        assert admin.api.get(address(patient), headers={"If-None-Match": tag}).status_code == 304

        clock.shift(timedelta(seconds=1))
        replace(admin.api, patient, WHOLE)
        assert admin.api.get(address(patient), headers={"If-None-Match": tag}).status_code == 200


class TestReplacing:
    def test_is_answered_as_it_is_read(self, admin: Member, patient: Patient) -> None:
        response = replace(admin.api, patient, WHOLE)

        assert response.status_code == 200
        assert response.json() == {"patient": str(patient.id), **WHOLE, "updated_at": "2026-03-15T12:00:00Z"}
        assert admin.api.get(address(patient)).json() == response.json()
        assert admin.api.get(address(patient))["ETag"] == response["ETag"]

    @pytest.mark.parametrize("body", [{}, NONE])
    def test_forgets_what_is_not_given(self, admin: Member, patient: Patient, body: dict[str, Any]) -> None:
        replace(admin.api, patient, WHOLE)

        assert replace(admin.api, patient, body).json().items() >= NONE.items()

    def test_wants_a_token(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(replace(anonymous, patient, WHOLE), 401, "not-authenticated")

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("insulin_sensitivity_mg_dl_per_unit", (0, 0.99, 400.01, -1, 1e308, "45", True, [])),
            ("carb_ratio_g_per_unit", (0, 0.99, 150.01, -12, "12", False, {})),
            ("target_low_mg_dl", (53, 251, 80.5, 80.0, "80", True)),
            ("target_high_mg_dl", (53, 251, 140.5, "140")),
            ("misspelt", (1,)),
        ],
    )
    def test_refuses_what_is_impossible(
        self, admin: Member, patient: Patient, field: str, values: tuple[Any, ...]
    ) -> None:
        for value in values:
            assert_field_refused(replace(admin.api, patient, {**WHOLE, field: value}), f"/{field}")
        assert not HealthProfile.objects.exists()

    @pytest.mark.parametrize("value", [float("nan"), float("inf")])
    def test_refuses_what_is_no_number_of_json(self, admin: Member, patient: Patient, value: float) -> None:
        admin.api.raise_request_exception = False
        body = {"carb_ratio_g_per_unit": value}

        assert send(admin.api, "put", address(patient), body).status_code == 422
        assert not HealthProfile.objects.exists()

    @pytest.mark.parametrize(
        "edges",
        [
            {"insulin_sensitivity_mg_dl_per_unit": 1, "carb_ratio_g_per_unit": 1},
            {"insulin_sensitivity_mg_dl_per_unit": 400, "carb_ratio_g_per_unit": 150},
            {"target_low_mg_dl": 54, "target_high_mg_dl": 55},
            {"target_low_mg_dl": 249, "target_high_mg_dl": 250},
        ],
    )
    def test_takes_the_edges(self, admin: Member, patient: Patient, edges: dict[str, int]) -> None:
        assert replace(admin.api, patient, edges).json().items() >= edges.items()

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"target_low_mg_dl": 100, "target_high_mg_dl": 100}, "target_low_mg_dl"),
            ({"target_low_mg_dl": 141, "target_high_mg_dl": 140}, "target_low_mg_dl"),
            ({"target_low_mg_dl": 80}, "target_high_mg_dl"),
            ({"target_high_mg_dl": 140, "target_low_mg_dl": None}, "target_low_mg_dl"),
        ],
    )
    def test_wants_both_targets_the_low_one_below_the_high_one(
        self, admin: Member, patient: Patient, given: dict[str, Any], field: str
    ) -> None:
        assert_field_refused(replace(admin.api, patient, given), f"/{field}")

    def test_is_refused_where_somebody_else_replaced_it(self, admin: Member, patient: Patient) -> None:
        tag = admin.api.get(address(patient))["ETag"]
        replace(admin.api, patient, WHOLE, **{"If-Match": tag})

        response = replace(admin.api, patient, {}, **{"If-Match": tag})

        assert_problem(response, 412, "precondition-failed")
        assert admin.api.get(address(patient)).json().items() >= WHOLE.items()

    def test_changes_no_other_answer(self, admin: Member, patient: Patient) -> None:
        before = patient.data_version

        replace(admin.api, patient, WHOLE)

        patient.refresh_from_db()
        assert patient.data_version == before

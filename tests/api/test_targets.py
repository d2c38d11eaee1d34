"""`GET` and `POST patients/{id}/targets/`, and the answers that are by them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Clinic
from accounts.roles import Role
from analytics.metrics.targets import PREGNANCY_T1, T1_T2
from analytics.selectors.targets import targets_for
from patients.models import Patient, PatientTargets
from patients.target_history import Chosen, set_targets
from tests.api.asserting import NOW, V1, assert_field_refused, assert_parameter_refused, assert_problem, send
from tests.conftest import Member, put

OWN = {"low_mg_dl": 80, "high_mg_dl": 160}
GOALS = {"target": 70, "below": 4, "very_low": 1, "above": 25, "very_high": 5, "cv_percent": 36}


def address(patient: Patient | str, of: str = "targets") -> str:
    return f"{V1}patients/{getattr(patient, 'id', patient)}/{of}/"


def choose(api: APIClient, patient: Patient | str, body: Any) -> Any:
    api.raise_request_exception = False
    return send(api, "post", address(patient), body)


def history(api: APIClient, patient: Patient | str) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = api.get(address(patient)).json()["results"]
    return results


class TestTheHistory:
    def test_of_who_has_none_is_what_stands_without_a_beginning(self, admin: Member, patient: Patient) -> None:
        (entry,) = history(admin.api, patient)

        assert entry == {
            "target_set": "t1_t2",
            "low_mg_dl": 70,
            "high_mg_dl": 180,
            "goals": GOALS,
            "since": None,
            "set_by": None,
            "reason": None,
            "current": True,
        }
        assert not PatientTargets.objects.exists()

    def test_tells_a_goal_that_a_set_does_not_have_as_null(self, admin: Member, patient: Patient) -> None:
        goals = choose(admin.api, patient, {"target_set": "older_high_risk"}).json()["goals"]

        assert goals == {**GOALS, "target": 50, "below": 1, "very_low": None, "above": None, "very_high": 10}

    def test_begins_with_what_a_new_patient_was_added_with(self, admin: Member) -> None:
        body = {"name": "Eva", "timezone": "UTC", "target_set": "pregnancy_t1"}
        patient = send(admin.api, "post", f"{V1}patients/", body).json()

        (entry,) = history(admin.api, patient["id"])

        assert (entry["target_set"], entry["since"]) == ("pregnancy_t1", patient["created_at"])
        assert entry["set_by"] == {"id": str(admin.user.id), "name": admin.user.name}

    def test_tells_who_set_what_when_and_why_newest_first(self, admin: Member, patient: Patient, clock: Any) -> None:
        choose(admin.api, patient, {**OWN, "reason": "lows at night"})
        clock.shift(timedelta(minutes=10))
        admin.api.patch(f"{V1}patients/{patient.id}/", {"target_set": "older_high_risk"}, format="json")

        newest, middle, oldest = history(admin.api, patient)

        assert [one["target_set"] for one in (newest, middle, oldest)] == ["older_high_risk", "custom", "t1_t2"]
        assert [one["current"] for one in (newest, middle, oldest)] == [True, False, False]
        assert [one["since"] for one in (newest, middle, oldest)] == [
            "2026-03-15T12:10:00Z",
            "2026-03-15T12:00:00Z",
            None,
        ]
        assert [one["reason"] for one in (newest, middle, oldest)] == [None, "lows at night", None]
        assert middle["set_by"] == newest["set_by"] == {"id": str(admin.user.id), "name": admin.user.name}

    def test_has_no_entry_of_a_change_that_is_none(self, admin: Member, patient: Patient) -> None:
        admin.api.patch(f"{V1}patients/{patient.id}/", {"target_set": "t1_t2", "name": "Ana"}, format="json")

        assert not PatientTargets.objects.exists()

    def test_stays_in_its_order_where_a_clock_goes_back(self, admin: Member, patient: Patient) -> None:
        choose(admin.api, patient, {"target_set": "pregnancy_t1"})
        set_targets(admin.caller, patient.id, Chosen("older_high_risk"), reason=None, now=NOW - timedelta(hours=1))

        sets = [one["target_set"] for one in history(admin.api, patient)]
        assert sets == ["older_high_risk", "pregnancy_t1", "t1_t2"]
        assert Patient.objects.get(id=patient.id).target_set == "older_high_risk"

    def test_is_read_by_the_patient(self, owner: Member, patient: Patient) -> None:
        assert len(history(owner.api, patient)) == 1

    def test_wants_a_token(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(anonymous.get(address(patient)), 401, "not-authenticated")


class TestSetting:
    def test_is_answered_as_it_is_read(self, admin: Member, patient: Patient) -> None:
        response = choose(admin.api, patient, OWN)

        assert response.status_code == 201
        assert response.json() == history(admin.api, patient)[0]
        assert response.json().items() >= {**OWN, "goals": GOALS, "target_set": "custom"}.items()
        assert admin.api.get(f"{V1}patients/{patient.id}/").json()["target_set"] == "custom"

    def test_takes_limits_of_goals(self, admin: Member, patient: Patient) -> None:
        goals = choose(admin.api, patient, {**OWN, "goals": {"target": 55.5, "cv_percent": 33}}).json()["goals"]

        assert goals == {**GOALS, "target": 55.5, "cv_percent": 33}

    @pytest.mark.parametrize("edges", [(54, 55), (249, 250), (54, 250)])
    def test_takes_the_edges(self, admin: Member, patient: Patient, edges: tuple[int, int]) -> None:
        put(patient, 53, 54, 55, 249, 250, 251, start=NOW - timedelta(days=1), now=NOW)
        choose(admin.api, patient, dict(zip(OWN, edges, strict=True)))

        bands = admin.api.get(address(patient, "statistics")).json()["time_in_range"]

        disjoint = ("very_low", "low", "target", "high", "very_high")
        assert sum(bands[name]["readings"] for name in disjoint) == 6
        assert bands["target"]["readings"] == sum(edges[0] <= value <= edges[1] for value in (54, 55, 249, 250))

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({}, "/low_mg_dl"),
            ({"target_set": "custom"}, "/low_mg_dl"),
            ({"low_mg_dl": 80}, "/high_mg_dl"),
            ({"low_mg_dl": 160, "high_mg_dl": 160}, "/low_mg_dl"),
            ({"low_mg_dl": 53, "high_mg_dl": 160}, "/low_mg_dl"),
            ({"low_mg_dl": 80, "high_mg_dl": 251}, "/high_mg_dl"),
            ({"low_mg_dl": 80.5, "high_mg_dl": 160}, "/low_mg_dl"),
            ({"low_mg_dl": "80", "high_mg_dl": 160}, "/low_mg_dl"),
            ({**OWN, "target_set": "t1_t2"}, "/low_mg_dl"),
            ({"target_set": "t1_t2", "goals": {}}, "/goals"),
            ({"target_set": "T1"}, "/target_set"),
            ({**OWN, "goals": {"target": 100}}, "/goals/target"),
            ({**OWN, "goals": {"below": 0}}, "/goals/below"),
            ({**OWN, "goals": {"above": 101}}, "/goals/above"),
            ({**OWN, "goals": {"above": True}}, "/goals/above"),
            ({**OWN, "goals": {"tight_target": 50}}, "/goals/tight_target"),
            ({**OWN, "since": "2026-03-01T00:00:00Z"}, "/since"),
            ({**OWN, "reason": "x" * 501}, "/reason"),
        ],
    )
    def test_refuses_what_is_impossible(self, admin: Member, patient: Patient, body: Any, pointer: str) -> None:
        assert_field_refused(choose(admin.api, patient, body), pointer)
        assert not PatientTargets.objects.exists()

    def test_by_the_name_of_a_patients_own_is_refused_elsewhere(self, admin: Member, patient: Patient) -> None:
        response = send(admin.api, "patch", f"{V1}patients/{patient.id}/", {"target_set": "custom"})

        assert_field_refused(response, "/target_set")
        assert "POST patients/{id}/targets/" in response.json()["errors"][0]["detail"]

    def test_is_not_for_a_service(self, clinic: Clinic, patient: Patient, member: Callable[..., Member]) -> None:
        assert_problem(choose(member(clinic, Role.SERVICE).api, patient, OWN), 403, "forbidden")

    def test_is_not_for_the_patient(self, owner: Member, patient: Patient) -> None:
        assert_problem(choose(owner.api, patient, OWN), 403, "forbidden")

    def test_wants_a_token(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(choose(anonymous, patient, OWN), 401, "not-authenticated")


class TestAnswers:
    @pytest.mark.parametrize("of", ["statistics", "daily", "agp"])
    def test_are_by_the_patients_own_targets(self, admin: Member, patient: Patient, of: str) -> None:
        tag = admin.api.get(address(patient, of))["ETag"]
        choose(admin.api, patient, OWN)

        response = admin.api.get(address(patient, of), headers={"If-None-Match": tag})
        asked = admin.api.get(address(patient, of), {"ranges": "custom"})

        assert response.status_code == 200
        assert response.json() == asked.json()
        assert response.json()["ranges"] == "custom"
        assert response.json()["target" if of == "agp" else "targets"] == {"low": 80, "high": 160}

    @pytest.mark.parametrize("of", ["statistics", "daily", "agp"])
    def test_are_by_a_set_where_it_is_asked_for(self, admin: Member, patient: Patient, of: str) -> None:
        choose(admin.api, patient, OWN)

        answer = admin.api.get(address(patient, of), {"ranges": "pregnancy_t1", "unit": "mmol/L"}).json()

        expected = {"low": round(63 / 18.0182, 6), "high": round(140 / 18.0182, 6)}
        assert (answer["ranges"], answer["target" if of == "agp" else "targets"]) == ("pregnancy_t1", expected)

    @pytest.mark.parametrize("of", ["statistics", "daily", "agp"])
    def test_say_what_to_do_where_there_are_none_of_their_own(self, admin: Member, patient: Patient, of: str) -> None:
        response = admin.api.get(address(patient, of), {"ranges": "custom"}, headers={"If-None-Match": "*"})

        assert_parameter_refused(response, "ranges")
        assert "POST patients/{id}/targets/" in response.json()["detail"]

    def test_have_the_bands_and_goals_of_the_edges(self, admin: Member, patient: Patient) -> None:
        put(patient, 79, 80, 160, 161, start=datetime(2026, 3, 14, 12, tzinfo=UTC), now=NOW)
        choose(admin.api, patient, {**OWN, "goals": {"target": 49}})

        whole = admin.api.get(address(patient, "statistics")).json()
        (day,) = admin.api.get(address(patient, "daily")).json()["results"]

        bands = {name: share["readings"] for name, share in whole["time_in_range"].items()}
        assert bands == {
            "very_low": 0,
            "low": 1,
            "target": 2,
            "tight_target": 2,
            "high": 1,
            "very_high": 0,
            "below": 1,
            "above": 1,
        }
        assert day["time_in_range"] == whole["time_in_range"]
        goals = {one["measure"]: (one["limit"], one["met"]) for one in whole["goals"]["results"]}
        assert goals["target"] == (49, True)
        assert goals["below"] == (4, False)


class TestTheTargetsThatStood:
    def test_are_those_of_the_time(self, admin: Member, patient: Patient) -> None:
        set_targets(admin.caller, patient.id, Chosen("pregnancy_t1"), reason=None, now=NOW)
        patient.refresh_from_db()

        def then(seconds: int) -> str:
            return targets_for(patient, None, NOW + timedelta(seconds=seconds)).ranges

        assert [then(-1), then(0), then(1)] == ["t1_t2", "pregnancy_t1", "pregnancy_t1"]
        assert targets_for(patient, "t1_t2", NOW) is T1_T2
        assert targets_for(patient, None) is PREGNANCY_T1

    def test_before_a_patient_was_added_are_the_first(self, admin: Member, patient: Patient) -> None:
        PatientTargets.objects.create(patient=patient, target_set="pregnancy_t1", since=NOW)

        assert targets_for(patient, None, NOW - timedelta(days=1)) is PREGNANCY_T1

"""`GET patients/{id}/statistics/`; expected numbers come from numpy, statistics, or by hand."""

import math
import statistics
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from rest_framework.test import APIClient

from patients.models import Patient
from tests.api.asserting import (
    NOW,
    V1,
    assert_parameter_refused,
    assert_problem,
)
from tests.conftest import Member, put

EDGES = (53, 54, 62, 63, 69, 70, 140, 141, 180, 181, 250, 251)
SOME = (48, 61, 75, 88, 101, 117, 132, 149, 166, 181, 204, 237, 268, 311)


def ask(api: APIClient, patient: Patient | str, **query: Any) -> Any:
    api.raise_request_exception = False
    return api.get(f"{V1}patients/{getattr(patient, 'id', patient)}/statistics/", query)


def answer_of(api: APIClient, patient: Patient, **query: Any) -> dict[str, Any]:
    response = ask(api, patient, **query)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def numbers(answer: Any) -> list[Any]:
    """Every leaf of the answer."""
    if isinstance(answer, dict):
        return [leaf for inner in answer.values() for leaf in numbers(inner)]
    return [answer]


@pytest.fixture
def some(patient: Patient) -> Patient:
    """A patient with 14 readings in the hours before now."""
    put(patient, *SOME, start=NOW - timedelta(hours=2), now=NOW)
    return patient


class TestTheNumbers:
    def test_are_those_of_the_textbooks(self, admin: Member, some: Patient) -> None:
        answer = answer_of(admin.api, some)

        mean, deviation = statistics.mean(SOME), statistics.stdev(SOME)
        expected = {
            "mean": mean,
            "median": statistics.median(SOME),
            "sd": deviation,
            "cv_percent": 100 * deviation / mean,
            "min": 48,
            "max": 311,
            "q1": float(np.percentile(SOME, 25)),
            "q3": float(np.percentile(SOME, 75)),
            "gmi_percent": 3.31 + 0.02392 * mean,
            "ea1c_percent": (mean + 46.7) / 28.7,
        }
        assert {name: answer[name] for name in expected} == pytest.approx(expected, abs=1e-6)
        assert (answer["readings"], answer["minutes"]) == (14, 70)

    def test_say_what_they_are_of(self, admin: Member, some: Patient) -> None:
        answer = answer_of(admin.api, some)

        assert (
            answer.items()
            >= {
                "patient": str(some.id),
                "start": "2026-03-01T12:00:00Z",
                "end": "2026-03-15T12:00:00Z",
                "timezone": "America/Sao_Paulo",
                "unit": "mg/dL",
                "definitions": "1",
                "ranges": "t1_t2",
                "weighting": "time",
            }.items()
        )

    @pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 13])
    def test_have_quartiles_of_type_7(self, admin: Member, patient: Patient, count: int) -> None:
        values = SOME[::-1][:count]
        put(patient, *values, start=NOW - timedelta(hours=2), now=NOW)

        answer = answer_of(admin.api, patient)

        found = [answer["q1"], answer["median"], answer["q3"]]
        assert found == pytest.approx(np.percentile(values, [25, 50, 75]).tolist(), abs=1e-6)

    def test_have_the_risk_indices_of_their_papers(self, admin: Member, some: Patient) -> None:
        risk = answer_of(admin.api, some)["risk"]

        symmetric = [1.509 * (math.log(value) ** 1.084 - 5.381) for value in SOME]
        low = statistics.mean(10 * min(one, 0) ** 2 for one in symmetric)
        high = statistics.mean(10 * max(one, 0) ** 2 for one in symmetric)
        # By hand: 1 below 54, 1 of 54-69, 3 of 181-250, 2 above 250, of 14.
        hypo, hyper = 100 * (1 + 0.8 * 1) / 14, 100 * (2 + 0.5 * 3) / 14
        assert (risk["lbgi"], risk["hbgi"]) == pytest.approx((low, high), abs=1e-6)
        assert (risk["gri_hypo_component"], risk["gri_hyper_component"]) == pytest.approx((hypo, hyper), abs=1e-6)
        assert risk["gri"] == pytest.approx(3 * hypo + 1.6 * hyper, abs=1e-6)
        assert risk["gri_zone"] == "D"

    def test_have_the_j_index(self, admin: Member, some: Patient) -> None:
        expected = 0.001 * (statistics.mean(SOME) + statistics.stdev(SOME)) ** 2

        assert answer_of(admin.api, some)["variability"]["j_index"] == pytest.approx(expected, abs=1e-6)

    def test_follow_the_unit_where_they_are_glucose_and_only_there(self, admin: Member, some: Patient) -> None:
        mg, mmol = answer_of(admin.api, some), answer_of(admin.api, some, unit="mmol/L")

        glucose = ("mean", "median", "sd", "min", "max", "q1", "q3")
        assert [mmol[name] for name in glucose] == pytest.approx([mg[name] / 18.0182 for name in glucose], abs=1e-6)
        for name in (
            "cv_percent",
            "gmi_percent",
            "ea1c_percent",
            "time_in_range",
            "risk",
            "goals",
            "episodes",
            "readings",
        ):
            assert mmol[name] == mg[name]
        in_unit = {"mage", "mage_plus", "mage_minus", "modd", "conga_24", "mag", "m_value_reference"}
        for name, value in mg["variability"].items():
            factor = 18.0182 if name in in_unit and value is not None else 1
            assert mmol["variability"][name] == (value if factor == 1 else pytest.approx(value / factor, abs=1e-6))
        assert mmol["unit"] == "mmol/L"

    def test_are_not_rounded_by_more_than_six_decimals(self, admin: Member, some: Patient) -> None:
        assert answer_of(admin.api, some)["sd"] == round(statistics.stdev(SOME), 6)

    def test_of_one_reading_have_no_deviation(self, admin: Member, patient: Patient) -> None:
        put(patient, 100, start=NOW - timedelta(hours=2), now=NOW)

        answer = answer_of(admin.api, patient)

        assert (answer["sd"], answer["cv_percent"], answer["variability"]["j_index"]) == (None, None, None)
        assert (answer["mean"], answer["q1"], answer["q3"], answer["min"], answer["max"]) == (100, 100, 100, 100, 100)

    def test_of_a_constant_have_a_deviation_of_zero(self, admin: Member, patient: Patient) -> None:
        put(patient, *[100] * 10, start=NOW - timedelta(hours=2), now=NOW)

        answer = answer_of(admin.api, patient)

        assert (answer["sd"], answer["cv_percent"]) == (0, 0)

    def test_leave_out_what_is_excluded(self, admin: Member, some: Patient) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE reading SET excluded = true WHERE mg_dl > 200")

        answer = answer_of(admin.api, some)

        assert (answer["readings"], answer["max"]) == (10, 181)

    def test_are_of_this_patient_only(self, admin: Member, some: Patient, make_patient: Any) -> None:
        put(make_patient(some.clinic, name="Bia"), 400, start=NOW - timedelta(hours=1), now=NOW)

        assert answer_of(admin.api, some)["max"] == 311


class TestWithoutData:
    def test_every_metric_is_null_with_a_reason(self, admin: Member, patient: Patient) -> None:
        answer = answer_of(admin.api, patient)

        metrics = ("mean", "median", "sd", "cv_percent", "min", "max", "q1", "q3", "gmi_percent", "ea1c_percent")
        assert {answer[name] for name in metrics} == {None}
        assert answer["variability"].pop("m_value_reference") == 90
        assert {leaf for block in ("risk", "variability", "episodes") for leaf in numbers(answer[block])} == {None}
        assert {goal["met"] for goal in answer["goals"]["results"]} == {None}
        assert answer["goals"]["met"] is None
        assert {share["percent"] for share in answer["time_in_range"].values()} == {None}
        assert {(share["minutes"], share["readings"]) for share in answer["time_in_range"].values()} == {(0, 0)}
        assert (answer["readings"], answer["minutes"]) == (0, 0)
        sufficiency = answer["sufficiency"]
        assert (sufficiency["sufficient"], sufficiency["days_with_data"], sufficiency["active_percent"]) == (
            False,
            0,
            0,
        )
        assert sufficiency["reason"]

    def test_that_is_all_excluded_it_is_the_same(self, admin: Member, some: Patient) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE reading SET excluded = true")

        answer = answer_of(admin.api, some)

        assert (answer["mean"], answer["readings"], answer["sufficiency"]["days_with_data"]) == (None, 0, 0)


class TestTheBands:
    @pytest.mark.parametrize(
        ("ranges", "expected"),
        [
            # 53 | 54 62 63 69 | 70 140 141 180 | 181 250 | 251
            ("t1_t2", {"very_low": 1, "low": 4, "target": 4, "high": 2, "very_high": 1, "below": 5, "above": 3}),
            (
                "older_high_risk",
                {"very_low": 1, "low": 4, "target": 4, "high": 2, "very_high": 1, "below": 5, "above": 3},
            ),
            # 53 | 54 62 | 63 69 70 140 | 141 180 181 250 | 251
            ("pregnancy_t1", {"very_low": 1, "low": 2, "target": 4, "high": 4, "very_high": 1, "below": 3, "above": 5}),
        ],
    )
    def test_hold_their_edges(self, admin: Member, patient: Patient, ranges: str, expected: dict[str, int]) -> None:
        put(patient, *EDGES, start=NOW - timedelta(hours=2), now=NOW)

        bands = answer_of(admin.api, patient, ranges=ranges)["time_in_range"]

        found = {name: share["readings"] for name, share in bands.items()}
        # The tight target is 70 to 140 for every set; inside 63 to 140 for pregnancy.
        assert found.pop("tight_target") == 2
        assert found == expected
        for share in bands.values():
            assert share["minutes"] == 5 * share["readings"]
            assert share["percent"] == pytest.approx(100 * share["readings"] / 12, abs=1e-6)

    def test_are_those_of_the_patient_where_nothing_is_said(self, admin: Member, patient: Patient) -> None:
        Patient.objects.update(target_set="pregnancy_t1")
        put(patient, 65, 150, start=NOW - timedelta(hours=2), now=NOW)

        answer = answer_of(admin.api, patient)

        assert answer["ranges"] == "pregnancy_t1"
        assert answer["time_in_range"]["target"]["readings"] == 1
        assert answer["time_in_range"]["high"]["readings"] == 1

    def test_do_not_move_with_the_unit(self, admin: Member, patient: Patient) -> None:
        put(patient, *EDGES, start=NOW - timedelta(hours=2), now=NOW)

        mg, mmol = (answer_of(admin.api, patient, unit=unit)["time_in_range"] for unit in ("mg/dL", "mmol/L"))

        assert mg == mmol

    def test_add_up_to_a_hundred_percent(self, admin: Member, some: Patient) -> None:
        bands = answer_of(admin.api, some)["time_in_range"]

        parts = ("very_low", "low", "target", "high", "very_high")
        assert sum(bands[name]["percent"] for name in parts) == pytest.approx(100, abs=1e-5)
        assert bands["below"]["minutes"] == bands["very_low"]["minutes"] + bands["low"]["minutes"]


class TestTheWeighting:
    @pytest.fixture
    def mixed(self, patient: Patient) -> tuple[list[int], list[int]]:
        """A patient whose sensors had three cadences; the values and the minutes of each."""
        put(patient, 60, 70, 80, 90, start=NOW - timedelta(hours=9), now=NOW, cadence=15)
        put(patient, 150, 160, 170, start=NOW - timedelta(hours=6), now=NOW, cadence=5)
        put(patient, 260, 270, 280, 290, 300, start=NOW - timedelta(hours=3), now=NOW, cadence=1)
        return [60, 70, 80, 90, 150, 160, 170, 260, 270, 280, 290, 300], [15] * 4 + [5] * 3 + [1] * 5

    def test_by_time_counts_minutes(self, admin: Member, patient: Patient, mixed: tuple[list[int], list[int]]) -> None:
        values, minutes = mixed

        answer = answer_of(admin.api, patient)

        each_minute = np.repeat(values, minutes)
        assert answer["minutes"] == 80
        assert answer["mean"] == pytest.approx(float(each_minute.mean()), abs=1e-6)
        assert answer["median"] == pytest.approx(float(np.percentile(each_minute, 50)), abs=1e-6)
        spread = float(np.var(each_minute)) * 12 / 11
        assert answer["sd"] == pytest.approx(math.sqrt(spread), abs=1e-6)
        bands = answer["time_in_range"]
        assert {name: bands[name]["minutes"] for name in ("low", "target", "very_high")} == {
            "low": 15,
            "target": 60,
            "very_high": 5,
        }
        assert bands["very_high"]["percent"] == pytest.approx(100 * 5 / 80)

    def test_by_count_counts_readings(
        self, admin: Member, patient: Patient, mixed: tuple[list[int], list[int]]
    ) -> None:
        values, _ = mixed

        answer = answer_of(admin.api, patient, weighting="count")

        assert answer["weighting"] == "count"
        assert answer["mean"] == pytest.approx(statistics.mean(values), abs=1e-6)
        assert answer["sd"] == pytest.approx(statistics.stdev(values), abs=1e-6)
        assert [answer["q1"], answer["median"], answer["q3"]] == pytest.approx(
            np.percentile(values, [25, 50, 75]).tolist(), abs=1e-6
        )
        assert answer["time_in_range"]["very_high"]["percent"] == pytest.approx(100 * 5 / 12, abs=1e-6)
        assert answer["time_in_range"]["very_high"]["minutes"] == 5

    @pytest.mark.parametrize("cadence", [1, 5, 15])
    def test_makes_no_difference_for_one_cadence(self, admin: Member, patient: Patient, cadence: int) -> None:
        put(patient, *SOME, start=NOW - timedelta(hours=4), now=NOW, cadence=cadence)

        by_time, by_count = (answer_of(admin.api, patient, weighting=weighting) for weighting in ("time", "count"))

        assert by_time | {"weighting": "count"} == by_count


class TestTheWindow:
    def test_includes_its_start_and_not_its_end(self, admin: Member, some: Patient) -> None:
        answer = answer_of(admin.api, some, start="2026-03-15T10:05:00Z", end="2026-03-15T10:15:00Z")

        assert (answer["readings"], answer["min"], answer["max"]) == (2, 61, 75)
        assert (answer["start"], answer["end"]) == ("2026-03-15T10:05:00Z", "2026-03-15T10:15:00Z")
        assert answer["sufficiency"]["active_percent"] == 100

    def test_is_shown_in_utc(self, admin: Member, some: Patient) -> None:
        answer = answer_of(admin.api, some, start="2026-03-15T07:05:00-03:00", end="2026-03-15T16:00:00+05:45")

        assert (answer["start"], answer["end"]) == ("2026-03-15T10:05:00Z", "2026-03-15T10:15:00Z")

    def test_is_enough_with_fourteen_days_of_seven_in_ten(self, admin: Member, patient: Patient) -> None:
        # 14 days have 1344 quarters of an hour; 941 are 70.01 %.
        put(patient, *[100] * 941, start=NOW - timedelta(days=14), now=NOW, cadence=15)

        sufficiency = answer_of(admin.api, patient)["sufficiency"]

        assert (sufficiency["sufficient"], sufficiency["reason"], sufficiency["days"]) == (True, None, 14)
        assert sufficiency["active_percent"] == pytest.approx(100 * 941 / 1344, abs=1e-6)

    def test_is_not_enough_below_seven_in_ten(self, admin: Member, patient: Patient) -> None:
        put(patient, *[100] * 940, start=NOW - timedelta(days=14), now=NOW, cadence=15)

        sufficiency = answer_of(admin.api, patient)["sufficiency"]

        assert sufficiency["sufficient"] is False
        assert "%" in sufficiency["reason"]

    def test_is_not_enough_below_fourteen_days(self, admin: Member, patient: Patient) -> None:
        put(patient, *[100] * 13 * 96, start=NOW - timedelta(days=13), now=NOW, cadence=15)

        sufficiency = answer_of(admin.api, patient, days=13)["sufficiency"]

        assert (sufficiency["sufficient"], sufficiency["active_percent"], sufficiency["days"]) == (False, 100, 13)
        assert sufficiency["reason"]

    def test_counts_the_local_days_with_data(self, admin: Member, patient: Patient) -> None:
        # 02:55 and 03:00 UTC are 23:55 and 00:00 in São Paulo.
        put(patient, 100, 100, start=NOW.replace(day=10, hour=2, minute=55), now=NOW, offset=-180)

        assert answer_of(admin.api, patient)["sufficiency"]["days_with_data"] == 2
        inside = answer_of(admin.api, patient, start="2026-03-10T03:00:00Z", end="2026-03-15T00:00:00Z")
        assert inside["sufficiency"]["days_with_data"] == 1

    def test_of_three_years_is_answered(self, admin: Member, some: Patient) -> None:
        assert answer_of(admin.api, some, days=1095)["readings"] == 14

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ({"start": "2026-03-01T00:00:00"}, "start"),
            ({"start": "2026-03-01T00:00:00Z", "end": "2026-03-02T00:00:00"}, "end"),
            ({"start": "2026-03-02T00:00:00Z", "end": "2026-03-01T00:00:00Z"}, "end"),
            ({"start": "2026-03-02T00:00:00Z", "end": "2026-03-02T00:00:00Z"}, "end"),
            ({"start": "0001-01-01T00:00:00Z"}, "start"),
            ({"end": "9999-12-31T23:59:59-14:00"}, "end"),
            ({"start": "\x00"}, "start"),
            ({"days": "0"}, "days"),
            ({"days": "-14"}, "days"),
            ({"days": "1e3"}, "days"),
            ({"days": "14.0"}, "days"),
            ({"days": "١٤"}, "days"),
            ({"days": "9" * 400}, "days"),
            ({"days": "14", "start": "2026-03-01T00:00:00Z"}, "days"),
            ({"unit": "mg"}, "unit"),
            ({"ranges": "t1"}, "ranges"),
            ({"ranges": ""}, "ranges"),
            ({"weighting": "minutes"}, "weighting"),
        ],
    )
    def test_and_form_are_refused_where_they_are_none(
        self, admin: Member, patient: Patient, query: dict[str, str], name: str
    ) -> None:
        assert_parameter_refused(ask(admin.api, patient, **query), name)

    @pytest.mark.parametrize("query", [{"days": "7305"}, {"start": "2006-03-15T12:00:00Z"}, {"days": "999999"}])
    def test_of_twenty_years_is_too_large(self, admin: Member, patient: Patient, query: dict[str, str]) -> None:
        assert_problem(ask(admin.api, patient, **query), 422, "window-too-large")

    def test_takes_the_last_of_a_parameter_that_is_repeated(self, admin: Member, patient: Patient) -> None:
        link = f"{V1}patients/{patient.id}/statistics/?days=x&days=7"

        assert admin.api.get(link).json()["sufficiency"]["days"] == 7


class TestWho:
    def test_has_no_token_is_told_so(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(ask(anonymous, patient), 401, "not-authenticated")

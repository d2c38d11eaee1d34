"""`GET definitions/`, and `explain=true` of the statistics."""

import math
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from rest_framework.test import APIClient

from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_parameter_refused, assert_problem
from tests.api.test_statistics import answer_of, ask
from tests.conftest import Member, put


@pytest.fixture
def explained(admin: Member, patient: Patient) -> dict[str, Any]:
    """The explained statistics of three days of readings, five of them excluded."""
    values = [round(140 + 95 * math.sin(minute / 120)) for minute in range(0, 3 * 1440, 5)]
    put(patient, *values, start=NOW - timedelta(days=3), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reading SET excluded = true WHERE time >= %s AND time < %s",
            [NOW - timedelta(hours=2), NOW - timedelta(hours=1, minutes=35)],
        )
    return answer_of(admin.api, patient, explain="true")


def inputs_of(answer: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one["inputs"] for one in answer["explain"]["metrics"]}


class TestDefinitions:
    def test_tell_every_number_and_the_goals(self, admin: Member) -> None:
        answer = admin.api.get(f"{V1}definitions/").json()

        assert answer["version"] == "1"
        mage = next(one for one in answer["results"] if one["name"] == "variability.mage")
        assert "doi:10.1177/19322968211061165" in mage["source"]
        assert [one["ranges"] for one in answer["targets"]] == ["t1_t2", "older_high_risk", "pregnancy_t1"]

    def test_are_for_those_who_sign_in(self, anonymous: APIClient) -> None:
        assert_problem(anonymous.get(f"{V1}definitions/"), 401, "not-authenticated")


class TestExplanation:
    def test_is_there_only_if_asked_for(self, admin: Member, patient: Patient) -> None:
        assert "explain" not in answer_of(admin.api, patient)

    def test_says_which_readings_went_in(self, explained: dict[str, Any]) -> None:
        readings = explained["explain"]["readings"]

        assert (readings["used"], readings["excluded"], readings["excluded_minutes"]) == (3 * 288 - 5, 5, 25)
        assert readings["first"] == "2026-03-12T12:00:00Z"
        assert readings["by_cadence_minutes"] == {"1": 0, "5": 3 * 288 - 5, "15": 0}

    def test_says_how_much_is_interpolated(self, explained: dict[str, Any]) -> None:
        grid = explained["explain"]["grid"]

        # The 25 minutes that are excluded are bridged.
        assert (grid["points"], grid["points_with_value"], grid["interpolated"]) == (864, 864, 5)
        assert grid["interpolated_percent"] == pytest.approx(100 * 5 / 864, abs=1e-6)
        assert (grid["bridged"], grid["bridged_percent"]) == (5, grid["interpolated_percent"])

    def test_tells_points_between_readings_from_those_where_one_is_missing(
        self, admin: Member, patient: Patient
    ) -> None:
        # Two minutes off the grid, and after ten readings one is missing.
        start = NOW - timedelta(hours=3) + timedelta(minutes=2)
        put(patient, *[100] * 10, start=start, now=NOW)
        put(patient, *[100] * 10, start=start + timedelta(minutes=55), now=NOW)

        grid = answer_of(admin.api, patient, explain="true")["explain"]["grid"]

        assert (grid["points_with_value"], grid["interpolated"], grid["bridged"]) == (20, 20, 2)

    def test_the_numbers_can_be_done_again_from_the_histogram(self, explained: dict[str, Any]) -> None:
        histogram = explained["explain"]["histogram"]
        values = np.repeat(histogram["mg_dl"], histogram["readings"])

        assert explained["mean"] == pytest.approx(values.mean(), abs=1e-6)
        assert explained["sd"] == pytest.approx(values.std(ddof=1), abs=1e-6)
        assert explained["median"] == pytest.approx(np.median(values), abs=1e-6)

    def test_the_numbers_can_be_done_again_from_their_inputs(self, explained: dict[str, Any]) -> None:
        given, variability = inputs_of(explained), explained["variability"]

        def ratio(name: str, over: str, under: str) -> float:
            found: float = given[name][over] / given[name][under]
            return found

        assert explained["mean"] == pytest.approx(ratio("mean", "sum_w_g", "sum_w"), abs=1e-6)
        sd = given["sd"]
        variance = sd["sum_w_squared_deviation"] / sd["sum_w"] * sd["n"] / (sd["n"] - 1)
        assert explained["sd"] == pytest.approx(math.sqrt(variance), abs=1e-6)
        for name in explained["time_in_range"]:
            share = 100 * ratio(f"time_in_range.{name}", "sum_w_inside", "sum_w")
            assert explained["time_in_range"][name]["percent"] == pytest.approx(share, abs=1e-6)
        risk = explained["risk"]
        assert risk["lbgi"] == pytest.approx(ratio("risk.lbgi", "sum_w_risk", "sum_w"), abs=1e-6)
        assert risk["hbgi"] == pytest.approx(ratio("risk.hbgi", "sum_w_risk", "sum_w"), abs=1e-6)
        assert risk["adrr"] == pytest.approx(np.mean(given["risk.adrr"]["range_of_each_day"]), abs=1e-5)
        gri = given["risk.gri"]
        index = 3 * gri["VLow"] + 2.4 * gri["Low"] + 1.6 * gri["VHigh"] + 0.8 * gri["High"]
        assert risk["gri"] == pytest.approx(min(100, index), abs=1e-6)
        assert variability["modd"] == pytest.approx(ratio("variability.modd", "sum_absolute_change", "pairs"), abs=1e-6)
        conga = given["variability.conga_24"]
        squares = conga["sum_squared_change"] - conga["sum_change"] ** 2 / conga["n"]
        assert variability["conga_24"] == pytest.approx(math.sqrt(squares / (conga["n"] - 1)), abs=1e-5)
        longer = 100 * (ratio("variability.gvp_percent", "sum_length", "sum_dt") - 1)
        assert variability["gvp_percent"] == pytest.approx(longer, abs=1e-6)
        assert variability["mag"] == pytest.approx(ratio("variability.mag", "sum_absolute_change", "hours"), abs=1e-6)
        squared = ratio("variability.li", "sum_squared_change_mmol_l", "pairs")
        assert variability["li"] == pytest.approx(squared, abs=1e-6)
        assert variability["m_value"] == pytest.approx(ratio("variability.m_value", "sum_w_score", "sum_w"), abs=1e-6)
        assert variability["grade"] == pytest.approx(ratio("variability.grade", "sum_w_score", "sum_w"), abs=1e-6)
        for part in ("hypo", "eu", "hyper"):
            name = f"grade_{part}_percent"
            share = 100 * ratio(f"variability.{name}", "sum_w_score_inside", "sum_w_score")
            assert variability[name] == pytest.approx(share, abs=1e-6)
        (segment,) = given["variability.mage"]["segments"]
        heights = [np.mean(segment[way]) for way in ("rises", "falls")]
        assert variability["mage"] == pytest.approx(np.mean(heights), abs=1e-5)

    def test_without_readings_has_no_inputs(self, admin: Member, patient: Patient) -> None:
        answer = answer_of(admin.api, patient, explain="true")

        assert {str(inputs) for inputs in inputs_of(answer).values()} == {"{}"}
        assert answer["explain"]["readings"]["first"] is None
        assert answer["explain"]["grid"]["interpolated_percent"] is None

    def test_values_are_in_the_unit(self, admin: Member, patient: Patient, explained: dict[str, Any]) -> None:
        answer = answer_of(admin.api, patient, explain="true", unit="mmol/L")

        mean, mag = (
            next(one for one in answer["explain"]["metrics"] if one["name"] == name)
            for name in ("mean", "variability.mag")
        )
        assert (mean["value"], mean["unit"]) == (answer["mean"], "mmol/L")
        assert mag["unit"] == "mmol/L per hour"

    def test_asked_for_by_another_word_is_refused(self, admin: Member, patient: Patient) -> None:
        assert_parameter_refused(ask(admin.api, patient, explain="yes"), "explain")

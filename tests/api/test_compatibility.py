"""`compatibility=` of `GET patients/{id}/statistics/`: the numbers by the rules of another program, beside ours."""

import statistics
from datetime import timedelta
from typing import Any

import pytest

from patients.models import Patient
from tests.api.asserting import NOW, assert_parameter_refused
from tests.api.test_statistics import answer_of, ask
from tests.conftest import Member, put

TOOLS = ("iglu", "agata", "tidepool")


@pytest.fixture
def edges(patient: Patient) -> Patient:
    """A patient with a reading at each edge."""
    put(patient, 54, 70, 100, 180, 250, start=NOW - timedelta(hours=2), now=NOW)
    return patient


def named(answer: dict[str, Any], metric: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in answer["differences"] if one["metric"] == metric)
    return found


class TestCompatibility:
    def test_is_null_where_it_is_not_asked_for(self, admin: Member, edges: Patient) -> None:
        answer = answer_of(admin.api, edges)

        assert answer["compatibility"] is None
        assert not {"differences", "not_reproduced"} & answer.keys()

    @pytest.mark.parametrize(
        ("tool", "weighting", "expected"),
        [
            ("iglu", "count", {"very_low": 0, "below": 1, "target": 3, "above": 1, "very_high": 0}),
            ("agata", "count", {"very_low": 1, "below": 2, "target": 1, "above": 2, "very_high": 1}),
            ("tidepool", "time", {"very_low": 1, "below": 2, "target": 2, "above": 1, "very_high": 0}),
        ],
    )
    def test_has_the_edges_and_the_weighting_of_the_program(
        self, admin: Member, edges: Patient, tool: str, weighting: str, expected: dict[str, int]
    ) -> None:
        answer = answer_of(admin.api, edges, compatibility=tool)

        assert (answer["compatibility"], answer["weighting"]) == (tool, weighting)
        assert {name: answer["time_in_range"][name]["readings"] for name in expected} == expected

    def test_names_each_difference_with_both_values(self, admin: Member, edges: Patient) -> None:
        found = named(answer_of(admin.api, edges, compatibility="tidepool"), "time_in_range.very_low")

        assert (found["ours"], found["theirs"]) == (0, 20)
        assert "54 mg/dL is very low" in found["why"]

    def test_keeps_our_value_of_what_is_not_reproduced_and_says_so(self, admin: Member, edges: Patient) -> None:
        ours = answer_of(admin.api, edges)

        answer = answer_of(admin.api, edges, compatibility="tidepool")

        assert "risk.gri" in answer["not_reproduced"]
        assert answer["risk"] == ours["risk"]

    def test_tells_the_goals_by_the_numbers_of_the_program(self, admin: Member, edges: Patient) -> None:
        answer = answer_of(admin.api, edges, compatibility="agata")

        values = {one["measure"]: one["value"] for one in answer["goals"]["results"]}
        assert (values["target"], values["below"]) == (20, 40)

    def test_explains_our_definitions(self, admin: Member, edges: Patient) -> None:
        answer = answer_of(admin.api, edges, compatibility="agata", explain="true")

        target = next(one for one in answer["explain"]["metrics"] if one["name"] == "time_in_range.target")
        assert target["value"] == named(answer, "time_in_range.target")["ours"] == 60

    def test_counts_our_values_by_minutes_and_those_of_iglu_by_readings(self, admin: Member, patient: Patient) -> None:
        put(patient, 60, 60, start=NOW - timedelta(hours=9), now=NOW, cadence=15)
        put(patient, 150, start=NOW - timedelta(hours=6), now=NOW, cadence=5)
        put(patient, 260, 270, 280, start=NOW - timedelta(hours=3), now=NOW, cadence=1)
        values = [60, 60, 150, 260, 270, 280]

        answer = answer_of(admin.api, patient, compatibility="iglu")

        mean, low = named(answer, "mean"), named(answer, "time_in_range.low")
        assert mean["ours"] == pytest.approx((60 * 30 + 150 * 5 + 260 + 270 + 280) / 38, abs=1e-6)
        assert mean["theirs"] == answer["mean"] == pytest.approx(statistics.mean(values), abs=1e-6)
        assert (low["ours"], low["theirs"]) == pytest.approx((100 * 30 / 38, 100 * 2 / 6), abs=1e-6)
        by_count = answer_of(admin.api, patient, weighting="count")
        assert [answer[name] for name in ("mean", "sd", "median", "q1", "gmi_percent", "time_in_range")] == [
            by_count[name] for name in ("mean", "sd", "median", "q1", "gmi_percent", "time_in_range")
        ]

    def test_has_the_standard_targets_where_the_program_has_none_of_the_patients(
        self, admin: Member, edges: Patient
    ) -> None:
        Patient.objects.update(target_set="pregnancy_t1")

        ranges = [answer_of(admin.api, edges, compatibility=tool)["ranges"] for tool in TOOLS]

        assert ranges == ["pregnancy_t1", "pregnancy_t1", "t1_t2"]

    @pytest.mark.parametrize("tool", TOOLS)
    def test_is_told_without_any_data(self, admin: Member, patient: Patient, tool: str) -> None:
        answer = answer_of(admin.api, patient, compatibility=tool)

        assert (answer["compatibility"], answer["mean"], answer["readings"]) == (tool, None, 0)

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ({"compatibility": "excel"}, "compatibility"),
            ({"compatibility": ""}, "compatibility"),
            ({"compatibility": "iglu", "weighting": "time"}, "weighting"),
            ({"compatibility": "agata", "weighting": "time"}, "weighting"),
            ({"compatibility": "tidepool", "weighting": "count"}, "weighting"),
            ({"compatibility": "tidepool", "ranges": "pregnancy_t1"}, "ranges"),
            ({"compatibility": "agata", "ranges": "custom"}, "ranges"),
        ],
    )
    def test_is_refused_with_what_the_program_does_not_do(
        self, admin: Member, edges: Patient, query: dict[str, str], name: str
    ) -> None:
        assert_parameter_refused(ask(admin.api, edges, **query), name)

    @pytest.mark.parametrize(
        "query",
        [
            {"compatibility": "iglu", "weighting": "count"},
            {"compatibility": "tidepool", "weighting": "time", "ranges": "older_high_risk"},
        ],
    )
    def test_goes_with_what_the_program_does(self, admin: Member, edges: Patient, query: dict[str, str]) -> None:
        assert answer_of(admin.api, edges, **query)["compatibility"] == query["compatibility"]

    def test_has_a_tag_of_its_own(self, admin: Member, edges: Patient) -> None:
        window = {"start": "2026-03-14T00:00:00Z", "end": "2026-03-16T00:00:00Z"}

        tags = {ask(admin.api, edges, **window)["ETag"]} | {
            ask(admin.api, edges, compatibility=tool, **window)["ETag"] for tool in TOOLS
        }

        assert len(tags) == 4

"""How other programs count; expected numbers are by hand from their rules."""

import math
from typing import Any

import numpy as np
import pytest

from analytics.compatibility.agata import AGATA
from analytics.compatibility.answer import TOOLS, compatible_answer
from analytics.compatibility.iglu import IGLU
from analytics.compatibility.rules import Tool
from analytics.compatibility.tidepool import TIDEPOOL, mmol_l
from analytics.definitions import BY_NAME
from analytics.explain import Known
from analytics.metrics.sufficiency import sufficiency
from analytics.metrics.targets import PREGNANCY_T1, T1_T2, Targets
from analytics.metrics.trace import Trace
from analytics.statistics import statistics_answer

MIDNIGHT = 1_772_334_000
DAY = 1440.0


def trace_of(*mg_dl: int, cadence: int = 5, seconds: Any = None) -> Trace:
    at = cadence * 60 * np.arange(len(mg_dl)) if seconds is None else np.asarray(seconds)
    return Trace.of(MIDNIGHT + at, np.array(mg_dl), np.full(len(mg_dl), cadence), np.full(len(mg_dl), -180))


def asked(tool: Tool, trace: Trace, *, targets: Targets = T1_T2, unit: str = "mg/dL") -> dict[str, Any]:
    enough = sufficiency(minutes=trace.minutes, window_minutes=DAY, days_with_data=trace.days_with_data)
    ours = statistics_answer(trace, enough, days=1, targets=targets, unit=unit, by_count=False)
    return compatible_answer(tool, Known(trace, targets, DAY, 1, by_count=False), ours)


def bands(answer: dict[str, Any]) -> dict[str, int]:
    return {name: share["readings"] for name, share in answer["time_in_range"].items() if share["readings"]}


def difference(answer: dict[str, Any], metric: str) -> tuple[Any, Any]:
    (found,) = (one for one in answer["differences"] if one["metric"] == metric)
    return found["ours"], found["theirs"]


class TestTidepool:
    @pytest.mark.parametrize(
        ("mg_dl", "mmol", "band"),
        [
            (53, 2.94190, "very_low"),
            (54, 2.99740, "very_low"),
            (55, 3.05291, "low"),
            (69, 3.83002, "low"),
            (70, 3.88552, "low"),
            (71, 3.94103, "target"),
            (180, 9.99135, "target"),
            (181, 10.04685, "high"),
            (250, 13.87687, "high"),
            (251, 13.93238, "very_high"),
        ],
    )
    def test_compares_in_mmol_l(self, mg_dl: int, mmol: float, band: str) -> None:
        answer = asked(TIDEPOOL, trace_of(mg_dl))

        assert float(mmol_l(mg_dl)) == mmol
        whole = {"very_low": "below", "low": "below", "high": "above", "very_high": "above"}
        expected = {band, whole.get(band, band)} | ({"tight_target"} if 70 <= mg_dl <= 140 else set())
        assert set(bands(answer)) == expected

    def test_divides_by_all_minutes(self) -> None:
        answer = asked(TIDEPOOL, trace_of(100, 200))

        # In mmol/L to five decimals: 5.55075 and 11.1015, 2.775375 from their mean.
        assert answer["sd"] == pytest.approx(2.775375 * 18.01559, abs=1e-6)
        assert answer["mean"] == pytest.approx(8.326125 * 18.01559, abs=1e-6)
        assert answer["cv_percent"] == pytest.approx(100 * 2.775375 / 8.326125, abs=1e-6)
        assert difference(answer, "sd")[0] == pytest.approx(math.sqrt(5000), abs=1e-6)

    def test_answers_its_own_mmol_l(self) -> None:
        answer = asked(TIDEPOOL, trace_of(100, 200), unit="mmol/L")

        assert (answer["mean"], answer["min"], answer["max"]) == (8.326125, 5.55075, 11.1015)

    def test_rounds_gmi_to_one_decimal(self) -> None:
        # 0.09148 (12.71 + 4.70587 * 8.326125) + 2.152 is 6.899.
        assert asked(TIDEPOOL, trace_of(100, 200))["gmi_percent"] == 6.9

    def test_leaves_out_a_reading_that_comes_before_the_last_has_run_out(self) -> None:
        # 4:50 after the one before is early enough, 4:49 is too early; then an hour of UTC begins anew.
        trace = trace_of(100, 110, 120, 130, seconds=[0, 290, 579, 590])
        assert asked(TIDEPOOL, trace)["max"] == pytest.approx(130, abs=1e-3)
        assert TIDEPOOL.prepared(trace).mg_dl.tolist() == [100, 110, 130]
        assert TIDEPOOL.prepared(trace_of(100, 110, seconds=[3590, 3601])).mg_dl.tolist() == [100, 110]

    def test_is_active_beyond_a_hundred_percent(self) -> None:
        answer = asked(TIDEPOOL, trace_of(*[100] * 100, cadence=15))

        assert difference(answer, "sufficiency.active_percent") == (100, pytest.approx(100 * 1500 / 1440))

    def test_meets_the_goals_of_its_own_bands(self) -> None:
        (below,) = (one for one in asked(TIDEPOOL, trace_of(70, 100))["goals"]["results"] if one["measure"] == "below")

        assert (below["value"], below["met"]) == (50, False)

    def test_has_nothing_but_its_summary(self) -> None:
        answer = asked(TIDEPOOL, trace_of(70, 100))

        assert {"median", "risk.gri", "variability.mage", "episodes.hypo_level1"} <= set(answer["not_reproduced"])
        assert answer["median"] == 85


class TestIglu:
    def test_counts_readings(self) -> None:
        trace = Trace.of(
            MIDNIGHT + np.array([0, 900, 960]), np.array([60, 200, 200]), np.array([15, 1, 1]), np.array([0, 0, 0])
        )

        answer = asked(IGLU, trace)

        assert answer["weighting"] == "count"
        assert difference(answer, "mean") == (pytest.approx(1300 / 17, abs=1e-6), pytest.approx(460 / 3, abs=1e-6))
        assert difference(answer, "time_in_range.low") == (
            pytest.approx(100 * 15 / 17, abs=1e-6),
            pytest.approx(100 / 3, abs=1e-6),
        )

    def test_rounds_the_factor_of_risk(self) -> None:
        answer = asked(IGLU, trace_of(50, 50))

        low = (math.log(50) ** 1.084 - 5.381) ** 2
        assert difference(answer, "risk.lbgi") == (
            pytest.approx(10 * 1.509**2 * low, abs=1e-6),
            pytest.approx(22.77 * low, abs=1e-6),
        )
        assert difference(answer, "risk.adrr")[1] == pytest.approx(22.77 * low, abs=1e-6)

    def test_calls_79_low_in_grade_and_normal_too(self) -> None:
        answer = asked(IGLU, trace_of(79, 79))["variability"]

        assert (answer["grade_hypo_percent"], answer["grade_eu_percent"]) == (100, 100)

    def test_counts_the_steps_that_have_a_reading(self) -> None:
        # Of the steps 0 to 5 there are 4: 15 minutes and 10 seconds are three, of which two are missing.
        trace = trace_of(100, 100, 100, 100, seconds=[0, 300, 600, 1510])

        assert difference(asked(IGLU, trace), "sufficiency.record_active_percent")[1] == pytest.approx(400 / 6)

    def test_has_any_targets(self) -> None:
        assert bands(asked(IGLU, trace_of(65), targets=PREGNANCY_T1)) == {"target": 1}

    def test_grids_by_the_cadence_which_we_do_not_follow(self) -> None:
        assert "variability.mage" not in asked(IGLU, trace_of(100, 110))["not_reproduced"]
        assert "variability.mage" in asked(IGLU, trace_of(100, 110, cadence=15))["not_reproduced"]


class TestAgata:
    @pytest.mark.parametrize(
        ("mg_dl", "expected"),
        [
            (53, {"very_low", "below"}),
            (54, {"very_low", "below"}),
            (55, {"low", "below"}),
            (70, {"low", "below"}),
            (71, {"target", "tight_target"}),
            (139, {"target", "tight_target"}),
            (140, {"target"}),
            (179, {"target"}),
            (180, {"high", "above"}),
            (249, {"high", "above"}),
            (250, {"very_high", "above"}),
        ],
    )
    def test_counts_an_edge_away_from_the_target(self, mg_dl: int, expected: set[str]) -> None:
        assert set(bands(asked(AGATA, trace_of(mg_dl)))) == expected

    def test_has_the_targets_of_pregnancy(self) -> None:
        assert set(bands(asked(AGATA, trace_of(63), targets=PREGNANCY_T1))) == {"low", "below"}

    def test_has_another_reference_of_the_m_value(self) -> None:
        answer = asked(AGATA, trace_of(100, 100))["variability"]

        assert (answer["m_value"], answer["m_value_reference"]) == (0, 100)

    def test_does_not_end_a_score_of_grade(self) -> None:
        score = 425 * (math.log10(math.log10(600 / 18)) + 0.16) ** 2
        assert score < 50
        lowest = 425 * (math.log10(math.log10(20 / 18)) + 0.16) ** 2

        answer = asked(AGATA, trace_of(20, 20))["variability"]

        assert lowest > 50
        assert answer["grade"] == pytest.approx(lowest, abs=1e-6)

    def test_makes_up_nothing_between_readings(self) -> None:
        # Of the second day the second point has no reading: 125 lies between, and AGATA does not say so.
        trace = trace_of(100, 130, 100, 110, 140, 140, seconds=[0, 300, 600, 86400, 87000, 87300])
        ours, theirs = difference(asked(AGATA, trace), "variability.modd")

        assert (ours, theirs) == (pytest.approx((10 + 5 + 40) / 3, abs=1e-6), (10 + 40) / 2)

    def test_keeps_the_first_of_readings_at_one_point(self) -> None:
        trace = trace_of(100, 110, 120, 130, 140, seconds=[0, 300, 560, 610, 900])

        assert AGATA.prepared(trace).mg_dl.tolist() == [100, 110, 120, 140]


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)
class TestEveryTool:
    def test_tells_every_number_or_why_not(self, tool: Tool) -> None:
        told = {*tool.rules, *tool.same, *tool.not_reproduced(trace_of(100, 100))}

        assert told == set(BY_NAME)
        assert not tool.rules.keys() & tool.same

    def test_says_why_in_a_sentence(self, tool: Tool) -> None:
        for rule in tool.rules.values():
            assert rule.why.endswith(".")
            assert rule.why[0].isupper() or rule.why.startswith("iglu")

    def test_lists_exactly_what_it_tells_otherwise(self, tool: Tool) -> None:
        trace = trace_of(*[40 + 7 * step % 360 for step in range(290)])
        enough = sufficiency(minutes=trace.minutes, window_minutes=DAY, days_with_data=trace.days_with_data)
        ours = statistics_answer(trace, enough, days=1, targets=T1_T2, unit="mg/dL", by_count=False)

        answer = asked(tool, trace)

        listed = {one["metric"].split(".")[0] for one in answer["differences"]}
        told = {"compatibility", "weighting", "goals", "differences", "not_reproduced"}
        assert {name for name in answer if answer[name] != ours.get(name)} <= listed | told
        for one in answer["differences"]:
            assert one["theirs"] is not None

    def test_has_nothing_without_readings(self, tool: Tool) -> None:
        answer = asked(tool, trace_of())

        assert (answer["mean"], answer["goals"]["met"]) == (None, None)
        assert {one["theirs"] for one in answer["differences"]} <= {None, 0, 90}

    def test_answers_one_reading(self, tool: Tool) -> None:
        assert asked(tool, trace_of(100))["mean"] == pytest.approx(100, abs=1e-3)

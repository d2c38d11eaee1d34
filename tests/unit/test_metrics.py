"""Every metric of a histogram: by hand, against independent programs, and by what must hold for any data."""

import csv
import math
import statistics
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.blood_glucose_risk import hbgi, lbgi
from analytics.metrics.day import DayRow, day_mean_mg_dl, day_sd_mg_dl, day_shares
from analytics.metrics.ea1c import ea1c_percent
from analytics.metrics.gmi import gmi_percent
from analytics.metrics.grade import Grade, grade
from analytics.metrics.gri import gri
from analytics.metrics.histogram import Histogram
from analytics.metrics.j_index import j_index
from analytics.metrics.m_value import m_value
from analytics.metrics.moments import cv_percent, mean_mg_dl, sd_mg_dl
from analytics.metrics.percentiles import percentile_mg_dl
from analytics.metrics.sufficiency import sufficiency
from analytics.metrics.targets import CONSENSUS, T1_T2, all_met, goal_results
from analytics.metrics.time_in_range import time_in_range

VALUES = st.lists(st.integers(20, 600), min_size=1, max_size=60)
READINGS = st.lists(st.tuples(st.integers(20, 600), st.sampled_from([1, 5, 15])), min_size=1, max_size=40)
EMPTY = Histogram.of([])
SCALARS: dict[str, Callable[[Histogram], float | None]] = {
    "mean": mean_mg_dl,
    "sd": sd_mg_dl,
    "cv_percent": cv_percent,
    "gmi_percent": gmi_percent,
    "ea1c_percent": ea1c_percent,
    "lbgi": lbgi,
    "hbgi": hbgi,
    "j_index": j_index,
    "median": lambda histogram: percentile_mg_dl(histogram, 50),
    "q1": lambda histogram: percentile_mg_dl(histogram, 25),
    "q3": lambda histogram: percentile_mg_dl(histogram, 75),
    "gri": lambda histogram: found.index if (found := gri(histogram)) else None,
    "grade": lambda histogram: part_of_grade(histogram, "score"),
    "grade_hypo_percent": lambda histogram: part_of_grade(histogram, "hypo_percent"),
    "grade_eu_percent": lambda histogram: part_of_grade(histogram, "eu_percent"),
    "grade_hyper_percent": lambda histogram: part_of_grade(histogram, "hyper_percent"),
    "m_value": m_value,
}


def part_of_grade(histogram: Histogram, name: str) -> float | None:
    found: Grade | None = grade(histogram)
    return None if found is None else float(getattr(found, name))


def reference_rows() -> list[dict[str, str]]:
    with (Path(__file__).parent / "data" / "metrics.csv").open(newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


class TestReferenceValues:
    @pytest.mark.parametrize("row", reference_rows(), ids=lambda row: f"{row['metric']} of {row['values']}")
    def test_the_metric_is_what_was_calculated_by_hand(self, row: dict[str, str]) -> None:
        values = [int(value) for value in row["values"].split()]

        found = SCALARS[row["metric"]](Histogram.of(values))

        assert found == pytest.approx(float(row["expected"]), rel=1e-9)

    @pytest.mark.parametrize("name", SCALARS)
    def test_no_data_is_none_and_never_zero(self, name: str) -> None:
        assert SCALARS[name](EMPTY) is None

    @pytest.mark.parametrize("name", ["sd", "cv_percent", "j_index"])
    def test_one_reading_has_no_spread(self, name: str) -> None:
        assert SCALARS[name](Histogram.of([120])) is None


class TestAgainstOtherPrograms:
    @given(VALUES)
    def test_mean_and_sd_are_those_of_the_standard_library(self, values: list[int]) -> None:
        histogram = Histogram.of(values)

        assert mean_mg_dl(histogram) == pytest.approx(statistics.fmean(values), rel=1e-12)
        if len(values) > 1:
            assert sd_mg_dl(histogram) == pytest.approx(statistics.stdev(values), rel=1e-9, abs=1e-9)

    @given(VALUES, st.floats(0, 100))
    def test_percentiles_are_type_7(self, values: list[int], percent: float) -> None:
        expected = float(np.percentile(values, percent, method="linear"))

        assert percentile_mg_dl(Histogram.of(values), percent) == pytest.approx(expected, rel=1e-9)

    @given(VALUES)
    def test_the_risk_indices_are_means_over_single_readings(self, values: list[int]) -> None:
        f = [1.509 * (math.log(value) ** 1.084 - 5.381) for value in values]

        assert lbgi(Histogram.of(values)) == pytest.approx(10 * statistics.fmean([min(x, 0) ** 2 for x in f]))
        assert hbgi(Histogram.of(values)) == pytest.approx(10 * statistics.fmean([max(x, 0) ** 2 for x in f]))


class TestWeights:
    @given(VALUES, st.sampled_from([1, 5, 15]))
    def test_for_one_cadence_time_and_count_agree(self, values: list[int], cadence: int) -> None:
        by_time = Histogram.of(values, cadence)
        by_count = Histogram.of(values, cadence, by_count=True)

        for name, metric in SCALARS.items():
            found, expected = metric(by_time), metric(by_count)
            assert (found is None) == (expected is None), name
            assert found is None or found == pytest.approx(expected, rel=1e-12, abs=1e-9), name

    @given(READINGS)
    def test_a_reading_weighs_as_its_minutes(self, readings: list[tuple[int, int]]) -> None:
        values, cadences = zip(*readings, strict=True)
        minute_by_minute = [value for value, cadence in readings for _ in range(cadence)]

        found = Histogram.of(values, cadences)

        assert mean_mg_dl(found) == pytest.approx(statistics.fmean(minute_by_minute))
        assert time_in_range(found, T1_T2.bands)["target"].percent == pytest.approx(
            100 * sum(70 <= value <= 180 for value in minute_by_minute) / len(minute_by_minute)
        )

    def test_percentiles_of_mixed_cadences_count_minutes(self) -> None:
        found = Histogram.of([100, 200], [15, 5])

        assert percentile_mg_dl(found, 50) == 100
        assert percentile_mg_dl(Histogram.of([100, 200], [15, 5], by_count=True), 50) == 150


class TestHistogram:
    @given(READINGS, READINGS)
    def test_merging_equals_computing_together(
        self, first: list[tuple[int, int]], second: list[tuple[int, int]]
    ) -> None:
        one, other, both = (
            Histogram.of([value for value, _ in part], [cadence for _, cadence in part])
            for part in (first, second, first + second)
        )

        merged = one.merged(other)

        assert merged.values.tolist() == both.values.tolist()
        assert merged.readings.tolist() == both.readings.tolist()
        assert merged.minutes.tolist() == both.minutes.tolist()
        for name, metric in SCALARS.items():
            assert metric(merged) == metric(both), name

    @given(VALUES)
    def test_disjoint_bands_make_up_the_whole(self, values: list[int]) -> None:
        for targets in CONSENSUS.values():
            shares = time_in_range(Histogram.of(values), targets.bands)
            disjoint = [shares[name] for name in ("very_low", "low", "target", "high", "very_high")]
            assert sum(share.readings for share in disjoint) == len(values)
            assert sum(share.percent or 0 for share in disjoint) == pytest.approx(100)


class TestTimeInRange:
    @pytest.mark.parametrize(
        ("ranges", "edges"),
        [
            ("t1_t2", {"very_low": 53, "low": 69, "target": 180, "high": 250, "very_high": 600}),
            ("older_high_risk", {"very_low": 53, "low": 69, "target": 180, "high": 250, "very_high": 600}),
            ("pregnancy_t1", {"very_low": 53, "low": 62, "target": 140, "high": 250, "very_high": 600}),
        ],
    )
    def test_each_value_lies_in_the_band_that_its_edge_ends(self, ranges: str, edges: dict[str, int]) -> None:
        bands = list(edges)
        for band, edge in edges.items():
            inside = time_in_range(Histogram.of([edge]), CONSENSUS[ranges].bands)
            assert [name for name in bands if inside[name].readings] == [band]
            if band != "very_high":
                after = time_in_range(Histogram.of([edge + 1]), CONSENSUS[ranges].bands)
                assert [name for name in bands if after[name].readings] == [bands[bands.index(band) + 1]]

    def test_without_readings_the_percent_is_none(self) -> None:
        assert time_in_range(EMPTY, T1_T2.bands)["target"].percent is None


class TestGoals:
    @pytest.mark.parametrize(
        ("ranges", "values", "missed"),
        [
            # A percentage that equals its limit: "more than" and "less than" do not hold, "at most" would.
            ("t1_t2", [100] * 70 + [200] * 30, {"target", "above"}),
            ("t1_t2", [130] * 71 + [181] * 24 + [251] * 5, {"above", "very_high"}),
            ("t1_t2", [100] * 71 + [181] * 24 + [60] * 5, {"below"}),
            ("t1_t2", [100] * 96 + [60] * 3 + [53], {"below", "very_low"}),
            ("t1_t2", [100] * 100, set()),
            ("older_high_risk", [100] * 50 + [181] * 50, {"target"}),
            ("older_high_risk", [100] * 99 + [69], {"below"}),
            ("older_high_risk", [150] * 90 + [251] * 10, {"very_high"}),
            ("pregnancy_t1", [120] * 75 + [141] * 25, {"above"}),
            ("pregnancy_t1", [120] * 96 + [62] * 4, {"below"}),
        ],
    )
    def test_are_missed_at_their_limit(self, ranges: str, values: list[int], missed: set[str]) -> None:
        targets, histogram = CONSENSUS[ranges], Histogram.of(values)

        found = goal_results(targets, time_in_range(histogram, targets.bands), cv_percent(histogram))

        assert {one.goal.measure for one in found if not one.met} == missed
        assert all_met(found) is not bool(missed)

    @pytest.mark.parametrize(("cv", "met"), [(36.0, True), (36.1, False), (None, None)])
    def test_a_cv_of_36_percent_is_met(self, cv: float | None, met: bool | None) -> None:
        shares = time_in_range(Histogram.of([100]), T1_T2.bands)

        found = goal_results(T1_T2, shares, cv)

        assert found[-1].met is met
        assert all_met(found) is met

    def test_cannot_be_told_without_readings(self) -> None:
        found = goal_results(T1_T2, time_in_range(EMPTY, T1_T2.bands), None)

        assert {one.met for one in found} == {None}
        assert all_met(found) is None


class TestGrade:
    @pytest.mark.parametrize(("value", "part"), [(69, "hypo"), (70, "eu"), (140, "eu"), (141, "hyper")])
    def test_each_edge_is_in_one_share(self, value: int, part: str) -> None:
        found = grade(Histogram.of([value]))

        assert found is not None
        assert [name for name in ("hypo", "eu", "hyper") if getattr(found, f"{name}_percent") == 100] == [part]

    @given(READINGS, st.booleans())
    def test_the_shares_make_up_the_whole(self, readings: list[tuple[int, int]], by_count: bool) -> None:
        values, cadences = zip(*readings, strict=True)

        found = grade(Histogram.of(values, cadences, by_count=by_count))

        assert found is not None
        assert found.hypo_percent + found.eu_percent + found.hyper_percent == pytest.approx(100)
        assert 0 <= found.score <= 50


class TestMValue:
    @pytest.mark.parametrize("reference", [80, 90, 100, 120])
    def test_it_is_nothing_at_its_reference(self, reference: int) -> None:
        assert m_value(Histogram.of([reference]), reference) == 0


class TestGri:
    @pytest.mark.parametrize(
        ("values", "zone"),
        [([100] * 10, "A"), ([100] * 9 + [60], "B"), ([100] * 8 + [60, 60], "C"), ([40] * 2 + [100] * 8, "C")],
    )
    def test_the_zone_goes_by_twenties(self, values: list[int], zone: str) -> None:
        found = gri(Histogram.of(values))

        assert found is not None
        assert found.zone == zone

    def test_the_weights_are_those_of_the_paper(self) -> None:
        found = gri(Histogram.of([50] * 1 + [60] * 2 + [100] * 90 + [200] * 4 + [300] * 3))

        assert found is not None
        assert found.index == pytest.approx(3.0 * 1 + 2.4 * 2 + 1.6 * 3 + 0.8 * 4)
        assert found.hypo_component == pytest.approx(1 + 0.8 * 2)
        assert found.hyper_component == pytest.approx(3 + 0.5 * 4)

    def test_it_ends_at_a_hundred(self) -> None:
        found = gri(Histogram.of([40] * 10))

        assert found is not None
        assert (found.index, found.zone) == (100, "E")


class TestSufficiency:
    def test_fourteen_days_at_seventy_percent_are_enough(self) -> None:
        assert sufficiency(minutes=14 * 1008, window_minutes=14 * 1440, days_with_data=14).sufficient

    @pytest.mark.parametrize(
        ("minutes", "days", "words"),
        [(0, 14, "no readings"), (13 * 1440, 13, "13 days"), (14 * 1007, 14, "active for 69.9 %")],
    )
    def test_it_says_what_is_missing(self, minutes: int, days: int, words: str) -> None:
        found = sufficiency(minutes=minutes, window_minutes=days * 1440, days_with_data=days)

        assert not found.sufficient
        assert words in (found.reason or "")


class TestDay:
    @given(READINGS, st.booleans())
    def test_a_day_of_sums_says_what_its_readings_say(self, readings: list[tuple[int, int]], by_count: bool) -> None:
        values = np.array([value for value, _ in readings])
        minutes = np.array([cadence for _, cadence in readings])
        edges = np.searchsorted([54, 63, 70, 141, 181, 251], values, side="right")
        row = DayRow(
            date(2026, 3, 1),
            len(readings),
            int(minutes.sum()),
            int(values.sum()),
            int((values**2).sum()),
            int((minutes * values).sum()),
            int((minutes * values**2).sum()),
            int(values.min()),
            int(values.max()),
            np.bincount(edges, minlength=7).tolist(),
            np.bincount(edges, weights=minutes, minlength=7).astype(int).tolist(),
        )
        histogram = Histogram.of(values, minutes, by_count=by_count)

        assert day_mean_mg_dl(row, by_count=by_count) == pytest.approx(mean_mg_dl(histogram), rel=1e-12)
        deviation = day_sd_mg_dl(row, by_count=by_count)
        assert (deviation is None) == (len(readings) == 1)
        assert deviation is None or deviation == pytest.approx(sd_mg_dl(histogram), rel=1e-9, abs=1e-6)
        for targets in CONSENSUS.values():
            assert day_shares(row, targets.bands, by_count=by_count) == time_in_range(histogram, targets.bands)

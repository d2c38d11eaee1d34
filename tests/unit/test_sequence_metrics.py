"""Metrics that depend on order: by hand, against plain loops, and by what must hold for any readings."""

import csv
import math
import statistics
from dataclasses import asdict, replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.adrr import adrr
from analytics.metrics.conga import conga_mg_dl
from analytics.metrics.mage import mage
from analytics.metrics.sequence import sequence_metrics
from analytics.metrics.trace import Trace
from tests.unit.traces import DAY, MIDNIGHT, OFFSET, trace, traces, written

ON_THE_GRID = ("mage", "mage_plus", "mage_minus", "modd", "conga_24", "gvp_percent", "mag", "li")
WAVE = [round(150 + 60 * math.sin(minute / 90)) for minute in range(0, 2 * 1440, 5)]

TOUCHING = """
    116 114 120 116 112 118 116 110 106 100 100 102 106 102 108 102 104 106 110 104 106 102 96 100 94 100 104 104 108
    108 102 96 96 96 96 92 98 98 104 98 92 88 92 98 104 102 96 100 100 102 98 92 92 92 90 90 90 90
    90 86 88 86 86 90 92 94 94 92 92 92 90 90 96 96 94 94 94 100 96 90 96 98 102 96 100 94
"""


def same(found: float | None, expected: float | None, factor: float = 1) -> bool:
    if found is None or expected is None:
        return found is expected
    return found == pytest.approx(expected * factor, rel=1e-9, abs=1e-9)


def reference_rows() -> list[dict[str, str]]:
    with (Path(__file__).parent / "data" / "sequence_metrics.csv").open(newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


class TestReferenceValues:
    @pytest.mark.parametrize("row", reference_rows(), ids=lambda row: f"{row['metric']} of {row['readings'][:30]}")
    def test_the_metric_is_what_was_calculated_by_hand(self, row: dict[str, str]) -> None:
        found = asdict(sequence_metrics(written(row["readings"])))

        assert found[row["metric"]] == pytest.approx(float(row["expected"]), rel=1e-9)

    def test_no_data_is_none_and_never_zero(self) -> None:
        assert set(asdict(sequence_metrics(trace([], []))).values()) == {None}

    def test_one_reading_has_a_risk_and_no_order(self) -> None:
        found = asdict(sequence_metrics(trace([0], [100])))

        assert [name for name, value in found.items() if value is not None] == ["adrr", "record_active_percent"]

    def test_a_constant_trace_varies_by_nothing_and_has_no_excursion(self) -> None:
        found = sequence_metrics(trace(300 * np.arange(2 * 288), np.full(2 * 288, 100)))

        assert (found.modd, found.conga_24, found.gvp_percent, found.mag, found.li) == (0, 0, 0, 0, 0)
        assert (found.mage, found.mage_plus, found.mage_minus) == (None, None, None)


class TestAgainstPlainLoops:
    @given(traces())
    def test_each_is_its_formula_over_pairs_of_points(self, readings: Trace) -> None:
        points = readings.grid
        known = {5 * i: value for i, value in enumerate(points.values.tolist()) if not math.isnan(value)}
        step, hour, day = (
            [known[minute] - known[minute - lag] for minute in known if minute - lag in known] for lag in (5, 60, 1440)
        )

        found = sequence_metrics(readings)

        assert same(found.modd, statistics.fmean(map(abs, day)) if day else None)
        assert same(found.conga_24, statistics.stdev(day) if len(day) > 1 else None)
        assert same(found.mag, sum(map(abs, step)) / (len(step) / 12) if step else None)
        length = sum(math.sqrt(25 + change**2) for change in step)
        assert same(found.gvp_percent, 100 * (length / (5 * len(step)) - 1) if step else None)
        assert same(found.li, statistics.fmean((change / 18.0182) ** 2 for change in hour) if hour else None)

    @given(traces())
    def test_adrr_is_the_mean_of_the_days_ranges(self, readings: Trace) -> None:
        days: dict[int, list[float]] = {}
        for time, mg_dl in zip(readings.seconds.tolist(), readings.mg_dl.tolist(), strict=True):
            days.setdefault((time + 60 * OFFSET) // DAY, []).append(1.509 * (math.log(mg_dl) ** 1.084 - 5.381))
        ranges = [10 * min(0, *day, 0) ** 2 + 10 * max(0, *day, 0) ** 2 for day in days.values()]

        assert same(sequence_metrics(readings).adrr, statistics.fmean(ranges))


class TestWhatMustHold:
    @given(traces(), st.integers(-400, 400))
    def test_whole_days_later_nothing_changes(self, readings: Trace, days: int) -> None:
        assert sequence_metrics(replace(readings, seconds=readings.seconds + days * DAY)) == sequence_metrics(readings)

    def test_two_minutes_later_something_does(self) -> None:
        times = 300 * np.arange(len(WAVE))

        assert sequence_metrics(trace(times + 120, WAVE)).modd != sequence_metrics(trace(times, WAVE)).modd

    @given(traces())
    def test_columns_of_two_bytes_say_the_same(self, readings: Trace) -> None:
        # 14 hours ahead, the most there is, are more seconds than two bytes hold.
        far = replace(readings, utc_offset_minutes=np.full_like(readings.utc_offset_minutes, 14 * 60))
        small = [column.astype(np.int16) for column in (far.mg_dl, far.cadence_minutes, far.utc_offset_minutes)]

        assert sequence_metrics(Trace.of(far.seconds, *small)) == sequence_metrics(far)

    @given(traces(), st.randoms(use_true_random=False))
    def test_the_order_within_a_day_is_nothing_to_adrr(self, readings: Trace, random: Random) -> None:
        within, mg_dl = readings.seconds // DAY, readings.mg_dl.tolist()
        order = sorted(range(len(mg_dl)), key=lambda place: (within[place], random.random()))
        shuffled = replace(readings, mg_dl=readings.mg_dl[order])

        one, other = (adrr(within, given.mg_dl) for given in (readings, shuffled))

        assert same(other, one)

    @given(traces(highest=150), st.sampled_from([2, 4]))
    def test_they_scale_with_glucose(self, readings: Trace, factor: int) -> None:
        one, other = sequence_metrics(readings), sequence_metrics(replace(readings, mg_dl=readings.mg_dl * factor))

        for name in ("mage", "mage_plus", "mage_minus", "modd", "conga_24", "mag"):
            assert same(getattr(other, name), getattr(one, name), factor), name
        assert same(other.li, one.li, factor**2)

    @given(traces(highest=500), st.integers(1, 100))
    def test_a_constant_on_top_changes_no_difference(self, readings: Trace, more: int) -> None:
        one, other = sequence_metrics(readings), sequence_metrics(replace(readings, mg_dl=readings.mg_dl + more))

        for name in ("modd", "conga_24", "gvp_percent", "mag", "li"):
            assert same(getattr(other, name), getattr(one, name)), name

    @given(traces())
    def test_backwards_the_differences_are_as_large(self, readings: Trace) -> None:
        mirrored = replace(readings, seconds=2 * MIDNIGHT - readings.seconds[::-1], mg_dl=readings.mg_dl[::-1])

        one, other = sequence_metrics(readings), sequence_metrics(mirrored)

        for name in ("modd", "conga_24", "gvp_percent", "mag", "li"):
            assert same(getattr(other, name), getattr(one, name)), name

    @given(traces(most=200))
    def test_there_is_a_number_or_none_and_nothing_else(self, readings: Trace) -> None:
        for name, value in asdict(sequence_metrics(readings)).items():
            assert value is None or (math.isfinite(value) and value >= -1e-9), name

    @pytest.mark.parametrize("cadence", [1, 15])
    def test_on_the_grid_each_five_minutes_count_once_whatever_the_cadence(self, cadence: int) -> None:
        every_five = np.arange(0, 2 * 1440 + 1, 5)
        mixed = np.union1d(every_five[every_five < 1440], np.arange(1440, 2 * 1440 + 1, cadence))
        # Up and down by 1 mg/dL a minute, with corners at quarters of an hour: what lies between readings is known.
        one, other = (sequence_metrics(trace(60 * at, 90 + np.abs(at % 270 - 135))) for at in (every_five, mixed))

        for name in ON_THE_GRID:
            assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-12), name

    def test_the_day_of_a_reading_is_that_of_its_own_clock(self) -> None:
        # 23:30 and half an hour later 00:00, but the clock was put back by an hour in between: one day.
        there = sequence_metrics(trace([DAY - 1800, DAY], [70, 250]))
        through = sequence_metrics(trace([DAY - 1800, DAY], [70, 250], offsets=[OFFSET, OFFSET - 60]))

        assert there.adrr is not None
        assert through.adrr == pytest.approx(2 * there.adrr)


class TestConga:
    @pytest.mark.parametrize("hours", [1, 4, 24])
    def test_the_hours_are_those_that_are_asked_for(self, hours: int) -> None:
        readings = trace(300 * np.arange(len(WAVE)), WAVE)
        lag = 12 * hours
        changes = [later - earlier for earlier, later in zip(WAVE, WAVE[lag:], strict=False)]

        found = conga_mg_dl(readings.grid, hours)

        assert found == pytest.approx(statistics.stdev(changes))


class TestMage:
    def found(self, minutes: list[int], mg_dl: list[int]) -> tuple[float, float | None, float | None] | None:
        readings = trace([60 * minute for minute in minutes], mg_dl)
        excursions = mage(readings.grid)
        return None if excursions is None else (excursions.mean, excursions.plus, excursions.minus)

    def rise(self, first: int, height: int, steps: int = 10) -> tuple[list[int], list[int]]:
        minutes = [first + 45 * step for step in range(steps + 1)]
        return minutes, [100 + height * step // steps for step in range(steps + 1)]

    def test_one_rise_is_its_height(self) -> None:
        assert self.found(*self.rise(0, 100)) == (100, 100, None)

    def test_one_fall_is_its_depth(self) -> None:
        minutes, mg_dl = self.rise(0, 100)

        assert self.found(minutes, mg_dl[::-1]) == (100, None, 100)

    @pytest.mark.parametrize("change", [100, -60])
    def test_a_change_after_a_flat_start_counts(self, change: int) -> None:
        minutes, mg_dl = self.rise(300, change)

        found = self.found([*range(0, 300, 30), *minutes], [100] * 10 + mg_dl)

        assert found == (abs(change), *((change, None) if change > 0 else (None, -change)))

    def test_and_so_does_what_follows_it(self) -> None:
        minutes, mg_dl = self.rise(300, 100)
        back = [minutes[-1] + 45 * step for step in range(1, 11)]

        found = self.found([*range(0, 300, 30), *minutes, *back], [100] * 10 + mg_dl + mg_dl[-2::-1])

        assert found == (100, 100, 100)

    def test_averages_that_touch_and_part_again_are_no_turn(self) -> None:
        # Made at random, so that the averages are equal at a point without crossing there; iglu-python says the same.
        mg_dl = [int(value) for value in TOUCHING.split()]

        assert self.found([5 * place for place in range(len(mg_dl))], mg_dl) == (20.5, 16, 25)

    def test_what_is_below_a_deviation_counts_for_nothing(self) -> None:
        minutes, up = self.rise(0, 200, 20)
        small = [190, 180, 190, 200]
        more = [minutes[-1] + 45 * (step + 1) for step in range(4)]

        assert self.found(minutes + more, [*up, *(100 + value for value in small)]) == (200, 200, None)

    def test_segments_weigh_by_their_hours(self) -> None:
        first, second = self.rise(0, 100), self.rise(1000, 40, 20)

        found = self.found(first[0] + second[0], first[1] + second[1])

        assert found is not None
        assert found[:2] == pytest.approx(((100 * 450 + 40 * 900) / 1350, 60))

    @pytest.mark.parametrize(("gap", "together"), [(180, True), (185, False)])
    def test_three_hours_without_a_value_are_bridged_and_more_are_not(self, gap: int, together: bool) -> None:
        first = self.rise(0, 60)
        minutes = [450 + gap + 45 * step for step in range(11)]

        found = self.found(first[0] + minutes, first[1] + [160 + 6 * step for step in range(11)])

        assert found is not None
        assert found[1] == pytest.approx(120 if together else 60)

    @pytest.mark.parametrize(("points", "enough"), [(31, False), (32, True)])
    def test_less_than_the_long_average_says_nothing(self, points: int, enough: bool) -> None:
        found = self.found([5 * point for point in range(points)], [100 + 2 * point for point in range(points)])

        assert (found is not None) == enough


class TestRecordActive:
    def test_it_asks_for_nothing_before_the_first_reading_or_after_the_last(self) -> None:
        minutes = np.arange(600, 700, 5)

        assert sequence_metrics(trace(60 * minutes, np.full(20, 100))).record_active_percent == 100

    def test_each_reading_covers_its_own_minutes(self) -> None:
        found = sequence_metrics(trace([0, 900, 1800], [100, 100, 100], cadences=[5, 5, 15]))

        assert found.record_active_percent == pytest.approx(100 * 25 / 45)

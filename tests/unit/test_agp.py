"""The ambulatory glucose profile: by hand, and bin by bin against the percentiles of the statistics."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.agp import PERCENTS, Profile, bin_answers, profile
from analytics.metrics.histogram import Histogram
from analytics.metrics.percentiles import percentile_mg_dl
from analytics.metrics.trace import Trace
from glucose.local_time import utc_offsets

MIDNIGHT = 1_772_323_200  # 2026-03-01T00:00:00Z
# Minute since midnight, mg/dL, cadence.
READINGS = st.lists(
    st.tuples(st.integers(0, 4 * 1440), st.integers(20, 600), st.sampled_from([1, 5, 15])), max_size=120
)


def profile_of(
    minutes: list[int], mg_dl: list[int], cadences: list[int] | int = 5, offset: int = 0, bin_minutes: int = 60
) -> Profile:
    seconds = MIDNIGHT + 60 * np.array(minutes, dtype=np.int64)
    cadence_minutes = np.broadcast_to(np.array(cadences, dtype=np.int64), seconds.shape)
    values = np.array(mg_dl, dtype=np.int64)
    return profile(Trace(seconds, values, cadence_minutes, np.full(seconds.shape, offset)), bin_minutes=bin_minutes)


def median_of(found: Profile, bin_number: int) -> float:
    return float(found.percentiles[bin_number, PERCENTS.index(50)])


class TestTheBins:
    @given(READINGS, st.integers(-56, 56))
    def test_of_a_quarter_of_an_hour_have_the_percentiles_of_their_readings(
        self, readings: list[tuple[int, int, int]], quarters: int
    ) -> None:
        minutes, values, cadences = ([one[place] for one in readings] for place in range(3))

        found = profile_of(minutes, values, cadences, offset=15 * quarters, bin_minutes=15)

        for number in range(96):
            inside = [one for one in readings if (one[0] + 15 * quarters) % 1440 // 15 == number]
            alone = Histogram.of([one[1] for one in inside], [one[2] for one in inside])
            assert found.n[number] == len(inside)
            if inside:
                expected = [percentile_mg_dl(alone, percent) for percent in PERCENTS]
                assert found.percentiles[number].tolist() == pytest.approx(expected, rel=1e-12)
            else:
                assert np.isnan(found.percentiles[number]).all()

    @given(READINGS)
    def test_of_an_hour_are_smoothed_over_those_beside_them(self, readings: list[tuple[int, int, int]]) -> None:
        minutes, values, cadences = ([one[place] for one in readings] for place in range(3))

        found = profile_of(minutes, values, cadences)

        raw: list[list[float] | None] = []
        for number in range(24):
            inside = [one for one in readings if one[0] % 1440 // 60 == number]
            alone = Histogram.of([one[1] for one in inside], [one[2] for one in inside])
            raw.append([percentile_mg_dl(alone, percent) or 0.0 for percent in PERCENTS] if inside else None)
        for number in range(24):
            around = [(raw[number - 1], 1), (raw[number], 4), (raw[(number + 1) % 24], 1)]
            there = [(row, weight) for row, weight in around if row is not None]
            if raw[number] is None:
                assert np.isnan(found.percentiles[number]).all()
                continue
            expected = np.average([row for row, _ in there], axis=0, weights=[weight for _, weight in there])
            assert found.percentiles[number].tolist() == pytest.approx(expected.tolist(), rel=1e-12)

    def test_are_smoothed_around_midnight(self) -> None:
        # By hand: (100 + 4 * 160 + 100) / 6 = 140, and beside it (100 + 4 * 100 + 160) / 6 = 110.
        values = [160 if hour == 23 else 100 for hour in range(24)]

        found = profile_of([60 * hour for hour in range(24)], values)

        assert [median_of(found, hour) for hour in (21, 22, 23, 0, 1)] == [100, 110, 140, 110, 100]

    def test_are_never_made_up(self) -> None:
        found = profile_of([0, 120], [100, 200])

        assert [median_of(found, 0), median_of(found, 2)] == [100, 200]
        assert np.isnan(found.percentiles[1]).all()

    @given(READINGS)
    def test_have_percentiles_in_order(self, readings: list[tuple[int, int, int]]) -> None:
        minutes, values, cadences = ([one[place] for one in readings] for place in range(3))

        found = profile_of(minutes, values, cadences)

        assert (np.diff(found.percentiles[found.n > 0], axis=1) >= -1e-9).all()

    @given(READINGS, st.integers(1, 9))
    def test_are_the_same_whole_days_later(self, readings: list[tuple[int, int, int]], days: int) -> None:
        minutes, values, cadences = ([one[place] for one in readings] for place in range(3))

        today = profile_of(minutes, values, cadences)
        later = profile_of([minute + 1440 * days for minute in minutes], values, cadences)

        assert np.array_equal(today.percentiles, later.percentiles, equal_nan=True)


class TestMixedCadences:
    def test_weigh_by_minutes_in_the_bins_that_mix_them(self) -> None:
        found = profile_of([0, 1, 60, 61], [100, 200, 100, 200], [15, 5, 5, 5], bin_minutes=15)

        assert median_of(found, 0) == 100
        assert median_of(found, 4) == 150


class TestTheLocalClock:
    def test_gives_a_day_25_or_23_hours_where_the_clocks_are_changed(self) -> None:
        zone = ZoneInfo("Europe/Lisbon")

        def hours(day: int, month: int, count: int) -> list[int]:
            start = int(datetime(2026, month, day, tzinfo=zone).astimezone(UTC).timestamp())
            seconds = start + 3600 * np.arange(count)
            values, cadences = np.full(count, 100), np.full(count, 5)
            found = profile(Trace(seconds, values, cadences, utc_offsets(seconds, zone)), bin_minutes=60)
            assert found.days_with_data == 1
            return [int(n) for n in found.n]

        assert hours(25, 10, 25) == [1, 2, *[1] * 22]
        assert hours(29, 3, 23) == [1, 0, *[1] * 22]

    def test_has_zones_of_quarters_of_an_hour(self) -> None:
        found = profile_of([0], [100], offset=345, bin_minutes=15)

        assert np.flatnonzero(found.n).tolist() == [23]  # 05:45 of Kathmandu


class TestTheProfile:
    def test_says_how_much_it_is_of(self) -> None:
        found = profile_of([0, 5, 1440, 4320], [100, 110, 120, 130], [5, 5, 15, 15])

        assert (found.readings, found.minutes, found.days_with_data) == (4, 40, 3)

    @pytest.mark.parametrize("bin_minutes", [60, 15])
    def test_of_no_readings_has_only_empty_bins(self, bin_minutes: int) -> None:
        found = profile_of([], [], bin_minutes=bin_minutes)

        assert (found.readings, found.minutes, found.days_with_data) == (0, 0, 0)
        assert len(found.n) == 1440 // bin_minutes
        assert np.isnan(found.percentiles).all()


class TestTheAnswer:
    def test_names_each_bin_by_its_first_minute(self) -> None:
        answers = bin_answers(profile_of([61], [100]), "mg/dL")

        assert answers[1] == {"minute_of_day": 60, "n": 1, "p5": 100, "p25": 100, "p50": 100, "p75": 100, "p95": 100}
        assert answers[2] == {
            "minute_of_day": 120, "n": 0, "p5": None, "p25": None, "p50": None, "p75": None, "p95": None
        }  # fmt: skip

    def test_follows_the_unit(self) -> None:
        (answer,) = [one for one in bin_answers(profile_of([61], [100]), "mmol/L") if one["n"]]

        assert answer["p50"] == round(100 / 18.0182, 6)

"""Episodes: by hand at every edge, and against a loop that walks the grid as the consensus reads."""

import csv
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.episodes import KIND_NAMES, KINDS, Episode, Kind, episodes, summaries
from analytics.metrics.grid import Grid, grid

MIDNIGHT = 1_772_323_200  # 2026-03-01T00:00:00Z
NONE = math.nan
TESTS = Path(__file__).resolve().parent.parent
# Runs of points that lie in a band, or have no value: what makes up a day's grid.
RUNS = st.lists(
    st.tuples(st.sampled_from([None, 40, 53.9, 54, 69.5, 70, 120, 180, 180.25, 250, 251, 400]), st.integers(1, 30)),
    max_size=25,
)
OFFSETS = st.sampled_from([0, -180, 345, 840])


def found(*mg_dl: float, start: int = MIDNIGHT + 12 * 3600, offset: int = 0) -> list[Episode]:
    """The episodes of points one after the other, from noon on."""
    return episodes(Grid(start, np.array(mg_dl, dtype=float)), np.array([start]), np.array([offset]))


def kinds(*mg_dl: float) -> list[str]:
    return [one.kind for one in found(*mg_dl)]


def of(kind: str, *mg_dl: float, **more: int) -> list[Episode]:
    return [one for one in found(*mg_dl, **more) if one.kind == kind]


def walked(kind: Kind, seconds: list[int], values: list[float], offset: int) -> Iterator[Episode]:
    """The episodes of a kind, point by point."""
    start: int | None = None
    last = back = beyond = 0
    for place in range(len(values) + 1):
        value = values[place] if place < len(values) else NONE
        if math.isnan(value):
            if start is not None:
                yield episode(kind, seconds[start:place], values[start:place], offset)
            start, back, beyond = None, 0, 0
        elif kind.side * (value - kind.edge_mg_dl) > 0:
            last, back, beyond = place, 0, beyond + 1
            if start is None and beyond == kind.points:
                start = place - kind.points + 1
        else:
            back, beyond = back + 1, 0
            if start is not None and back == 3:
                yield episode(kind, seconds[start : last + 1], values[start : last + 1], offset)
                start = None


def episode(kind: Kind, seconds: list[int], values: list[float], offset: int) -> Episode:
    hours = [(second + 60 * offset) // 3600 % 24 for second in seconds]
    return Episode(
        kind.name,
        seconds[0],
        seconds[-1] + 300,
        min(values) if kind.side < 0 else max(values),
        sum(5 * max(0.0, kind.side * (value - kind.edge_mg_dl)) for value in values),
        sum(hour < 6 for hour in hours) >= len(hours) / 2,
    )


class TestAgainstAWalk:
    @given(RUNS, OFFSETS)
    def test_all_kinds_are_those_of_the_walk(self, runs: list[tuple[float | None, int]], offset: int) -> None:
        values = [NONE if value is None else float(value) for value, length in runs for _ in range(length)]
        seconds = [MIDNIGHT + 300 * place for place in range(len(values))]

        vectorised = found(*values, start=MIDNIGHT, offset=offset)

        expected = [one for kind in KINDS for one in walked(kind, seconds, values, offset)]
        expected.sort(key=lambda one: (one.start, KIND_NAMES.index(one.kind)))
        assert [(one.kind, one.start, one.end, one.night) for one in vectorised] == [
            (one.kind, one.start, one.end, one.night) for one in expected
        ]
        assert [one.extreme for one in vectorised] == pytest.approx([one.extreme for one in expected], rel=1e-12)
        assert [one.area for one in vectorised] == pytest.approx([one.area for one in expected], rel=1e-9)

    @given(RUNS)
    def test_whole_days_later_the_episodes_are_the_same(self, runs: list[tuple[float | None, int]]) -> None:
        values = [NONE if value is None else float(value) for value, length in runs for _ in range(length)]

        today, later = found(*values), found(*values, start=MIDNIGHT + 12 * 3600 + 9 * 86_400)

        assert [(one.kind, one.start + 9 * 86_400, one.minutes, one.area, one.night) for one in today] == [
            (one.kind, one.start, one.minutes, one.area, one.night) for one in later
        ]


def read(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@cache
def hall() -> dict[str, list[Episode]]:
    """The episodes of the five people of Hall et al. 2018, whose times have no zone."""
    readings: dict[str, list[tuple[int, int]]] = {}
    for row in read(TESTS.parent / "simulator" / "data" / "hall2018_five_subjects.csv"):
        time = datetime.fromisoformat(row["local_time"]).replace(tzinfo=UTC)
        readings.setdefault(row["subject"], []).append((int(time.timestamp()), int(row["mg_dl"])))
    episodes_of = {}
    for subject, some in readings.items():
        times, mg_dl = np.array(sorted(some), dtype=np.int64).T
        zone = np.zeros_like(times)
        episodes_of[subject] = episodes(grid(times, zone, mg_dl), times, zone)
    return episodes_of


class TestAgainstIglu:
    @pytest.mark.parametrize(
        "row", read(TESTS / "unit" / "data" / "episodes_of_iglu.csv"), ids=lambda row: f"{row['kind']} {row['subject']}"
    )
    def test_as_many_last_as_long(self, row: dict[str, str]) -> None:
        minutes = [one.minutes for one in hall()[row["subject"]] if one.kind == row["kind"]]

        assert len(minutes) == int(row["episodes"])
        assert sum(minutes) / max(len(minutes), 1) == pytest.approx(float(row["mean_minutes"]), rel=1e-6)


class TestTheBeginning:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (70, []),
            (69.9, ["hypo_level1"]),
            (54, ["hypo_level1"]),
            (53.9, ["hypo_level1", "hypo_level2"]),
            (180, []),
            (180.1, ["hyper_level1"]),
            (250, ["hyper_level1"]),
            (250.1, ["hyper_level1", "hyper_level2"]),
        ],
    )
    def test_is_beyond_the_edge_and_not_on_it(self, value: float, expected: list[str]) -> None:
        assert kinds(*[value] * 3) == expected

    def test_wants_fifteen_minutes(self) -> None:
        assert kinds(100, 60, 60, 100, 100, 100) == []
        assert kinds(100, 60, 60, 60, 100, 100, 100) == ["hypo_level1"]

    def test_wants_them_in_a_row(self) -> None:
        assert kinds(60, 60, 100, 60, 60, 100, 60) == []

    def test_of_the_extended_kind_wants_more_than_two_hours(self) -> None:
        assert kinds(*[60] * 24) == ["hypo_level1"]
        assert kinds(*[60] * 25) == ["hypo_level1", "hypo_extended"]
        assert kinds(*[60] * 20, 100, *[60] * 20) == ["hypo_level1"]


class TestTheEnd:
    def test_comes_with_fifteen_minutes_back(self) -> None:
        assert len(of("hypo_level1", 60, 60, 60, 70, 70, 60, 60, 60)) == 1
        assert len(of("hypo_level1", 60, 60, 60, 70, 70, 70, 60, 60, 60)) == 2

    def test_is_where_the_fifteen_minutes_begin(self) -> None:
        (one,) = of("hypo_level1", 100, 60, 60, 60, 100, 100, 60, 100, 100, 100)

        assert (one.start - MIDNIGHT - 12 * 3600, one.minutes) == (300, 30)

    def test_comes_with_a_point_without_a_value(self) -> None:
        assert [one.minutes for one in of("hyper_level1", 200, 200, 200, NONE, 200, 200, 200, 200)] == [15, 20]

    def test_at_such_a_point_holds_what_was_back_for_less(self) -> None:
        (one,) = of("hypo_level1", 60, 60, 60, 60, 60, 75, 80, NONE, 80)

        assert (one.minutes, one.area) == (35, 5 * 5 * 10)

    def test_leaves_no_points_over_for_the_next(self) -> None:
        assert [one.minutes for one in of("hyper_level1", 200, 200, 200, NONE, 200, 200)] == [15]

    def test_may_be_that_of_the_data(self) -> None:
        assert [one.minutes for one in of("hypo_level2", 50, 50, 50, 80)] == [20]


class TestAnEpisode:
    def test_of_low_glucose_has_a_nadir_and_an_area(self) -> None:
        (one,) = of("hypo_level1", 100, 69, 60, 65, 80, 66, 100, 100, 100)

        assert one.extreme == 60
        # (1 + 10 + 5 + 0 + 4) mg/dL for 5 minutes each: the return to 80 adds nothing.
        assert one.area == 100

    def test_of_high_glucose_has_a_peak_and_an_area(self) -> None:
        (one,) = of("hyper_level2", 251, 300, 260)

        assert (one.extreme, one.area) == (300, 5 * (1 + 50 + 10))

    @pytest.mark.parametrize(
        ("hour", "minute", "night"),
        [(0, 0, True), (5, 45, True), (5, 55, False), (6, 0, False), (23, 50, True), (23, 45, False), (12, 0, False)],
    )
    def test_is_at_night_with_half_of_its_minutes(self, hour: int, minute: int, night: bool) -> None:
        start = MIDNIGHT + 3600 * hour + 60 * minute

        (one,) = of("hypo_level1", 60, 60, 60, 60, start=start)

        assert one.night is night

    def test_is_at_night_by_its_local_clock(self) -> None:
        assert of("hypo_level1", 60, 60, 60, start=MIDNIGHT + 4 * 3600, offset=-180)[0].night
        assert not of("hypo_level1", 60, 60, 60, start=MIDNIGHT + 4 * 3600, offset=180)[0].night

    def test_has_the_offset_of_the_reading_before(self) -> None:
        times = MIDNIGHT + 3600 * np.array([0, 12])

        lows = Grid(MIDNIGHT, np.array([60.0] * 3 + [100.0] * 141 + [60.0] * 3))
        found_there = episodes(lows, times, np.array([0, 13 * 60]))

        assert [one.night for one in found_there] == [True, True]


class TestTheSummary:
    def test_has_every_kind(self) -> None:
        some = found(*[60] * 3, *[100] * 3, *[60] * 5, *[100] * 3)

        summary = summaries(some, days=14, has_data=True)

        assert tuple(summary) == KIND_NAMES
        lows = summary["hypo_level1"]
        assert (lows.count, lows.per_week, lows.mean_minutes, lows.night_percent) == (2, 1, 20, 0)
        assert lows.per_day == pytest.approx(1 / 7)
        none = summary["hyper_level2"]
        assert (none.count, none.per_day, none.per_week, none.mean_minutes, none.night_percent) == (0, 0, 0, None, None)

    def test_without_data_says_nothing(self) -> None:
        assert {one.count for one in summaries([], days=14, has_data=False).values()} == {None}

    def test_of_points_without_a_value_there_is_none(self) -> None:
        assert found(NONE, NONE, NONE) == []
        assert found() == []

"""The grid: where its points lie, and what they have between readings, in gaps, and when the clock changes."""

import math

import numpy as np
import pytest
from hypothesis import given

from analytics.metrics.grid import grid
from analytics.metrics.trace import Trace
from tests.unit.traces import MIDNIGHT, OFFSET, trace, traces, written


def values(readings: Trace) -> list[float | None]:
    found = readings.grid.values
    return [None if math.isnan(value) else round(value, 9) for value in found.tolist()]


def test_points_lie_at_five_minutes_from_local_midnight() -> None:
    readings = trace([61, 361, 661], [100, 110, 130])

    found = readings.grid

    assert found.start == MIDNIGHT + 300
    assert values(readings) == [round(100 + 10 * 239 / 300, 9), round(110 + 20 * 239 / 300, 9)]


def test_readings_on_the_points_stay_what_they_are() -> None:
    assert values(written("0=100 5=110 10=95")) == [100, 110, 95]


def test_forty_five_minutes_are_bridged() -> None:
    assert values(written("0=100 45=190")) == [100, 110, 120, 130, 140, 150, 160, 170, 180, 190]


def test_more_than_forty_five_minutes_are_not() -> None:
    assert values(trace([0, 45 * 60 + 1], [100, 190])) == [100] + 9 * [None]


def test_a_reading_alone_keeps_the_point_that_it_falls_on() -> None:
    assert values(written("0=100 60=190")) == [100] + 11 * [None] + [190]


def test_no_readings_give_no_points() -> None:
    nothing = np.empty(0, dtype=np.int64)

    assert len(grid(nothing, nothing, nothing).values) == 0


def test_one_reading_between_points_gives_none() -> None:
    assert values(trace([61], [100])) == []


@pytest.mark.parametrize("offset", [-180, 0, 330, 345])
def test_zones_of_half_and_quarter_hours_have_the_same_points(offset: int) -> None:
    readings = trace([0, 300], [100, 110], offsets=offset)

    assert readings.grid.start == MIDNIGHT


def test_where_the_zone_is_off_by_minutes_the_first_readings_clock_decides() -> None:
    readings = trace([0, 300], [100, 110], offsets=[OFFSET + 3, OFFSET])

    assert readings.grid.start == MIDNIGHT + 120


def test_an_hour_told_twice_has_its_points_twice() -> None:
    minutes = np.arange(0, 24 * 60, 5)
    before, through = (
        trace(60 * minutes, 100 + minutes // 60, offsets=offsets)
        for offsets in (np.full(len(minutes), OFFSET), np.where(minutes < 720, OFFSET, OFFSET - 60))
    )

    assert values(through) == values(before)


@given(traces(most=12))
def test_it_is_what_a_plain_loop_finds(readings: Trace) -> None:
    known = dict(zip(readings.seconds.tolist(), readings.mg_dl.tolist(), strict=True))
    times = list(known)
    expected: list[float | None] = []
    for point in range(-(-times[0] // 60) * 60, times[-1] + 1, 60):
        if (point + 60 * OFFSET) % 300:
            continue
        low = max(time for time in times if time <= point)
        high = min(time for time in times if time >= point)
        share = (point - low) / (high - low) if high > low else 0
        value = known[low] + (known[high] - known[low]) * share
        expected.append(round(value, 9) if high - low <= 2700 else None)

    assert values(readings) == expected

"""Offsets of zones, through daylight saving and moves."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glucose.local_time import clock_minutes, day_minutes, offsets_through_moves, utc_offsets

ZONES = ["America/Sao_Paulo", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]


def seconds(*instant: int) -> int:
    return int(datetime(*instant, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]


@given(st.lists(st.integers(seconds(2000, 1, 1), seconds(2030, 1, 1)), max_size=30), st.sampled_from(ZONES))
def test_the_offset_is_what_the_zone_says_at_each_instant(times: list[int], name: str) -> None:
    zone = ZoneInfo(name)
    expected = [datetime.fromtimestamp(time, zone).utcoffset() for time in times]

    found = utc_offsets(np.array(times, dtype=np.int64), zone)

    assert found.tolist() == [offset.total_seconds() / 60 for offset in expected if offset is not None]


def test_the_hour_that_is_told_twice_has_both_offsets() -> None:
    before, after = seconds(2026, 10, 25, 0, 30), seconds(2026, 10, 25, 1, 30)

    found = utc_offsets(np.array([before, after]), ZoneInfo("Europe/Berlin"))

    assert found.tolist() == [120, 60]


def test_who_moved_has_the_zone_of_that_day() -> None:
    moves = [(None, "America/Sao_Paulo"), (datetime(2026, 3, 10, tzinfo=UTC), "Asia/Kathmandu")]

    found = offsets_through_moves(np.array([seconds(2026, 3, 9, 23, 59), seconds(2026, 3, 10)]), moves)

    assert found.tolist() == [-180, 345]


@pytest.mark.parametrize(
    ("day", "zone", "minutes"),
    [
        (date(2026, 3, 8), "America/New_York", 23 * 60),
        (date(2026, 11, 1), "America/New_York", 25 * 60),
        (date(2026, 4, 5), "Australia/Lord_Howe", 24 * 60 + 30),
        (date(2026, 3, 1), "Asia/Kathmandu", 24 * 60),
    ],
)
def test_a_local_day_is_as_long_as_its_clock_says(day: date, zone: str, minutes: int) -> None:
    assert day_minutes(day, ZoneInfo(zone)) == minutes


def test_the_clock_goes_a_whole_day_where_it_is_changed() -> None:
    zone = ZoneInfo("America/New_York")
    start, end = datetime(2026, 3, 8, tzinfo=zone), datetime(2026, 3, 9, 12, tzinfo=zone)

    assert clock_minutes(start.astimezone(UTC), end.astimezone(UTC), zone) == 36 * 60

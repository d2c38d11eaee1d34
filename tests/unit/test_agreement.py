"""Minutes that two series tell, and where they differ."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glucose.agreement import Agreement

SERIES = st.lists(st.tuples(st.integers(0, 3_000), st.integers(40, 400)), max_size=30)


def compared(told: list[tuple[int, int]], stored: list[tuple[int, int]]) -> tuple[int, int]:
    found = Agreement()
    columns = [np.array([row[place] for row in rows], dtype=np.int64) for rows in (told, stored) for place in (0, 1)]
    found.add(*columns)
    return found.common, found.different


@pytest.mark.parametrize(("apart", "common"), [(-151, 0), (-150, 1), (0, 1), (150, 1), (151, 0)])
def test_a_minute_is_common_where_a_reading_is_that_near(apart: int, common: int) -> None:
    assert compared([(1_000 + apart, 100)], [(1_000, 100)]) == (common, 0)


@pytest.mark.parametrize(
    ("value", "stored", "different"),
    [(79, 99, 0), (78, 99, 1), (119, 99, 0), (120, 99, 1), (120, 100, 0), (240, 200, 0), (241, 200, 1), (159, 200, 1)],
)
def test_values_differ_beyond_20_mg_dl_and_from_100_on_beyond_20_percent(
    value: int, stored: int, different: int
) -> None:
    assert compared([(0, value)], [(0, stored)]) == (1, different)


def test_the_nearest_stored_reading_is_the_one_that_counts() -> None:
    assert compared([(100, 100)], [(50, 300), (110, 100), (155, 300)]) == (1, 0)


def test_without_common_minutes_there_is_no_share() -> None:
    assert Agreement().different_share() is None
    assert compared([(0, 100)], []) == (0, 0)


@pytest.mark.parametrize("apart", range(0, 300, 30))
def test_two_series_of_every_five_minutes_have_them_all_in_common_however_they_lie(apart: int) -> None:
    stored = [(300 * number, 100) for number in range(20)]

    assert compared([(at + apart, 100) for at, _ in stored[:-1]], stored) == (19, 0)


def test_batches_add_up() -> None:
    found, stored = Agreement(), np.array([0, 300], dtype=np.int64)
    for at, value in ((0, 100), (300, 200)):
        found.add(np.array([at]), np.array([value]), stored, np.array([100, 100]))

    assert (found.common, found.different, found.different_share()) == (2, 1, 0.5)


@given(SERIES, SERIES)
def test_it_counts_what_looking_at_each_pair_counts(told: list[tuple[int, int]], stored: list[tuple[int, int]]) -> None:
    stored = sorted(dict(stored).items())
    common = sum(any(abs(at - other) <= 150 for other, _ in stored) for at, _ in told)

    assert compared(told, stored)[0] == common

"""Ranges of time against sets of seconds, and what readings leave open against a walk over the seconds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glucose import coverage
from glucose.coverage import NOTHING, Ranges

END = 4_000
PAIRS = st.lists(st.tuples(st.integers(0, END), st.integers(0, END)), max_size=8)


def ranges(pairs: list[tuple[int, int]]) -> Ranges:
    return np.array([(min(pair), max(pair)) for pair in pairs], dtype=np.int64).reshape(-1, 2)


def seconds_in(found: Ranges) -> set[int]:
    return {second for start, end in found.tolist() for second in range(start, end)}


def is_tidy(found: Ranges) -> bool:
    """Sorted, none empty, no two touching."""
    flat = found.ravel()
    return bool((np.diff(flat) > 0).all())


@given(PAIRS)
def test_a_union_is_the_same_seconds(pairs: list[tuple[int, int]]) -> None:
    given_ranges = ranges(pairs)

    found = coverage.united(given_ranges)

    assert is_tidy(found)
    assert seconds_in(found) == seconds_in(given_ranges)
    assert coverage.seconds(found) == len(seconds_in(given_ranges))


@given(PAIRS, PAIRS)
def test_what_is_taken_away_is_gone(pairs: list[tuple[int, int]], taken: list[tuple[int, int]]) -> None:
    found = coverage.without(ranges(pairs), ranges(taken))

    assert is_tidy(found)
    assert seconds_in(found) == seconds_in(ranges(pairs)) - seconds_in(ranges(taken))


@given(PAIRS, PAIRS)
def test_what_is_in_both_is_in_both(pairs: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    found = coverage.both(coverage.united(ranges(pairs)), coverage.united(ranges(others)))

    assert seconds_in(found) == seconds_in(ranges(pairs)) & seconds_in(ranges(others))


@given(PAIRS, st.integers(0, END), st.integers(0, END))
def test_a_window_clips(pairs: list[tuple[int, int]], start: int, end: int) -> None:
    found = coverage.clipped(coverage.united(ranges(pairs)), min(start, end), max(start, end))

    assert seconds_in(found) == seconds_in(ranges(pairs)) & set(range(min(start, end), max(start, end)))


def open_seconds(times: list[int], cadences: list[int], start: int, end: int) -> set[int]:
    """Second by second: not within half a cadence of a reading, nor between two that are near enough."""
    covered = {second for t, c in zip(times, cadences, strict=True) for second in range(t - 30 * c, t + 30 * c)}
    for (t, c), (u, d) in zip(
        list(zip(times, cadences, strict=True)), list(zip(times, cadences, strict=True))[1:], strict=False
    ):
        if u - t <= 90 * max(c, d):
            covered |= set(range(t, u))
    return set(range(start, end)) - covered


@given(st.lists(st.tuples(st.integers(0, END), st.sampled_from([1, 5, 15])), unique_by=lambda one: one[0], max_size=12))
def test_what_is_missing_is_what_no_reading_stands_for(readings: list[tuple[int, int]]) -> None:
    readings = _apart(sorted(readings))
    times, cadences = [time for time, _ in readings], [cadence for _, cadence in readings]
    as_arrays = np.array(times, dtype=np.int64), np.array(cadences, dtype=np.int64)

    found = coverage.missing(*as_arrays, 500, 3_500)

    assert seconds_in(found) == open_seconds(times, cadences, 500, 3_500)


def _apart(readings: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """As they are stored: none closer than half the larger of the cadences."""
    kept: list[tuple[int, int]] = []
    for time, cadence in readings:
        if all(time - other >= 30 * max(cadence, wide) for other, wide in kept):
            kept.append((time, cadence))
    return kept


def test_an_empty_window_misses_nothing() -> None:
    nobody = np.empty(0, dtype=np.int64)

    assert coverage.missing(nobody, nobody, 5, 5) is NOTHING
    assert coverage.missing(nobody, nobody, 5, 9).tolist() == [[5, 9]]

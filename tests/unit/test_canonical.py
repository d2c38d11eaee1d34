"""The canonical stream: the rule of glucose/canonical.py against a slow program that is the rule itself."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from glucose import canonical

Row = tuple[int, int, int, int, int]
# Small ranges, so that collisions are the rule and not the exception.
SAMPLE = st.tuples(
    st.integers(0, 2),  # patient
    st.integers(0, 3_000),  # second
    st.sampled_from(canonical.CADENCES),
    st.integers(1, 3),  # rank
    st.integers(40, 45),  # value
)
BATCH = st.lists(SAMPLE, max_size=40)


def keep(batch: list[Row], stored: list[Row] | None = None) -> NDArray[np.bool_]:
    patients, times, cadences, ranks, values = np.array(batch, dtype=np.int64).reshape(-1, 5).T
    before = np.array(stored or [], dtype=np.int64).reshape(-1, 5).T
    return canonical.keep(patients, times, cadences, ranks, values, (before[0], before[1], before[2]))


def too_close(one: Row, other: Row) -> bool:
    return one[0] == other[0] and abs(one[1] - other[1]) < 30 * max(one[2], other[2])


def chosen(batch: list[Row], stored: list[Row] | None = None) -> list[Row]:
    return [sample for sample, kept in zip(batch, keep(batch, stored), strict=True) if kept]


def slowly(batch: list[Row], stored: list[Row]) -> list[Row]:
    """Take the samples one by one: better rank, then earlier time; keep what is far from all that is kept."""
    kept = list(stored)
    for sample in sorted(batch, key=lambda s: (s[3], s[1], s[2], s[4])):
        if not any(too_close(sample, other) for other in kept):
            kept.append(sample)
    return kept[len(stored) :]


@given(BATCH, BATCH)
def test_it_keeps_what_the_rule_keeps(first: list[Row], second: list[Row]) -> None:
    stored = slowly(first, [])

    assert sorted(chosen(second, stored)) == sorted(slowly(second, stored))


@given(BATCH, BATCH)
def test_no_two_kept_samples_tell_the_same_minutes(first: list[Row], second: list[Row]) -> None:
    stored = chosen(first)
    together = stored + chosen(second, stored)

    assert not any(too_close(one, other) for i, one in enumerate(together) for other in together[:i])


@given(BATCH)
def test_every_refused_sample_has_a_kept_one_that_close(batch: list[Row]) -> None:
    kept = chosen(batch)

    assert all(any(too_close(sample, other) for other in kept) for sample in batch)


@given(BATCH)
def test_repeating_changes_nothing(batch: list[Row]) -> None:
    assert chosen(batch, chosen(batch)) == []


@given(BATCH, st.randoms())
def test_the_order_inside_a_batch_does_not_matter(batch: list[Row], random: Random) -> None:
    shuffled = random.sample(batch, len(batch))

    assert sorted(chosen(batch)) == sorted(chosen(shuffled))


def test_half_a_cadence_apart_is_far_enough() -> None:
    assert keep([(0, 0, 5, 1, 100), (0, 150, 5, 1, 100)]).all()


def test_a_second_less_than_half_a_cadence_is_too_close() -> None:
    assert keep([(0, 0, 5, 1, 100), (0, 149, 5, 1, 100)]).tolist() == [True, False]


def test_the_larger_cadence_decides() -> None:
    assert keep([(0, 0, 15, 1, 100), (0, 449, 1, 1, 100), (0, 450, 1, 1, 100)]).tolist() == [
        True,
        False,
        True,
    ]


def test_the_better_source_wins_inside_a_batch() -> None:
    assert keep([(0, 0, 5, 3, 100), (0, 100, 5, 1, 110)]).tolist() == [False, True]


def test_what_is_stored_wins_over_a_better_source() -> None:
    assert keep([(0, 100, 5, 1, 110)], [(0, 0, 5, 3, 100)]).tolist() == [False]


def test_patients_do_not_disturb_each_other() -> None:
    assert keep([(0, 0, 5, 1, 100), (1, 0, 5, 1, 100)]).all()

"""One canonical stream per patient: which samples of a batch are kept. Pure.

Two samples of a patient closer than half the larger of their cadences tell the same minutes. What is stored
stays; inside a batch the better rank wins, then the earlier time. Whatever the order of arrival: no two kept
samples are that close, every refused one has a kept one that close, and repeating changes nothing.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

CADENCES: Final = (1, 5, 15)
SECONDS_PER_HALF_MINUTE: Final = 30
REACH_SECONDS: Final = SECONDS_PER_HALF_MINUTE * max(CADENCES)
# Patients are told apart by adding a multiple of this to the time: one sorted axis for all of them.
_SPAN: Final = 1 << 36

Ints = NDArray[np.int64]


def keep(
    patients: Ints,
    times: Ints,
    cadences: Ints,
    ranks: Ints,
    values: Ints,
    stored: tuple[Ints, Ints, Ints],
) -> NDArray[np.bool_]:
    """Which samples become part of the stream, shape (n,).

    ``patients`` are small whole numbers, ``times`` seconds since 1970, ``cadences`` minutes; ``values`` only
    break ties, so that the order inside the batch never matters. ``stored`` is (patients, times, cadences) of
    what is in the stream, in any order, at least all within ``REACH_SECONDS`` of the batch.
    """
    axis = patients * _SPAN + times
    kept = np.zeros(len(axis), dtype=bool)
    free = ~_near(axis, cadences, stored[0] * _SPAN + stored[1], stored[2])
    for rank in np.unique(ranks[free]):
        candidates = np.flatnonzero(free & (ranks == rank))
        if kept.any():
            near = _near(axis[candidates], cadences[candidates], axis[kept], cadences[kept])
            candidates = candidates[~near]
        order = np.lexsort((values[candidates], cadences[candidates], axis[candidates]))
        candidates = candidates[order]
        kept[candidates[_walk(axis[candidates], cadences[candidates])]] = True
    return kept


def _near(axis: Ints, cadences: Ints, others: Ints, other_cadences: Ints) -> NDArray[np.bool_]:
    """Which of the samples lie too close to one of the others."""
    near = np.zeros(len(axis), dtype=bool)
    for cadence in np.unique(other_cadences):
        line = np.sort(others[other_cadences == cadence])
        half = SECONDS_PER_HALF_MINUTE * np.maximum(cadences, cadence)
        position = np.searchsorted(line, axis)
        before = np.abs(axis - line[np.maximum(position - 1, 0)])
        after = np.abs(line[np.minimum(position, len(line) - 1)] - axis)
        near |= np.minimum(before, after) < half
    return near


def _walk(axis: Ints, cadences: Ints) -> Ints:
    """Positions that a walk from the earliest on keeps; the samples come sorted."""
    if len(axis) < 2:
        return np.arange(len(axis))
    # Where neighbours are apart by the largest half cadence, nothing reaches across: the walk starts anew.
    reach = SECONDS_PER_HALF_MINUTE * int(cadences.max())
    starts = np.flatnonzero(np.concatenate(([True], np.diff(axis) >= reach)))
    sizes = np.diff(np.append(starts, len(axis)))
    kept = [starts[sizes == 1]]
    crowded = zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True)
    walked = [index for start, size in crowded for index in _greedy(axis, cadences, start, size)]
    return np.concatenate((*kept, np.array(walked, dtype=np.int64)))


def _greedy(axis: Ints, cadences: Ints, start: int, size: int) -> list[int]:
    last: dict[int, int] = {}
    kept = []
    times, minutes = axis[start : start + size].tolist(), cadences[start : start + size].tolist()
    for index, (time, cadence) in enumerate(zip(times, minutes, strict=True), start):
        if all(time - seen >= SECONDS_PER_HALF_MINUTE * max(cadence, other) for other, seen in last.items()):
            last[cadence] = time
            kept.append(index)
    return kept

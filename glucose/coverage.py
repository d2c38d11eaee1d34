"""Which minutes the readings of a patient cover, and which they leave open. Pure.

Ranges are half-open, in whole seconds since 1970: an array of shape (n, 2), sorted, no two touching.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from glucose.canonical import CADENCES

# Two readings leave nothing open between them up to one and a half cadences: one that is late or early is not missing.
SECONDS_PER_CADENCE_AND_A_HALF: Final = 90
SECONDS_PER_HALF_CADENCE: Final = 30
# Readings farther apart than this are never neighbours that leave nothing open, whatever their cadences.
REACH_SECONDS: Final = SECONDS_PER_CADENCE_AND_A_HALF * max(CADENCES)

Ints = NDArray[np.int64]
Ranges = NDArray[np.int64]

NOTHING: Final[Ranges] = np.empty((0, 2), dtype=np.int64)


def missing(times: Ints, cadences: Ints, start: int, end: int) -> Ranges:
    """The parts of ``[start, end)`` that no reading stands for.

    ``times`` (seconds, ascending) and ``cadences`` (minutes) have shape (n,); a reading stands for the cadence around
    its time. Readings outside of the window cover what they reach of it.
    """
    if end <= start:
        return NOTHING
    half = SECONDS_PER_HALF_CADENCE * cadences
    opens, closes = times + half, times - half
    if not len(times):
        return np.array([[start, end]], dtype=np.int64)
    between = np.diff(times) > SECONDS_PER_CADENCE_AND_A_HALF * np.maximum(cadences[1:], cadences[:-1])
    inner = np.column_stack((opens[:-1][between], closes[1:][between]))
    edges = np.array([[start, closes[0]], [opens[-1], end]], dtype=np.int64)
    return clipped(np.vstack((edges[:1], inner, edges[1:])), start, end)


def clipped(ranges: Ranges, start: int, end: int) -> Ranges:
    """What lies inside of ``[start, end)``."""
    inside = np.clip(ranges, start, end)
    return inside[inside[:, 0] < inside[:, 1]]


def united(ranges: Ranges) -> Ranges:
    """The same instants as sorted ranges that do not touch, whatever the order and the overlaps before."""
    ranges = ranges[ranges[:, 0] < ranges[:, 1]]
    if not len(ranges):
        return NOTHING
    ranges = ranges[np.argsort(ranges[:, 0], kind="stable")]
    reach = np.maximum.accumulate(ranges[:, 1])
    begins = np.concatenate(([True], ranges[1:, 0] > reach[:-1]))
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(ranges)) - 1
    return np.column_stack((ranges[first, 0], reach[last]))


def without(ranges: Ranges, taken: Ranges) -> Ranges:
    """What is in ``ranges`` and not in ``taken``."""
    ranges, taken = united(ranges), united(taken)
    if not len(ranges) or not len(taken):
        return ranges
    # The complement of what is taken, between the two ends of time.
    ends = np.array([np.iinfo(np.int64).min, np.iinfo(np.int64).max])
    free = np.concatenate((ends[:1], taken.ravel(), ends[1:])).reshape(-1, 2)
    return both(ranges, free)


def both(ranges: Ranges, others: Ranges) -> Ranges:
    """What is in the one and in the other; each sorted, no two of it touching."""
    if not len(ranges) or not len(others):
        return NOTHING
    first = np.searchsorted(others[:, 1], ranges[:, 0], side="right")
    after = np.searchsorted(others[:, 0], ranges[:, 1], side="left")
    counts = np.maximum(after - first, 0)
    mine = np.repeat(np.arange(len(ranges)), counts)
    theirs = np.repeat(first - np.concatenate(([0], np.cumsum(counts)[:-1])), counts) + np.arange(counts.sum())
    starts = np.maximum(ranges[mine, 0], others[theirs, 0])
    ends = np.minimum(ranges[mine, 1], others[theirs, 1])
    found: Ranges = np.column_stack((starts, ends))[starts < ends]
    return found


def seconds(ranges: Ranges) -> int:
    """How long all of them are together."""
    return int((ranges[:, 1] - ranges[:, 0]).sum())

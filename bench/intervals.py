"""Seconds between the readings of real sensors, resampled.

Hall et al. 2018, doi:10.1371/journal.pbio.2005143, CC BY 4.0; see ``simulator/data/README.md``.
"""

import csv
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

TRACES: Final = Path(__file__).resolve().parent.parent / "simulator" / "data" / "hall2018_five_subjects.csv"
# What is farther from 5 minutes is a gap, which ends a run of intervals.
SHORTEST_SECONDS: Final = 290
LONGEST_SECONDS: Final = 310
LEAST_OF_A_RUN: Final = 30


def resampled(random: np.random.Generator, count: int) -> NDArray[np.int64]:
    """``count`` intervals in seconds, of runs as they followed each other, each run drawn with replacement."""
    runs, taken, length = _runs(), [], 0
    while length < count:
        taken.append(runs[random.integers(len(runs))])
        length += len(taken[-1])
    return np.concatenate(taken)[:count]


def described() -> str:
    """What share of the intervals is how long."""
    seconds = np.concatenate(_runs())
    exact, near = (float(np.mean(np.abs(seconds - 300) <= off)) for off in (0, 1))
    return (
        f"intervals resampled from the runs of the sensors of Hall et al. 2018 (doi:10.1371/journal.pbio.2005143,"
        f" CC BY 4.0): {exact:.1%} of them 300 s, {near - exact:.1%} 299 or 301 s, {1 - near:.1%} others"
    )


@cache
def _runs() -> list[NDArray[np.int64]]:
    """The intervals between two gaps each, where there are enough of them."""
    times: dict[str, list[float]] = {}
    with TRACES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            times.setdefault(row["subject"], []).append(datetime.fromisoformat(row["local_time"] + "Z").timestamp())
    seconds = [np.diff(np.array(of_one)).astype(np.int64) for of_one in times.values()]
    return [run for of_one in seconds for run in _between_gaps(of_one) if len(run) >= LEAST_OF_A_RUN]


def _between_gaps(seconds: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    gaps = np.flatnonzero((seconds < SHORTEST_SECONDS) | (seconds > LONGEST_SECONDS))
    edges = np.concatenate(([-1], gaps, [len(seconds)]))
    return [seconds[before + 1 : after] for before, after in pairwise(edges)]

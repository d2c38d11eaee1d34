"""Interleaved repetitions and what is said of them."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

DISTURBED: Final = 1.5


@dataclass(frozen=True, slots=True)
class Spread:
    """What was measured: the least, the middle and the most, in ``unit``."""

    name: str
    unit: str
    minimum: float
    median: float
    maximum: float

    @property
    def disturbed(self) -> bool:
        """Whether the middle is far from the best, as where something else keeps the machine busy."""
        worse = self.maximum / self.median if self.unit.endswith("/s") else self.median / self.minimum
        return worse > DISTURBED


def spread(name: str, unit: str, values: Sequence[float]) -> Spread:
    """The spread of at least one value."""
    return Spread(name, unit, min(values), statistics.median(values), max(values))


def seconds_of(act: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def interleaved(*runs: Callable[[], float], rounds: int, warm_up: int) -> list[list[float]]:
    """What each run returned in each round, after ``warm_up`` rounds that do not count.

    Every round has each run once; every other round goes backwards, so that none profits from its place.
    """
    found: list[list[float]] = [[] for _ in runs]
    for number in range(-warm_up, rounds):
        order = range(len(runs)) if number % 2 == 0 else reversed(range(len(runs)))
        for index in order:
            value = runs[index]()
            if number >= 0:
                found[index].append(value)
    return found

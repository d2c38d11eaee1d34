"""The lossless value histogram: from it derives every statistic that does not depend on order."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Histogram:
    """How often each glucose value occurred, shape (k,) each, values ascending and unique.

    ``values`` are integer mg/dL, ``readings`` how many readings had the value, ``minutes`` how many minutes
    they stand for. ``weights`` is what the statistics weigh by.
    """

    values: NDArray[np.int64]
    readings: NDArray[np.int64]
    minutes: NDArray[np.int64]
    by_count: bool = False

    @classmethod
    def of(cls, values: Any, cadence_minutes: Any = 5, *, by_count: bool = False) -> "Histogram":
        """The histogram of single readings; one cadence or one for each."""
        array = np.asarray(values, dtype=np.int64)
        minutes = np.broadcast_to(np.asarray(cadence_minutes, dtype=np.int64), array.shape)
        # Glucose is a few hundred values: counting is faster than sorting.
        readings = np.bincount(array)
        there = np.flatnonzero(readings)
        summed = np.bincount(array, weights=minutes)
        return cls(there, readings[there], summed[there].astype(np.int64), by_count)

    @property
    def weights(self) -> NDArray[np.int64]:
        """Minutes, or the number of readings for tools that count rows; shape (k,)."""
        return self.readings if self.by_count else self.minutes

    @cached_property
    def count(self) -> int:
        """How many readings there are."""
        return int(self.readings.sum())

    @cached_property
    def total_minutes(self) -> int:
        """How many minutes the readings stand for."""
        return int(self.minutes.sum())

    @cached_property
    def total_weight(self) -> int:
        """What shares are shares of."""
        return int(self.weights.sum())

    def merged(self, other: "Histogram") -> "Histogram":
        """The histogram of both's readings together."""
        values, index = np.unique(np.concatenate((self.values, other.values)), return_inverse=True)

        def together(mine: NDArray[np.int64], theirs: NDArray[np.int64]) -> NDArray[np.int64]:
            return np.bincount(index, weights=np.concatenate((mine, theirs)), minlength=len(values)).astype(np.int64)

        return Histogram(
            values,
            together(self.readings, other.readings),
            together(self.minutes, other.minutes),
            self.by_count,
        )

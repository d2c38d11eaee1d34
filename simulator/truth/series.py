"""A run of points in time order: two arrays of one length."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Series:
    """Instants in epoch milliseconds, rising, and the mg/dL at each."""

    time_ms: Int64s
    mg_dl: Int64s

    def __len__(self) -> int:
        return len(self.time_ms)

    def between(self, start_ms: int, end_ms: int) -> "Series":
        """The points of ``[start, end)``."""
        low, high = np.searchsorted(self.time_ms, (start_ms, end_ms))
        return Series(self.time_ms[low:high], self.mg_dl[low:high])

    def only(self, kept: Bools) -> "Series":
        """The points that the mask keeps."""
        return Series(self.time_ms[kept], self.mg_dl[kept])


EMPTY = Series(np.empty(0, np.int64), np.empty(0, np.int64))


def joined(parts: list[Series]) -> Series:
    """Series that follow each other, as one."""
    if not parts:
        return EMPTY
    return Series(np.concatenate([part.time_ms for part in parts]), np.concatenate([part.mg_dl for part in parts]))

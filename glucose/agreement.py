"""How often two series of glucose disagree at the minutes that both tell. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# As far as two series of every five minutes may be apart and tell the same minutes: half of that.
SAME_MINUTES_SECONDS: Final = 150
# As two sensors of one person are compared: within 20 mg/dL, from 100 mg/dL on within 20 %.
TOLERANCE_MG_DL: Final = 20
TOLERANCE_PERCENT: Final = 20
FROM_MG_DL: Final = 100

Ints = NDArray[np.int64]


@dataclass(slots=True)
class Agreement:
    """How many minutes both series tell, and at how many of them their values differ."""

    common: int = 0
    different: int = 0

    def add(self, times: Ints, values: Ints, stored_times: Ints, stored_values: Ints) -> None:
        """Some more; times in seconds since 1970, those that are stored ascending, values in mg/dL."""
        if not len(stored_times):
            return
        after = np.searchsorted(stored_times, times).clip(1, len(stored_times) - 1) if len(stored_times) > 1 else 0
        before = np.maximum(np.asarray(after) - 1, 0)
        nearer = np.abs(stored_times[before] - times) <= np.abs(stored_times[after] - times)
        nearest = np.where(nearer, before, after)
        same = np.abs(stored_times[nearest] - times) <= SAME_MINUTES_SECONDS
        known, told = stored_values[nearest][same], values[same]
        allowed = np.where(known < FROM_MG_DL, TOLERANCE_MG_DL, known * TOLERANCE_PERCENT / 100)
        self.common += len(told)
        self.different += int((np.abs(told - known) > allowed).sum())

    def different_share(self) -> float | None:
        """Of the common minutes, from 0 to 1; None without any."""
        return self.different / self.common if self.common else None

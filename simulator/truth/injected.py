"""Points that were put into a patient's truth by hand."""

from dataclasses import dataclass

import numpy as np

from simulator.truth.series import Int64s, Series


@dataclass(frozen=True, eq=False)
class Injected:
    """Injected points in time order; before ``visible_ms`` the vendor does not show one."""

    time_ms: Int64s
    mg_dl: Int64s
    visible_ms: Int64s

    def adding(self, readings: list[tuple[int, int]], visible_ms: int) -> "Injected":
        """These and more ``(time, mg/dL)``; a later one at the same instant replaces the earlier."""
        merged = {t: (v, h) for t, v, h in zip(*self._columns(), strict=True)}
        merged.update({t: (v, visible_ms) for t, v in readings})
        rows = sorted((t, v, h) for t, (v, h) in merged.items())
        return Injected(*(np.array(column, np.int64) for column in zip(*rows, strict=True)))

    def between(self, start_ms: int, end_ms: int) -> "Injected":
        """The points of ``[start, end)``."""
        low, high = np.searchsorted(self.time_ms, (start_ms, end_ms))
        return Injected(self.time_ms[low:high], self.mg_dl[low:high], self.visible_ms[low:high])

    def visible(self, now_ms: int) -> Series:
        """What the vendor shows at an instant."""
        return Series(self.time_ms, self.mg_dl).only(self.visible_ms <= now_ms)

    def clear_of(self, series: Series, distance_ms: float) -> Series:
        """The series without the points closer than a distance to an injected one."""
        if not len(self.time_ms) or not len(series):
            return series
        after = np.minimum(np.searchsorted(self.time_ms, series.time_ms), len(self.time_ms) - 1)
        before = np.maximum(after - 1, 0)
        nearest_ms = np.minimum(
            np.abs(self.time_ms[after] - series.time_ms), np.abs(self.time_ms[before] - series.time_ms)
        )
        return series.only(nearest_ms >= distance_ms)

    def _columns(self) -> tuple[list[int], list[int], list[int]]:
        return self.time_ms.tolist(), self.mg_dl.tolist(), self.visible_ms.tolist()


NONE_INJECTED = Injected(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64))

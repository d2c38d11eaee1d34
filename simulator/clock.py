"""The simulated clock: it can be set, sped up and stopped."""

import time
from dataclasses import dataclass

FASTEST = 1_000_000


@dataclass(frozen=True)
class Setting:
    """What the clock showed at one wall-clock moment, and how fast it has run since."""

    now_ms: int
    speed: float
    wall_ms: int


def wall_ms() -> int:
    """The machine's own clock, in epoch milliseconds."""
    return time.time_ns() // 1_000_000


class Clock:
    """Tells the simulated now; every duration of the simulator is measured on it."""

    def __init__(self, *, now_ms: int | None = None, speed: float = 1.0) -> None:
        self.set(Setting(now_ms if now_ms is not None else wall_ms(), speed, wall_ms()))

    def set(self, setting: Setting) -> None:
        """Start from a setting, counting what has passed on the wall clock since it was made."""
        behind_ms = (wall_ms() - setting.wall_ms) * setting.speed
        # One tuple, so that a reader in another thread never sees half of a change.
        self._origin = (setting.now_ms + behind_ms, setting.speed, time.monotonic_ns())

    def now_ms(self) -> int:
        """The simulated now in epoch milliseconds."""
        now_ms, speed, since_ns = self._origin
        return int(now_ms + (time.monotonic_ns() - since_ns) * speed / 1e6)

    @property
    def speed(self) -> float:
        """Simulated seconds per second; 0 stands still."""
        return self._origin[1]

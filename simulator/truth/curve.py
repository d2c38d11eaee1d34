"""The shapes a day is made of: smooth functions of time, computed on whole arrays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.truth.series import Floats, Int64s

UInt64s = npt.NDArray[np.uint64]
MINUTE_S = 60.0


@dataclass(frozen=True)
class Rise:
    """Adds ``amount`` mg/dL at its peak; a gamma curve, gone after six times its time to peak."""

    start_s: float
    amount: float
    peak_minutes: float

    def apply(self, glucose: Floats, time_s: Floats) -> None:
        """Add the rise to the glucose, in place."""
        peak_s = self.peak_minutes * MINUTE_S
        low, high = np.searchsorted(time_s, (self.start_s, self.start_s + 6 * peak_s))
        x = (time_s[low:high] - self.start_s) / peak_s
        glucose[low:high] += self.amount * x * x * np.exp(2 * (1 - x))


@dataclass(frozen=True)
class Pull:
    """Draws the glucose to a level, holds it there and lets go."""

    start_s: float
    level: float
    ramp_minutes: float
    hold_minutes: float

    def apply(self, glucose: Floats, time_s: Floats) -> None:
        """Mix the level into the glucose, in place."""
        ramp_s, hold_s = self.ramp_minutes * MINUTE_S, self.hold_minutes * MINUTE_S
        end_s = self.start_s + 2 * ramp_s + hold_s
        low, high = np.searchsorted(time_s, (self.start_s, end_s))
        at = time_s[low:high]
        weight = smooth_step(np.minimum(at - self.start_s, end_s - at) / ramp_s)
        glucose[low:high] += weight * (self.level - glucose[low:high])


def smooth_step(x: Floats) -> Floats:
    """0 up to 0, 1 from 1, smooth between."""
    clipped = np.clip(x, 0.0, 1.0)
    smooth: Floats = clipped * clipped * (3 - 2 * clipped)
    return smooth


def soft_floor(x: Floats, floor: float, softness: float = 10.0) -> Floats:
    """The value, bent so that it stays above the floor."""
    bent: Floats = floor + softness * np.logaddexp(0.0, (x - floor) / softness)
    return bent


def noise(seed: int, time_s: Floats, period_s: float) -> Floats:
    """Smooth random values from -1 to 1 with a knot every period; the same for the same seed and time."""
    position = time_s / period_s
    knot = np.floor(position).astype(np.int64)
    left, right = _random(seed, knot), _random(seed, knot + 1)
    return left + (right - left) * smooth_step(position - knot)


def _random(seed: int, index: Int64s) -> Floats:
    """Splitmix64 of seed and index, as a number from -1 to 1."""
    z: UInt64s = index.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed % 2**64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    scaled: Floats = z.astype(np.float64) / 2.0**63 - 1.0
    return scaled

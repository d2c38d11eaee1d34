"""Mean amplitude of glycemic excursions, by moving averages.

Source: Fernandes et al. 2022, doi:10.1177/19322968211061165; the idea: Service et al. 1970, doi:10.2337/diab.19.9.644.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.metrics.grid import GRID_MINUTES, Floats, Grid

SHORT_POINTS: Final = 5
LONG_POINTS: Final = 32
SEGMENTS_APART_MINUTES: Final = 180
# What a sum of floats leaves of zero, in mg/dL; a true difference of the averages is hardly ever as small.
ROUNDING_MG_DL: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Excursions:
    """Mean height in mg/dL: of both directions, of the rises, of the falls (None where none counts)."""

    mean: float
    plus: float | None
    minus: float | None


@dataclass(frozen=True, slots=True)
class Segment:
    """What MAGE has of a segment: its steps, its standard deviation, and the heights in mg/dL that count."""

    steps: int
    deviation: float
    rises: list[float]
    falls: list[float]


def mage(grid: Grid) -> Excursions | None:
    """MAGE in mg/dL; None where no excursion reaches one standard deviation.

    Segments that more than 180 minutes without a value lie between are computed apart and averaged by their hours;
    within one, the result is the mean of the mean rise and the mean fall. A segment of fewer points than the long
    average has says nothing.
    """
    found = []
    for segment in segments(grid):
        plus, minus = _mean(segment.rises), _mean(segment.falls)
        mean = _mean([height for height in (plus, minus) if height is not None])
        found.append((segment.steps, mean, plus, minus))
    mean, plus, minus = (_by_hours((part[0], part[place]) for part in found) for place in (1, 2, 3))
    return None if mean is None else Excursions(mean, plus, minus)


def segments(grid: Grid) -> list[Segment]:
    """The segments that are long enough, in the order of time."""
    found = []
    for values in _segments(grid.values):
        points, deviation = _turning_points(values), float(np.nanstd(values, ddof=1))
        falls = _rises([-point for point in points], deviation)
        found.append(Segment(len(values) - 1, deviation, _rises(points, deviation), falls))
    return found


def _segments(values: Floats) -> Iterator[Floats]:
    present = np.flatnonzero(np.isfinite(values))
    breaks = np.flatnonzero(np.diff(present) * GRID_MINUTES > SEGMENTS_APART_MINUTES) + 1
    for part in np.split(present, breaks):
        if len(part) and part[-1] - part[0] + 1 >= LONG_POINTS:
            yield values[part[0] : part[-1] + 1]


def _turning_points(segment: Floats) -> list[float]:
    """The peaks and nadirs in turn: the extremum of each run between two crossings of the averages.

    A run begins at the turning point before it, because an average is late: the extremum may lie before the crossing.
    """
    side = _side(segment)
    crossings = np.flatnonzero(np.diff(side)) + 1
    ends = [*crossings.tolist(), len(segment) - 1]
    highest = np.where(np.isnan(segment), -np.inf, segment)
    lowest = np.where(np.isnan(segment), np.inf, segment)
    rising, place, found = bool(side[0] > 0), 0, []
    for end in ends:
        run = slice(place, end + 1)
        place += int(highest[run].argmax() if rising else lowest[run].argmin())
        found.append(float(segment[place]))
        rising = not rising
    return found


def _side(segment: Floats) -> Floats:
    """1 where the short average lies above the long one, -1 below; where they touch, the side from before.

    Where they touch from the start, the side that they do not go to: a rise from a flat start is a rise.
    """
    ahead = _moving_average(segment, SHORT_POINTS) - _moving_average(segment, LONG_POINTS)
    known = np.flatnonzero(np.abs(ahead) > ROUNDING_MG_DL)
    if len(known) == 0:
        return np.ones(len(segment))
    latest = np.searchsorted(known, np.arange(len(segment)), side="right") - 1
    side: Floats = np.sign(ahead[known[np.maximum(latest, 0)]])
    side[: known[0]] *= -1
    return side


def _moving_average(segment: Floats, points: int) -> Floats:
    """Mean of the values among each point and those before it; the first ones have the first full window's."""
    present = np.isfinite(segment)
    # Centred, so that the running sum stays small and exact enough.
    centre = float(segment[present].mean())
    sums = np.cumsum(np.concatenate(([0.0], np.where(present, segment - centre, 0.0))))
    counts = np.cumsum(np.concatenate(([0], present)))
    within = counts[points:] - counts[:-points]
    means = np.full(len(within), np.nan)
    np.divide(sums[points:] - sums[:-points], within, out=means, where=within > 0)
    return centre + np.concatenate((np.full(points - 1, means[0]), means))


def _rises(points: list[float], deviation: float) -> list[float]:
    """Heights of the rises of at least one deviation; one ends where glucose falls by more than a deviation."""
    found, low, high = [], points[0], None
    for point in points:
        if high is None:
            low = min(low, point)
            high = point if point > low and point - low >= deviation else None
        elif high - point > deviation:
            found.append(high - low)
            low, high = point, None
        else:
            high = max(high, point)
    return found if high is None else [*found, high - low]


def _mean(heights: list[float]) -> float | None:
    return sum(heights) / len(heights) if heights else None


def _by_hours(parts: Iterable[tuple[int, float | None]]) -> float | None:
    weighed = [(steps, height) for steps, height in parts if height is not None]
    return sum(steps * height for steps, height in weighed) / sum(steps for steps, _ in weighed) if weighed else None

"""Episodes of low and high glucose on the 5-minute grid. Pure.

An episode begins with so many consecutive points beyond its edge, and ends where 15 minutes that are back begin. A
point without a value ends it too (ADR 57).

Source: Battelino et al. 2019, doi:10.2337/dci19-0028; Danne et al. 2017, doi:10.2337/dc17-1600.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.metrics.grid import GRID_MINUTES, STEP_SECONDS, Floats, Grid, Ints
from analytics.metrics.trace import Trace

RECOVERY_POINTS: Final = 3
NIGHT_SECONDS: Final = 6 * 3600
DAY_SECONDS: Final = 86_400
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Kind:
    """Glucose below (``side`` -1) or above (1) an edge in mg/dL, for so many points of the grid in a row."""

    name: str
    edge_mg_dl: int
    side: int
    points: int


# 3 points are 15 minutes; 25 are the first that are more than 120.
KINDS: Final = (
    Kind("hypo_level1", 70, -1, 3),
    Kind("hypo_level2", 54, -1, 3),
    Kind("hypo_extended", 70, -1, 25),
    Kind("hyper_level1", 180, 1, 3),
    Kind("hyper_level2", 250, 1, 3),
)
KIND_NAMES: Final = tuple(kind.name for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode; ``start`` and ``end`` in seconds since 1970, half-open.

    ``extreme`` is the nadir or the peak in mg/dL. ``area`` is what lies between the curve and the edge, beyond it, in
    mg/dL min: short returns inside the episode add nothing. At night is what has at least half of its minutes between
    00:00 and 06:00 local time.
    """

    kind: str
    start: int
    end: int
    extreme: float
    area: float
    night: bool

    @property
    def minutes(self) -> int:
        """From start to end, short returns included."""
        return (self.end - self.start) // 60


@dataclass(frozen=True, slots=True)
class Summary:
    """The episodes of a kind in a window; all None where the window has no data, the mean and the share without any."""

    count: int | None
    per_day: float | None
    per_week: float | None
    mean_minutes: float | None
    night_percent: float | None


def episodes_of(trace: Trace) -> list[Episode]:
    """The episodes of every kind, by start."""
    return episodes(trace.grid, trace.seconds, trace.utc_offset_minutes)


def episodes(points: Grid, times: Ints, utc_offset_minutes: Ints) -> list[Episode]:
    """The episodes of every kind on the grid of readings, by start; none of a grid without values.

    ``times`` and ``utc_offset_minutes`` are those of the readings, for the local clock: a point has the offset of the
    reading before it. A kind is looked for by itself: a low of level 2 lies inside one of level 1.
    """
    places = np.flatnonzero(np.isfinite(points.values))
    if not len(places):
        return []
    seconds = points.start + STEP_SECONDS * places
    night = (seconds + 60 * _offsets_at(seconds, times, utc_offset_minutes)) % DAY_SECONDS < NIGHT_SECONDS
    values, joined = points.values[places], np.diff(places) == 1
    found = [episode for kind in KINDS for episode in _of_kind(kind, seconds, values, night, joined)]
    return sorted(found, key=lambda episode: (episode.start, KIND_NAMES.index(episode.kind)))


def _offsets_at(seconds: Ints, times: Ints, utc_offset_minutes: Ints) -> Ints:
    # Clocks rarely change: then there is nothing to look for.
    if utc_offset_minutes.min() == utc_offset_minutes.max():
        return utc_offset_minutes[:1].astype(np.int64)
    found: Ints = utc_offset_minutes[np.searchsorted(times, seconds, side="right") - 1].astype(np.int64)
    return found


def summaries(found: Sequence[Episode], *, days: float, has_data: bool) -> dict[str, Summary]:
    """The summary of every kind; rates are by the days of the window, covered by readings or not."""
    return {name: _summary([one for one in found if one.kind == name], days, has_data) for name in KIND_NAMES}


def _summary(found: list[Episode], days: float, has_data: bool) -> Summary:
    if not has_data:
        return Summary(None, None, None, None, None)
    count = len(found)
    return Summary(
        count,
        count / days,
        7 * count / days,
        sum(one.minutes for one in found) / count if count else None,
        100 * sum(one.night for one in found) / count if count else None,
    )


def _of_kind(kind: Kind, seconds: Ints, mg_dl: Floats, night: Flags, joined: Flags) -> list[Episode]:
    excess = kind.side * (mg_dl - kind.edge_mg_dl)
    firsts, ends = _spans(excess > 0, joined, kind.points)
    if not len(firsts):
        return []
    beyond = np.clip(excess, 0, None)
    # Each episode's own points, then those up to the next one, which are dropped.
    bounds = np.column_stack((firsts, ends)).ravel()
    most = np.maximum.reduceat(np.append(beyond, 0), bounds)[::2]
    area = GRID_MINUTES * np.add.reduceat(np.append(beyond, 0), bounds)[::2]
    dark = np.add.reduceat(np.append(night, False).astype(np.int64), bounds)[::2]
    return [
        Episode(
            kind.name,
            int(seconds[first]),
            int(seconds[end - 1]) + STEP_SECONDS,
            float(kind.edge_mg_dl + kind.side * most[number]),
            float(area[number]),
            bool(2 * dark[number] >= end - first),
        )
        for number, (first, end) in enumerate(zip(firsts.tolist(), ends.tolist(), strict=True))
    ]


def _spans(beyond: Flags, joined: Flags, points: int) -> tuple[Ints, Ints]:
    """Where episodes begin, and the places after their ends; ``joined`` tells which points follow the one before."""
    starts = np.concatenate(([0], np.flatnonzero((beyond[1:] != beyond[:-1]) | ~joined) + 1))
    ends = np.append(starts[1:], len(beyond))
    outside, long = beyond[starts], ends - starts
    # A stretch is what no recovery and no gap parts. It holds at most one episode.
    after_gap = np.concatenate(([True], ~joined[starts[1:] - 1]))
    stretch = np.cumsum(after_gap | (~outside & (long >= RECOVERY_POINTS)))
    opening = np.flatnonzero(outside & (long >= points))
    held, first = np.unique(stretch[opening], return_index=True)
    return starts[opening[first]], ends[np.searchsorted(stretch, held, side="right") - 1]

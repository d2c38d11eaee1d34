"""Real traces, replayed over and over in local time.

Hall et al. 2018, doi:10.1371/journal.pbio.2005143; see ``simulator/data/README.md``.
"""

import csv
from datetime import UTC, datetime
from functools import cache
from importlib import resources

import numpy as np

from simulator.instants import DAY_MS, MINUTE_MS, zone
from simulator.truth.series import Bools, Int64s, Series

SUBJECTS = ("1636-69-001", "1636-70-1005", "2133-018", "2133-021", "2133-024")
FILE = "hall2018_five_subjects.csv"
# One subject came back after a year: that is a pause between two traces, not a gap in one.
LONGEST_GAP_MS = 3 * DAY_MS
# The traces have a step of 5 minutes: anything wider is a reading that was missed.
WIDEST_STEP_MS = 7 * MINUTE_MS + 30_000


def replayed(subject: str, timezone: str, times_ms: Int64s) -> Series:
    """The subject's values at those of the given instants that fall into no gap of the trace."""
    source = _trace(subject)
    origin_ms = int(source.time_ms[0])
    cycle_ms = int(source.time_ms[-1] - origin_ms) // DAY_MS * DAY_MS
    at = origin_ms + (local_wall_ms(times_ms, timezone) - origin_ms) % cycle_ms
    values = np.rint(np.interp(at, source.time_ms, source.mg_dl)).astype(np.int64)
    return Series(times_ms, values).only(_is_measured(source.time_ms, at))


def local_wall_ms(times_ms: Int64s, timezone: str) -> Int64s:
    """Wall-clock time as if it were UTC; the span must hold at most one change of offset."""
    offsets_ms = [_offset_ms(int(t), timezone) for t in times_ms[[0, -1]]] if len(times_ms) else [0, 0]
    if offsets_ms[0] == offsets_ms[1]:
        return times_ms + offsets_ms[0]
    return times_ms + np.array([_offset_ms(int(t), timezone) for t in times_ms], np.int64)


def _offset_ms(instant_ms: int, timezone: str) -> int:
    offset = datetime.fromtimestamp(instant_ms / 1000, zone(timezone)).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() * 1000)


def _is_measured(source_ms: Int64s, at: Int64s) -> Bools:
    """Whether each instant is on a point or between two that are close."""
    after = np.searchsorted(source_ms, at)
    before = np.searchsorted(source_ms, at, side="right") - 1
    step_ms = source_ms[np.minimum(after, len(source_ms) - 1)] - source_ms[np.maximum(before, 0)]
    measured: Bools = step_ms <= WIDEST_STEP_MS
    return measured


@cache
def _trace(subject: str) -> Series:
    """A subject's points in wall-clock milliseconds, with a pause of many days cut to below one day."""
    text = (resources.files("simulator") / "data" / FILE).read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["subject"] == subject]
    walls = [datetime.fromisoformat(row["local_time"]).replace(tzinfo=UTC) for row in rows]
    time_ms = np.array([int(wall.timestamp()) * 1000 for wall in walls], np.int64)
    steps_ms = np.diff(time_ms, prepend=time_ms[0])
    pauses_ms = np.where(steps_ms > LONGEST_GAP_MS, steps_ms // DAY_MS * DAY_MS, 0)
    values = np.array([round(float(row["mg_dl"])) for row in rows], np.int64)
    return Series(time_ms - np.cumsum(pauses_ms), values)

"""What must hold after every fault, asked of the database itself and of the vendor's truth."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.faults.people import Followed
from tests.faults.stage import Stage
from tests.faults.uploads import Uploader

# The points of the vendor's graph are up to two seconds late.
JITTER_SECONDS = 2
HALF_CADENCE_SECONDS = 150
# Twice the longest lease: one that lasts longer was taken or released by a clock that was ahead, and blocks nobody.
PASSED_OVER_SECONDS = 1200
STORED = (
    "SELECT patient_id::text, extract(epoch FROM time)::bigint, mg_dl, cadence_minutes"
    " FROM reading ORDER BY patient_id, time"
)


@dataclass(frozen=True, slots=True)
class Checked:
    """Something that was looked at, and what is wrong with it."""

    what: str
    wrong: str = ""


@dataclass(slots=True)
class Counted:
    """What was compared, and what was lost or there twice."""

    acknowledged: int = 0
    shown: int = 0
    lost: int = 0
    doubled: int = 0


Row = tuple[int, int, int]


def stored(stage: Stage) -> dict[str, list[Row]]:
    """Second, mg/dL and cadence of every reading, by patient, in time order."""
    found: dict[str, list[Row]] = {}
    for patient, time, mg_dl, cadence in stage.rows(STORED):
        found.setdefault(patient, []).append((time, mg_dl, cadence))
    return found


def readings(
    stage: Stage, uploaders: Sequence[Uploader], followed: Sequence[Followed]
) -> tuple[Counted, list[Checked]]:
    """Everything acknowledged and everything shown is there, once."""
    rows, counted = stored(stage), Counted()
    lost: list[str] = []
    for uploader in uploaders:
        counted.acknowledged += len(uploader.acknowledged)
        exact = uploader.cadence_minutes == 1
        told = not_told(rows.get(uploader.patient_id, []), uploader.acknowledged, exact=exact)
        lost += [f"{uploader.patient_id} {one}" for one in told]
    unseen: list[str] = []
    # Whose minutes an uploader tells too, they may have its values.
    shared = {uploader.patient_id for uploader in uploaders}
    for one in followed:
        counted.shown += len(one.shown)
        unseen += missing(rows.get(one.patient_id, []), one.shown, exact=one.patient_id not in shared)
    doubled = [pair for told in rows.values() for pair in too_close(told)]
    counted.lost, counted.doubled = len(lost) + len(unseen), len(doubled)
    return counted, [
        Checked("acknowledged readings", f"{len(lost)} lost, as {lost[0]}" if lost else ""),
        Checked("the vendor's readings", f"{len(unseen)} missing, as {unseen[0]}" if unseen else ""),
        Checked("one stream", f"{len(doubled)} too close, as {doubled[0]}" if doubled else ""),
    ]


def leases(stage: Stage) -> list[str]:
    """Leases that block others though nobody who is there holds them."""
    rows = stage.rows("SELECT name, holder, extract(epoch FROM expires_at - now()) FROM work_lease")
    alive = stage.parts["scheduler"].processes()
    return [
        f"{name} for {seconds:.0f} s more"
        for name, holder, seconds in rows
        if 0 < seconds <= PASSED_OVER_SECONDS and not (name == "scheduler" and int(holder.rsplit(":", 1)[1]) in alive)
    ]


def not_told(rows: list[Row], acknowledged: Mapping[int, int], *, exact: bool) -> Iterator[str]:
    """Acknowledged readings that are not there exactly so; else those whose minutes no reading tells."""
    values = {time: mg_dl for time, mg_dl, _ in rows}
    times = sorted(values)
    for time, mg_dl in acknowledged.items():
        if values.get(time) != mg_dl if exact else not _near(times, time, HALF_CADENCE_SECONDS - 1):
            yield f"{time} {mg_dl}"


def missing(rows: list[Row], truth: Mapping[int, int], *, exact: bool) -> Iterator[str]:
    """What the vendor shows and no reading tells: with its value a moment later, else whatever the value."""
    values = {time: mg_dl for time, mg_dl, _ in rows}
    times = sorted(values)
    for time, mg_dl in truth.items():
        near = _near(times, time, JITTER_SECONDS if exact else HALF_CADENCE_SECONDS - 1)
        if not near or (exact and mg_dl not in {values[one] for one in near}):
            yield f"{time} {mg_dl}"


def _near(times: list[int], time: int, seconds: int) -> list[int]:
    return times[bisect_left(times, time - seconds) : bisect_left(times, time + seconds + 1)]


def too_close(rows: list[Row]) -> Iterator[str]:
    """Two that tell the same minutes: closer than half the larger of their cadences."""
    for (time, _, cadence), (later, _, other) in pairwise(rows):
        if later - time < 30 * max(cadence, other):
            yield f"{time} and {later}"

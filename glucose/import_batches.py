"""What a file gives as batches that can be stored: instants, columns, and what was refused. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from glucose.files.port import FileGlucose, FileRecord, FileTreatment, Moment, RefusedLine
from glucose.provenance import Source
from glucose.samples import NO_SENSOR, Samples, samples
from glucose.treatments import Treatment
from glucose.wall_clock import SERIES_KEPT, Instant, WallClock

Ints = NDArray[np.int64]
Series = tuple[str, str, str]
NO_SUCH_TIME: Final = (
    "time_does_not_exist",
    "the clocks never showed this time in the zone; is timezone that of the file?",
)
EDGES: Final = {"": 0, "low": -1, "high": 1}
# Steps longer than this are no step from one measurement to the next.
LONGEST_STEP_SECONDS: Final = 1_200
FIFTEEN_FROM_SECONDS: Final = 600
FIVE_FROM_SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class Refused:
    """A line of which nothing was stored."""

    line: int
    code: str
    words: str


@dataclass(slots=True)
class Device:
    """What measured a part of the file: from when to when, in seconds since 1970, and how often."""

    name: str
    serial: str
    first: int
    last: int
    readings: int


@dataclass(slots=True)
class Batch:
    """Some records of a file. ``records`` is how many of the file come before its end, ``line`` the last line."""

    records: int = 0
    line: int = 0
    samples: Samples | None = None
    lines: list[int] = field(default_factory=list)
    scans: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))
    treatments: list[Treatment] = field(default_factory=list)
    treatment_lines: list[int] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)


@dataclass(slots=True)
class Planner:
    """Makes batches of a file's records; the same records give the same batches."""

    patient_id: UUID
    clock: WallClock
    size: int
    _cadences: dict[Series, int] = field(default_factory=dict)

    def batches(self, records: Iterable[FileRecord]) -> Iterator[Batch]:
        """The file in batches of ``size`` records, the last one shorter; none of an empty file."""
        going, read = iter(records), 0
        while some := list(islice(going, self.size)):
            read += len(some)
            yield self._batch(some, read)

    def _batch(self, records: list[FileRecord], read: int) -> Batch:
        batch = Batch(records=read, line=max(one.line for one in records))
        rows: list[tuple[int, int, int, int]] = []
        series: list[Series] = []
        for one in records:
            if isinstance(one, RefusedLine):
                batch.refused.append(Refused(one.line, one.code, one.words))
                continue
            of = _series(one)
            at = self._instant(of, one.at)
            if at is None:
                batch.refused.append(Refused(one.line, *NO_SUCH_TIME))
            elif isinstance(one, FileGlucose):
                rows.append((at[0], one.mg_dl, at[1], EDGES[one.edge]))
                series.append(of)
                batch.lines.append(one.line)
            else:
                batch.treatments.append(_treatment(one, at))
                batch.treatment_lines.append(one.line)
        if rows:
            self._columns(batch, rows, series)
        return batch

    def _instant(self, series: Series, at: Moment) -> Instant | None:
        if at.utc is not None:
            offset = self.clock.offset(at.utc) if at.offset_minutes is None else at.offset_minutes
            self.clock.note(series, int(at.utc.timestamp()))
            return int(at.utc.timestamp()), offset
        if at.local is None:
            return None
        if at.offset_minutes is not None:
            told = at.local.replace(tzinfo=UTC)
            return int(told.timestamp()) - 60 * at.offset_minutes, at.offset_minutes
        return self.clock.instant(series, at.local)

    def _columns(self, batch: Batch, rows: list[tuple[int, int, int, int]], series: list[Series]) -> None:
        times, mg_dl, offsets, edges = np.array(rows, dtype=np.int64).T
        names = list(dict.fromkeys(series))
        place = {name: number for number, name in enumerate(names)}
        index = np.array([place[name] for name in series], dtype=np.int64)
        cadences = np.empty(len(times), dtype=np.int64)
        for number, name in enumerate(names):
            mine = times[index == number]
            cadences[index == number] = self._cadence(name, mine)
            batch.devices.append(Device(name[0], name[1], int(mine.min()), int(mine.max()), len(mine)))
        batch.scans = np.array([name[2] == "scan" for name in names])[index]
        batch.samples = samples(
            self.patient_id,
            times,
            mg_dl,
            utc_offset_minutes=offsets,
            source=int(Source.FILE),
            cadence_minutes=cadences,
            sensor=NO_SENSOR,
            out_of_range=edges,
        )

    def _cadence(self, series: Series, times: Ints) -> int:
        """How many minutes a measurement of the series stands for: by its steps, else as before, else as is usual."""
        if series[2] == "scan":
            return 5
        steps = np.diff(np.unique(times))
        steps = steps[steps <= LONGEST_STEP_SECONDS]
        if len(steps) >= 2:
            if len(self._cadences) >= SERIES_KEPT:
                self._cadences.clear()
            self._cadences[series] = cadence_of_step(float(np.median(steps)))
        return self._cadences.get(series, usual_cadence(series[0], series[2]))


def cadence_of_step(seconds: float) -> int:
    """The cadence whose step it is, in minutes: 1, 5 or 15."""
    if seconds > FIFTEEN_FROM_SECONDS:
        return 15
    return 5 if seconds > FIVE_FROM_SECONDS else 1


def usual_cadence(device: str, kind: str) -> int:
    """The cadence where no step tells: 15 minutes of a history, unless a Libre 3 keeps it; 5 of all else."""
    return 15 if kind == "historic" and "libre 3" not in device.casefold() else 5


def _series(one: FileGlucose | FileTreatment) -> Series:
    return (one.device, one.serial, one.kind) if isinstance(one, FileGlucose) else ("", "treatment", one.kind.value)


def _treatment(one: FileTreatment, at: Instant) -> Treatment:
    return Treatment(datetime.fromtimestamp(at[0], UTC), at[1], one.kind, one.amount, one.unit, one.minutes)

"""The only writer of readings."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, unique
from typing import Any, Final

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

import sql
from glucose import binary_arrays as wire
from glucose import canonical, ingest_metrics
from glucose.coverage import REACH_SECONDS
from glucose.provenance import ranks
from glucose.samples import Samples, uuids
from glucose.services.announcements import announce_after_commit
from glucose.services.gaps import note_stored

PLAUSIBLE_MG_DL: Final = (20, 600)
AHEAD_SECONDS: Final = 600
# Before sensors for people existed; an older time is a broken clock.
OLDEST_SECONDS: Final = int(datetime(1999, 1, 1, tzinfo=UTC).timestamp())
DAY_SECONDS: Final = 86_400
# From when ``now`` was taken to the commit, at the most: a visit to a vendor lies between.
COMMITTED_WITHIN_SECONDS: Final = 900
BATCH: Final = 10_000

Ints = NDArray[np.int64]
Stored = tuple[Ints, Ints, Ints]


@unique
class Outcome(IntEnum):
    """What became of a sample; everything above DUPLICATE was refused."""

    STORED = 0
    DUPLICATE = 1
    IMPLAUSIBLE_VALUE = 2
    FUTURE_TIME = 3
    TOO_OLD = 4
    BAD_CADENCE = 5
    BAD_OFFSET = 6
    BAD_TREND = 7
    UNKNOWN_PATIENT = 8


REASONS: Final = {
    Outcome.IMPLAUSIBLE_VALUE: "the value is outside of 20 to 600 mg/dL",
    Outcome.FUTURE_TIME: "the time is more than 10 minutes ahead",
    Outcome.TOO_OLD: "the time is before 1999",
    Outcome.BAD_CADENCE: "cadence_minutes is not 1, 5 or 15",
    Outcome.BAD_OFFSET: "the offset is outside of -18 to 18 hours",
    Outcome.BAD_TREND: "trend is not 1 to 5",
    Outcome.UNKNOWN_PATIENT: "there is no such patient",
}


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of each sample of a batch, in its order."""

    outcomes: NDArray[np.int8]

    @property
    def received(self) -> int:
        """How many samples came."""
        return len(self.outcomes)

    @property
    def stored(self) -> int:
        """How many are readings now that were not."""
        return int(np.count_nonzero(self.outcomes == Outcome.STORED))

    @property
    def duplicates(self) -> int:
        """How many tell minutes that a reading tells already."""
        return int(np.count_nonzero(self.outcomes == Outcome.DUPLICATE))

    def refused(self) -> Iterator[tuple[int, str]]:
        """The index and the reason of each sample that cannot be a reading."""
        for index in np.flatnonzero(self.outcomes > Outcome.DUPLICATE):
            yield int(index), REASONS[Outcome(self.outcomes[index])]


def store(samples: Samples, *, now: datetime) -> Ingested:
    """Store what is new and plausible. Idempotent; safe beside other writers.

    Batches of more than 10,000 are stored in pieces by time, a transaction each, unless the caller is in one.
    """
    outcomes = plausibility(samples, now)
    plausible = np.flatnonzero(outcomes == Outcome.STORED)
    for piece in _pieces(samples, plausible):
        outcomes[piece] = _store_piece(samples[piece], now)
    # What is rolled back did not come.
    transaction.on_commit(lambda: ingest_metrics.count(samples.source, outcomes), robust=True)
    return Ingested(outcomes)


def plausibility(samples: Samples, now: datetime) -> NDArray[np.int8]:
    """STORED for each sample that may become a reading, else why it cannot."""
    low, high = PLAUSIBLE_MG_DL
    checks = [
        (Outcome.BAD_TREND, (samples.trend < 0) | (samples.trend > 5)),
        (Outcome.BAD_OFFSET, np.abs(samples.utc_offset_minutes) > 1080),
        (Outcome.BAD_CADENCE, ~np.isin(samples.cadence_minutes, canonical.CADENCES)),
        (Outcome.TOO_OLD, samples.time < OLDEST_SECONDS),
        (Outcome.FUTURE_TIME, samples.time > int(now.timestamp()) + AHEAD_SECONDS),
        (Outcome.IMPLAUSIBLE_VALUE, (samples.mg_dl < low) | (samples.mg_dl > high)),
    ]
    outcomes = np.full(len(samples), Outcome.STORED, dtype=np.int8)
    for outcome, wrong in checks:
        outcomes[wrong] = outcome
    return outcomes


def _pieces(samples: Samples, positions: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """The samples in pieces of about 10,000, cut only between two that cannot tell the same minutes."""
    patients, times = np.unique(samples.patient[positions], return_inverse=True)[1], samples.time[positions]
    order = np.lexsort((times, patients))
    positions, patients, times = positions[order], patients[order], times[order]
    reach = canonical.SECONDS_PER_HALF_MINUTE * int(samples.cadence_minutes[positions].max(initial=0))
    apart = (np.diff(patients) != 0) | (np.diff(times) >= reach)
    cuts = np.append(np.flatnonzero(apart) + 1, len(positions))
    start = 0
    while start < len(positions):
        fitting = int(np.searchsorted(cuts, start + BATCH, side="right")) - 1
        end = int(cuts[fitting]) if fitting >= 0 and cuts[fitting] > start else int(cuts[fitting + 1])
        yield positions[start:end]
        start = end


def _store_piece(samples: Samples, now: datetime) -> NDArray[np.int8]:
    unique_patients, index = np.unique(samples.patient, return_inverse=True)
    with transaction.atomic():
        known = _lock(unique_patients)
        outcomes = np.where(known[index], Outcome.DUPLICATE, Outcome.UNKNOWN_PATIENT).astype(np.int8)
        candidates = np.flatnonzero(known[index])
        stored = stored_around(samples[candidates], unique_patients)
        kept = candidates[canonical_of(samples[candidates], index[candidates], stored)]
        if len(kept):
            _write(samples[kept], index[kept], now)
            note_stored(samples[kept], index[kept].astype(np.int64), stored, now)
            outcomes[kept] = Outcome.STORED
    return outcomes


def _lock(patients: NDArray[np.void]) -> NDArray[np.bool_]:
    found = {row[0] for row in sql.rows("lock_patients", {"patients": wire.uuid_array(patients)})}
    return np.array([patient in found for patient in uuids(patients)], dtype=bool)


def stored_around(samples: Samples, patients: NDArray[np.void]) -> Stored:
    """Of what is stored so near that it may tell the same minutes or the next: patient, time and cadence of each."""
    if not len(samples):
        empty = np.empty(0, dtype=np.int64)
        return empty, empty, empty
    reach = REACH_SECONDS
    around = {
        "patients": wire.uuid_array(patients),
        "after": datetime.fromtimestamp(int(samples.time.min()) - reach, UTC),
        "before": datetime.fromtimestamp(int(samples.time.max()) + reach, UTC),
    }
    ids, times, cadences = sql.row("stored_neighbours", around)
    return (
        np.searchsorted(patients, wire.uuid_values(ids)).astype(np.int64),
        wire.instant_values(times),
        wire.int2_values(cadences).astype(np.int64),
    )


def canonical_of(samples: Samples, index: NDArray[np.intp], stored: Stored) -> NDArray[np.bool_]:
    """Which samples become part of the stream; ``index`` tells the patients apart."""
    return canonical.keep(
        index.astype(np.int64), samples.time, samples.cadence_minutes, ranks(samples.source), samples.mg_dl, stored
    )


def _write(samples: Samples, index: NDArray[np.intp], now: datetime) -> None:
    small = ("mg_dl", "utc_offset_minutes", "cadence_minutes", "trend", "source", "out_of_range")
    columns: dict[str, Any] = {name: wire.int2_array(getattr(samples, name)) for name in small}
    columns |= {
        "patient": wire.uuid_array(samples.patient),
        "time": wire.instant_array(samples.time),
        "sensor": wire.uuid_array(samples.sensor),
        "received_after_minutes": wire.int4_array(_received_after_minutes(samples.time, now)),
    }
    (stored,) = sql.row("insert_readings", columns)
    if stored != len(samples):
        raise RuntimeError(f"{len(samples) - stored} readings were stored by somebody who does not take the lock")
    _note(samples, index, now)


def _received_after_minutes(times: NDArray[np.int64], now: datetime) -> NDArray[np.int64]:
    """Minutes from each time to ``now``, rounded up; negative for a time ahead: 0003_received_after.up.sql says why."""
    # Times are whole seconds, so the part of a second may be rounded up before the division is.
    return -((times - math.ceil(now.timestamp())) // 60)


def _note(samples: Samples, index: NDArray[np.intp], now: datetime) -> None:
    """The newest reading of each patient of the batch, and its late ranges; what is newer than all before is told."""
    order = np.lexsort((samples.time, index))
    samples, index = samples[order], index[order]
    last = np.flatnonzero(np.diff(index, append=-1))
    newest = samples[last]
    late_first, late_last = _late_runs(samples.time, index, now)
    (before,) = sql.row(
        "note_ingest",
        {
            "patient": wire.uuid_array(newest.patient),
            "time": wire.instant_array(newest.time),
            "mg_dl": wire.int2_array(newest.mg_dl),
            "trend": wire.int2_array(newest.trend),
            "source": wire.int2_array(newest.source),
            "out_of_range": wire.int2_array(newest.out_of_range),
            "utc_offset_minutes": wire.int2_array(newest.utc_offset_minutes),
            "late_patient": wire.uuid_array(samples.patient[late_first]),
            "late_first": wire.instant_array(samples.time[late_first]),
            "late_last": wire.instant_array(samples.time[late_last]),
        },
    )
    announce_after_commit(samples, index, wire.instant_values(before)[np.cumsum(np.diff(index, prepend=-1) != 0) - 1])


def _late_runs(
    times: NDArray[np.int64], index: NDArray[np.intp], now: datetime
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of the first and the last reading of each run of late days without a day between; sorted input.

    Late is what lies before today, as it will be when this commits: just before midnight that is tomorrow.
    """
    today = (int(now.timestamp()) + COMMITTED_WITHIN_SECONDS) // DAY_SECONDS * DAY_SECONDS
    late = np.flatnonzero(times < today)
    if not len(late):
        return late, late
    days, patients = times[late] // DAY_SECONDS, index[late]
    breaks = np.flatnonzero((np.diff(patients) != 0) | (np.diff(days) > 1))
    return late[np.concatenate(([0], breaks + 1))], late[np.append(breaks, len(late) - 1)]

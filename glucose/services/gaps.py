"""The gap ledger of each patient, kept as readings are stored and as the vendor is asked."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

import sql
from glucose import binary_arrays as wire
from glucose.coverage import SECONDS_PER_CADENCE_AND_A_HALF, both
from glucose.gap_ledger import Cause, Gap, GapState, asked, reconciled, why
from glucose.models import Gap as GapRow
from glucose.models import GapLedger, LatestReading
from glucose.samples import Samples
from glucose.selectors.gaps import expected_of, gap_of, missing_of

Ints = NDArray[np.int64]
# What a row of the table says beside whose it is.
COLUMNS: Final = ("start", "end", "state", "cause", "noticed_at", "closed_at", "tries", "next_try_at")


def note_stored(samples: Samples, index: Ints, stored: tuple[Ints, Ints, Ints], now: datetime) -> None:
    """Bring the ledgers of a batch that was just stored up to date; in its transaction, under its locks.

    ``index`` tells the patients apart, ``stored`` is what was stored around the batch before.
    """
    order = np.lexsort((samples.time, index))
    samples, index = samples[order], index[order]
    first = np.flatnonzero(np.diff(index, prepend=-1))
    last = np.append(first[1:], len(index)) - 1
    touched = sql.rows(
        "ledgers_touched",
        {
            "patients": wire.uuid_array(samples.patient[first]),
            "first": wire.instant_array(samples.time[first]),
            "last": wire.instant_array(samples.time[last]),
            "jumped": np.logical_or.reduceat(_jumps(samples, index, stored), first).tolist(),
        },
    )
    for patient_id, start, end in touched:
        reconcile(patient_id, start, end, now)


def _jumps(samples: Samples, index: Ints, stored: tuple[Ints, Ints, Ints]) -> NDArray[np.bool_]:
    """Which samples no reading before reaches, or do not reach the next; they come sorted by patient and time.

    One of a short cadence between two that were neighbours can part them.
    """
    count = len(index)
    patients = np.concatenate((index, stored[0]))
    times = np.concatenate((samples.time, stored[1]))
    cadences = np.concatenate((samples.cadence_minutes, stored[2]))
    order = np.lexsort((times, patients))
    far = np.diff(times[order]) > SECONDS_PER_CADENCE_AND_A_HALF * np.maximum(cadences[order][1:], cadences[order][:-1])
    same = np.diff(patients[order]) == 0
    jumps = np.empty(len(order), dtype=bool)
    jumps[order] = np.concatenate(([True], far | ~same)) | np.concatenate((far & same, [False]))
    return jumps[:count]


def reconcile(patient_id: UUID, start: datetime, end: datetime, now: datetime) -> tuple[list[Gap], list[Gap]]:
    """Compare the ledger of ``[start, end)`` with the readings; what was written into it, and what it replaced.

    Each end is a reading of the patient, or where the ledger begins.
    """
    window = int(start.timestamp()), int(end.timestamp())
    rows = list(GapRow.objects.filter(patient_id=patient_id, end__gt=start, start__lt=end).order_by("start"))
    known = [gap_of(row) for row in rows]
    found = reconciled(known, both(missing_of(patient_id, *window), expected_of(patient_id, *window)), window, now)
    gone = [row for row, gap in zip(rows, known, strict=True) if gap not in found]
    fresh = [gap for gap in found if gap not in known]
    if gone or fresh:
        _replace(patient_id, [row.id for row in gone], fresh)
    return fresh, [gap_of(row) for row in gone]


def open_ledgers(since: dict[UUID, datetime]) -> None:
    """Expect readings of patients from now on; whoever has a ledger keeps it."""
    rows = [GapLedger(patient_id=patient_id, since=at) for patient_id, at in since.items()]
    GapLedger.objects.bulk_create(rows, ignore_conflicts=True)


def reconcile_begun(since: dict[UUID, datetime], now: datetime) -> None:
    """Bring new ledgers up to date with what was stored before they began, by others or by earlier visits."""
    newest = dict(LatestReading.objects.filter(patient_id__in=since).values_list("patient_id", "time"))
    for patient_id, at in since.items():
        if newest.get(patient_id, at) > at:
            reconcile(patient_id, at, newest[patient_id], now)


def note_asked(
    graph: set[UUID], logbook: set[UUID], *, now: datetime, last_success_at: datetime | None, was_well: bool
) -> None:
    """What follows for the open gaps of patients whom a visit was about: their cause, and when to ask again.

    ``graph`` and ``logbook`` are those for whom the vendor's history, or its logbook, was read.
    """
    rows = list(
        GapRow.objects.filter(patient_id__in=graph | logbook, state=GapState.OPEN).order_by("patient_id", "start")
    )
    changed = []
    for row in rows:
        before = gap_of(row)
        after = asked(before, now, graph=row.patient_id in graph, logbook=row.patient_id in logbook)
        cause = why(before, last_success_at, was_well) if before.cause is Cause.UNKNOWN else before.cause
        if (after, cause) != (before, before.cause):
            row.state, row.cause, row.closed_at = after.state.value, cause.value, after.closed_at
            row.tries, row.next_try_at = after.tries, after.next_try_at
            changed.append(row)
    GapRow.objects.bulk_update(changed, ["state", "cause", "closed_at", "tries", "next_try_at"])


def _replace(patient_id: UUID, gone: list[UUID], fresh: Sequence[Gap]) -> None:
    rows = [row_of(patient_id, gap) for gap in fresh]
    columns = {name: [getattr(row, name) for row in rows] for name in ("id", *COLUMNS)}
    sql.row("replace_gaps", {"patient": patient_id, "gone": gone, **columns})


def row_of(patient_id: UUID, gap: Gap) -> GapRow:
    """A new row, not stored yet."""
    return GapRow(
        patient_id=patient_id,
        start=datetime.fromtimestamp(gap.start, UTC),
        end=gap.ended_at,
        state=gap.state.value,
        cause=gap.cause.value,
        noticed_at=gap.noticed_at,
        closed_at=gap.closed_at,
        tries=gap.tries,
        next_try_at=gap.next_try_at,
    )

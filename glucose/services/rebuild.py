"""Recomputing what follows from a patient's readings and exclusions, and telling where it differed."""

import logging
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

import sql
from accounts.callers import Caller
from accounts.roles import Act
from glucose.models import GapLedger, LatestReading
from glucose.services import gaps
from glucose.services.exclusions import lock, settle
from glucose.services.late import DAY, start_of_day, today
from glucose.services.ownership import as_owner
from patients.selectors import visible_patient
from work.models import Task
from work.queues import BULK
from work.services import start_task

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Differences:
    """What did not agree with the readings; nothing where all of it did."""

    excluded: int = 0
    latest: bool = False
    today: bool = False
    days: list[str] = field(default_factory=list)
    gaps_noticed: int = 0
    gaps_dropped: int = 0

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    def as_answer(self) -> dict[str, Any]:
        """Ready for JSON."""
        return asdict(self)


def request_rebuild(caller: Caller, patient_id: UUID, *, start: datetime, end: datetime) -> Task:
    """Rebuild a patient's state in the background."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.REBUILD_STATE)
    with transaction.atomic():
        return start_task(
            kind="rebuild_state",
            actor="rebuild_state",
            queue=BULK,
            owner_id=caller.user_id,
            arguments={"patient_id": str(patient.id), "start": start.isoformat(), "end": end.isoformat()},
        )


def rebuild_state(
    patient_id: UUID, *, start: datetime, end: datetime, now: datetime, dry_run: bool = False
) -> Differences:
    """Make flags of exclusion, newest reading, daily aggregate and gaps of ``[start, end)`` what they should be.

    For the worker and the owner. Must not be called in a transaction: a refresh cannot run in one. With ``dry_run``
    nothing is changed.
    """
    found = Differences()
    with transaction.atomic():
        # Nobody is told anything of a patient who was deleted, and nothing of them is written.
        if lock(patient_id):
            found.excluded = settle(patient_id, start, end, now)
            (found.today,) = sql.row("sum_recent_days", {"patient": patient_id})
        found.latest = _rebuild_latest(patient_id)
        noticed, dropped = _rebuild_gaps(patient_id, start, end, now)
        found.gaps_noticed, found.gaps_dropped = noticed, dropped
        transaction.set_rollback(dry_run)
    found.days = _different_days(patient_id, start, min(end, today(now)))
    if found.days and not dry_run:
        _refresh(start_of_day(start) - DAY, min(start_of_day(end) + 2 * DAY, today(now)))
    if found:
        log.warning("state of patient %s differed%s: %s", patient_id, " (kept)" if dry_run else "", found)
    return found


def _rebuild_latest(patient_id: UUID) -> bool:
    stored = LatestReading.objects.filter(patient_id=patient_id).values_list(
        "time", "mg_dl", "trend", "source", "out_of_range", "utc_offset_minutes", "excluded"
    )
    newest = sql.rows("newest_reading", {"patient": patient_id})
    if list(stored) == newest:
        return False
    LatestReading.objects.filter(patient_id=patient_id).delete()
    sql.run("write_latest", {"patient": patient_id})
    return True


def _rebuild_gaps(patient_id: UUID, start: datetime, end: datetime, now: datetime) -> tuple[int, int]:
    ledger = GapLedger.objects.filter(patient_id=patient_id).first()
    if ledger is None:
        return 0, 0
    before, after = sql.row("readings_around", {"patient": patient_id, "start": start, "end": end})
    first, last = max(ledger.since, before or ledger.since), after
    if last is None or last <= first:
        return 0, 0
    fresh, gone = gaps.reconcile(patient_id, first, last, now)
    return len(fresh), len(gone)


def _different_days(patient_id: UUID, start: datetime, end: datetime) -> list[str]:
    """The local days whose aggregate is not what the readings say."""
    days = {"patient": patient_id, "first": start.astimezone(UTC).date(), "last": end.astimezone(UTC).date()}
    aggregate = {row[0]: row[1:] for row in sql.rows("days_of_aggregate", days)}
    readings = {row[0]: row[1:] for row in sql.rows("days_of_readings", days)}
    every = sorted(aggregate.keys() | readings.keys())
    return [day.isoformat() for day in every if aggregate.get(day) != readings.get(day)]


def _refresh(start: datetime, end: datetime) -> None:
    """Also where TimescaleDB believes that nothing changed."""
    if end - start < timedelta(days=1):
        return
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "CALL refresh_continuous_aggregate('reading_day', %s::timestamptz, %s::timestamptz, force => true)",
            [start, end],
        )

"""Sync truth: of each local day what was expected, what came, what may still come and what is lost."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from accounts.callers import Caller
from accounts.roles import Act
from glucose.coverage import NOTHING, Ranges, united
from glucose.gap_ledger import GRAPH_LAG
from glucose.models import Gap, GapLedger, LatestReading
from glucose.selectors.gaps import expected_of, gap_of, missing_of, silence_of
from glucose.sync_truth import Day, TruthOfDay, truth_of_days
from patients.models import Patient
from patients.selectors import time_zones, visible_patient

HALF_CADENCE: Final = timedelta(minutes=2, seconds=30)


def sync_truth(caller: Caller, patient_id: UUID, first: date, last: date, now: datetime) -> list[TruthOfDay]:
    """The local days from first to last, both included, that have something to tell; none before the ledger begins."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.READ_READINGS)
    ledger = GapLedger.objects.filter(patient=patient).first()
    if ledger is None:
        return []
    days = local_days(patient, first, last)
    start = max(days[0].start, int(ledger.since.timestamp()))
    end = max(start, min(days[-1].end, int(_told_until(patient, now).timestamp())))
    rows = Gap.objects.filter(patient=patient, end__gt=_instant(start), start__lt=_instant(end))
    truths = truth_of_days(
        days,
        expected_of(patient.id, start, end),
        _absent(patient, days, start, end),
        [gap_of(row) for row in rows],
        silence_of(patient, now),
    )
    return [day for day in truths if day.expected]


def local_days(patient: Patient, first: date, last: date) -> list[Day]:
    """Each local day with its bounds, by the zone that the patient lived in."""
    moves = time_zones(patient.id)
    dates = [first + timedelta(days=number) for number in range((last - first).days + 2)]
    zones = [
        next(
            (move.timezone for move in reversed(moves) if move.since is None or move.since <= _noon(day)),
            patient.timezone,
        )
        for day in dates
    ]
    starts = [
        int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())
        for day, zone in zip(dates, zones, strict=True)
    ]
    # Whoever flies across the date line may leave a day out.
    edges = np.maximum.accumulate(starts).tolist()
    return [Day(day, start, end) for day, start, end in zip(dates[:-1], edges[:-1], edges[1:], strict=True)]


def _told_until(patient: Patient, now: datetime) -> datetime:
    """Up to the newest reading; what is younger than the vendor's lag and not there may be on its way."""
    latest = LatestReading.objects.filter(patient=patient).first()
    newest = latest.time + HALF_CADENCE if latest else now - GRAPH_LAG
    return max(now - GRAPH_LAG, min(newest, now))


def _absent(patient: Patient, days: list[Day], start: int, end: int) -> Ranges:
    """When no reading is there, the time before the ledger and the time to come included."""
    within = missing_of(patient.id, start, end) if start < end else NOTHING
    outside = np.array([(days[0].start, start), (end, max(end, days[-1].end))], dtype=np.int64)
    return united(np.vstack((outside, within)))


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

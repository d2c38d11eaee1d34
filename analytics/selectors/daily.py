"""Rows by local day: from the daily aggregate, or from raw readings where late ones wait for a refresh."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import sql
from accounts.callers import Caller
from analytics.metrics.day import DayRow
from analytics.selectors.freshness import aggregate_is_current
from patients.models import Patient, PatientTimeZone
from patients.selectors import time_zones, visible_patient


@dataclass(frozen=True, slots=True)
class Days:
    """The local days of a patient that have readings, and the zone the patient lived in on each."""

    patient: Patient
    rows: list[DayRow]
    zones: list[str]


def days_of_patient(caller: Caller, patient_id: UUID, first: date, last: date) -> Days:
    """The local days from first to last, both included, that have readings."""
    patient = visible_patient(caller, patient_id)
    rows = _rows(patient, first, last)
    moves = time_zones(patient.id)
    return Days(patient, rows, [_zone_of(row.date, moves) or patient.timezone for row in rows])


def _zone_of(day: date, moves: Sequence[PatientTimeZone]) -> str | None:
    """The zone of the last move before the end of the day."""
    end = datetime.combine(day, time.max, UTC)
    return next((move.timezone for move in reversed(moves) if move.since is None or move.since <= end), None)


def _rows(patient: Patient, first: date, last: date) -> list[DayRow]:
    # A local day lies within a day of the UTC day of its name.
    start = datetime.combine(first, time.min, UTC) - timedelta(days=1)
    end = datetime.combine(last, time.min, UTC) + timedelta(days=2)
    current = aggregate_is_current(patient.id, start, end)
    name = "days_of_aggregate" if current else "days_of_readings"
    found = sql.rows(name, {"patient": patient.id, "first": first, "last": last})
    return [DayRow(*row) for row in found]

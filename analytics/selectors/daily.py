"""Rows by local day: from the daily aggregate, or from raw readings where late ones wait for a refresh.

As they were known at an instant they come from raw readings always: the aggregate knows of now only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import sql
from accounts.callers import Caller
from analytics.metrics.day import AGGREGATE_BANDS, DayRow, Pieces, day_rows, pieces_of
from analytics.metrics.targets import Targets
from analytics.selectors.freshness import aggregate_is_current
from analytics.selectors.targets import targets_for
from analytics.selectors.trace import trace_of
from api.windows import Window
from patients.models import Patient
from patients.selectors import patient_then, zones_until


@dataclass(frozen=True, slots=True)
class Days:
    """The local days of a patient that have readings, the zone the patient lived in on each, and by which targets."""

    patient: Patient
    targets: Targets
    rows: list[DayRow]
    zones: list[str]


def days_of_patient(
    caller: Caller,
    patient_id: UUID,
    first: date,
    last: date,
    ranges: str | None = None,
    as_of: datetime | None = None,
) -> Days:
    """The local days from first to last, both included, that have readings, by the targets that are asked for."""
    patient = patient_then(caller, patient_id, as_of)
    targets = targets_for(patient, ranges, as_of)
    rows = _rows(patient, first, last, targets, as_of)
    return Days(patient, targets, rows, zones_of(patient, [row.date for row in rows], as_of))


def zones_of(patient: Patient, days: Sequence[date], as_of: datetime | None = None) -> list[str]:
    """The zone that a patient lived in on each day: that of the last move before its end."""
    moves = zones_until(patient.id, as_of)
    ends = (datetime.combine(day, time.max, UTC) for day in days)
    return [
        next((move.timezone for move in reversed(moves) if move.since is None or move.since <= end), patient.timezone)
        for end in ends
    ]


def _rows(patient: Patient, first: date, last: date, targets: Targets, as_of: datetime | None) -> list[DayRow]:
    window = around(first, last)
    pieces = pieces_of(targets.bands)
    if pieces != AGGREGATE_BANDS or as_of is not None:
        return _rows_of_trace(patient, first, last, pieces, as_of)
    current = aggregate_is_current(patient.id, window.start, window.end)
    name = "days_of_aggregate" if current else "days_of_readings"
    found = sql.rows(name, {"patient": patient.id, "first": first, "last": last})
    return [DayRow(*row) for row in found]


def around(first: date, last: date) -> Window:
    """A window that holds every reading of the local days: a local day lies within a day of the UTC day of its name."""
    start = datetime.combine(first, time.min, UTC) - timedelta(days=1)
    return Window(start, datetime.combine(last, time.min, UTC) + timedelta(days=2))


def _rows_of_trace(patient: Patient, first: date, last: date, pieces: Pieces, as_of: datetime | None) -> list[DayRow]:
    """From raw readings: no sum of the aggregate's bands ends at these edges, or it is asked what was known."""
    rows = day_rows(trace_of(patient, around(first, last), as_of), pieces)
    return [row for row in rows if first <= row.date <= last]

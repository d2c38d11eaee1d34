"""Rows by local day: from the daily aggregate, or from raw readings where late ones wait for a refresh."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import sql
from accounts.callers import Caller
from analytics.metrics.day import DayRow
from analytics.selectors.freshness import aggregate_is_current
from patients.models import Patient
from patients.selectors import visible_patient


def day_rows(caller: Caller, patient_id: UUID, first: date, last: date) -> tuple[Patient, list[DayRow]]:
    """The local days from first to last, both included, that have readings."""
    patient = visible_patient(caller, patient_id)
    # A local day lies within a day of the UTC day of its name.
    start = datetime.combine(first, time.min, UTC) - timedelta(days=1)
    end = datetime.combine(last, time.min, UTC) + timedelta(days=2)
    current = aggregate_is_current(patient.id, start, end)
    name = "days_of_aggregate" if current else "days_of_readings"
    found = sql.rows(name, {"patient": patient.id, "first": first, "last": last})
    return patient, [DayRow(*row) for row in found]

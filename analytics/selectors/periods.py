"""The periods of a patient: one fetch of the readings of a window and of the same length before it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from accounts.callers import Caller
from analytics.metrics.grid import Ints
from analytics.metrics.periods import BLOCK_HOURS, Part, parts, whole
from analytics.metrics.targets import Targets
from analytics.selectors.daily import around, zones_of
from analytics.selectors.targets import targets_for
from analytics.selectors.trace import trace_of
from glucose.local_time import minutes_between_hours
from patients.models import Patient
from patients.selectors import patient_then


@dataclass(frozen=True, slots=True)
class Periods:
    """The parts of a window of a patient, the window, the one before it, and by which targets."""

    patient: Patient
    targets: Targets
    parts: list[Part]
    window: Part
    previous: Part


def periods_of_patient(
    caller: Caller,
    patient_id: UUID,
    first: date,
    last: date,
    *,
    by: str,
    ranges: str | None = None,
    as_of: datetime | None = None,
) -> Periods:
    """The local days from first to last, both included, in parts."""
    patient = patient_then(caller, patient_id, as_of)
    targets = targets_for(patient, ranges, as_of)
    length = (last - first).days + 1
    earlier = first - timedelta(days=length)
    trace = trace_of(patient, around(earlier, last), as_of)
    lengths = _block_minutes(patient, earlier, 2 * length, as_of)
    return Periods(
        patient,
        targets,
        parts(trace, first, lengths[length:], by),
        whole(trace, first, lengths[length:], "window"),
        whole(trace, earlier, lengths[:length], "previous"),
    )


def _block_minutes(patient: Patient, first: date, count: int, as_of: datetime | None) -> Ints:
    """The minutes of each block of each local day, shape (count, 4)."""
    days = [first + timedelta(days=number) for number in range(count)]
    zones = zones_of(patient, days, as_of)
    found = [minutes_between_hours(day, ZoneInfo(zone), BLOCK_HOURS) for day, zone in zip(days, zones, strict=True)]
    return np.array(found, dtype=np.int64)

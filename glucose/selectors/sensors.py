"""Reading the sensors that patients wear."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from accounts.callers import Caller
from accounts.roles import Act
from glucose.models import Sensor
from patients.selectors import visible_patient


def newest_sensors(patient_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, datetime]]:
    """Of patients, whom the caller of this has found, the sensor that was put on last and has not ended, and when."""
    worn = Sensor.objects.filter(patient_id__in=patient_ids, ended_at=None, activated_at__isnull=False)
    rows = worn.order_by("patient_id", "-activated_at").distinct("patient_id")
    return {row.patient_id: (row.id, row.activated_at) for row in rows if row.activated_at is not None}


def sensors_of(caller: Caller, patient_id: UUID) -> list[Sensor]:
    """The sensors that the patient wore, the newest first."""
    rows = Sensor.objects.filter(patient=visible_patient(caller, patient_id))
    caller.require(Act.READ_READINGS)
    return sorted(rows, key=lambda sensor: sensor.activated_at or sensor.first_seen_at, reverse=True)

"""Reading the sensors that patients wear."""

from uuid import UUID

from accounts.callers import Caller
from accounts.roles import Act
from glucose.models import Sensor
from patients.selectors import visible_patient


def sensors_of(caller: Caller, patient_id: UUID) -> list[Sensor]:
    """The sensors that the patient wore, the newest first."""
    rows = Sensor.objects.filter(patient=visible_patient(caller, patient_id))
    caller.require(Act.READ_READINGS)
    return sorted(rows, key=lambda sensor: sensor.activated_at or sensor.first_seen_at, reverse=True)

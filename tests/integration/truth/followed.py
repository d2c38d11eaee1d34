"""The people of a scenario at the simulator, and the patients that they are linked to."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from glucose.models import SourceAccount, VendorPatient
from patients.models import Patient, PatientTimeZone
from simulator.patients import Patient as Simulated
from simulator.process import SimulatorProcess
from simulator.traces import Empty
from simulator.truth.sensor_life import worn_at
from tests.integration.truth.scenario import Person, Scenario, trace
from tests.integration.truth.shown import Item


@dataclass
class Followed:
    """A person, the patient that they are, and what must be stored of them."""

    person: Person
    vendor_id: str
    patient: Patient
    stream: list[Item] = field(default_factory=list)


def follow(vendor: SimulatorProcess, account: SourceAccount, scenario: Scenario, number: int) -> Followed:
    """A person of the scenario with all that they will measure, linked to a patient."""
    person, vendor_id = scenario.people[number], mid_life(scenario.start)
    vendor.create_patient(id=vendor_id, account=account.email, timezone=person.zone)
    by_visibility: dict[int, list[tuple[int, float]]] = {}
    for point in trace(scenario, number):
        visible = point.visible_seconds if point.visible_seconds > point.seconds else 0
        by_visibility.setdefault(visible, []).append((point.seconds * 1000, point.mg_dl))
    for visible, readings in by_visibility.items():
        vendor.inject(vendor_id, readings, visible_after=visible * 1000 or None)
    patient = Patient.objects.create(clinic_id=account.clinic_id, name="P", timezone=person.zone)
    PatientTimeZone.objects.create(patient=patient, timezone=person.zone)
    VendorPatient.objects.create(
        account=account, vendor_id=vendor_id, patient=patient, state=VendorPatient.State.LINKED
    )
    return Followed(person, vendor_id, patient)


def mid_life(at: datetime) -> str:
    """The id of a simulated person whose sensor is neither new nor old then, and whose grid is not shifted."""
    at_ms = int(at.timestamp() * 1000)
    while True:
        found = Simulated(str(uuid4()), "", "", "", "UTC", "mg/dL", 5, Empty(), None, 0)
        worn_for = timedelta(milliseconds=at_ms - worn_at(at_ms, found.hash).activated_ms)
        if found.phase_ms == 0 and timedelta(days=1) < worn_for < timedelta(days=8):
            return found.id

"""What a signed-in account may read: its patients, their graphs and logbooks, each as of an instant."""

from typing import Any

from simulator.accounts import Account
from simulator.http_message import Answer, Request
from simulator.patients import Patient
from simulator.truth.sensor_life import worn_at
from simulator.vendor.connections import connection, device, sensor
from simulator.vendor.gate import signed_in, ticket_body
from simulator.vendor.graph import graph_data
from simulator.vendor.logbook import logbook
from simulator.world import World

COULD_NOT_LOAD_PATIENT = Answer({"status": 4, "error": {"message": "couldNotLoadPatient"}})
WRONG_REGION = Answer({"status": 911})


def read_connections(world: World, request: Request, now_ms: int) -> Answer:
    """Answer ``GET /llu/connections``."""
    account = signed_in(world, request)
    if isinstance(account, Answer):
        return account
    if account.region != request.region:
        return WRONG_REGION
    patients = [_connection(world, account, patient, now_ms) for patient in world.patients_of(account.email)]
    return _answer(world, request, patients)


def read_graph(world: World, request: Request, patient_id: str, now_ms: int) -> Answer:
    """Answer ``GET /llu/connections/{patientId}/graph``."""
    found = _followed(world, request, patient_id)
    if isinstance(found, Answer):
        return found
    account, patient = found
    worn = sensor(patient, worn_at(now_ms, patient.hash))
    data = {
        "connection": _connection(world, account, patient, now_ms),
        "activeSensors": [{"sensor": worn, "device": device(patient)}],
        "graphData": graph_data(patient, world.injected(patient.id), now_ms),
    }
    return _answer(world, request, data)


def read_logbook(world: World, request: Request, patient_id: str, now_ms: int) -> Answer:
    """Answer ``GET /llu/connections/{patientId}/logbook``."""
    found = _followed(world, request, patient_id)
    if isinstance(found, Answer):
        return found
    _, patient = found
    return _answer(world, request, logbook(patient, world.injected(patient.id), now_ms))


def _followed(world: World, request: Request, patient_id: str) -> tuple[Account, Patient] | Answer:
    account = signed_in(world, request)
    if isinstance(account, Answer):
        return account
    patient = world.patients.get(patient_id.lower())
    if patient is None or patient.account != account.email or account.region != request.region:
        return COULD_NOT_LOAD_PATIENT
    return account, patient


def _connection(world: World, account: Account, patient: Patient, now_ms: int) -> dict[str, Any]:
    injected = world.injected(patient.id)
    return connection(patient, injected, country=account.country, now_ms=now_ms)


def _answer(world: World, request: Request, data: Any) -> Answer:
    return Answer({"status": 0, "data": data, "ticket": ticket_body(world, request)})

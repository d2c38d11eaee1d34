"""Faults in whom an account sees, and in the sensors they wear."""

from collections.abc import Callable

from simulator.faults.call import CONNECTIONS, GRAPH, LOGBOOK, PATIENTS, Call
from simulator.faults.kind import Body, Fault, Kind, Params, Whole, Within
from simulator.faults.params import email, instant, patient, text
from simulator.faults.shown import people, worn
from simulator.fields import InvalidError
from simulator.http_message import Answer
from simulator.instants import HOUR_MS, SECOND_MS, parse_ms
from simulator.vendor.data import COULD_NOT_LOAD_PATIENT
from simulator.world import World

Own = Callable[[], Answer]
LIST = frozenset({CONNECTIONS})
OF_ONE = frozenset({GRAPH, LOGBOOK})
OLD, NEW = "0M0AAAAAAA1", "0M0AAAAAAA2"


def _nobody(_call: Call, _fault: Fault, body: Body) -> Body:
    return {**body, "data": []}


def _removed(call: Call, fault: Fault, body: Body) -> Body:
    if call.name != CONNECTIONS:
        return dict(COULD_NOT_LOAD_PATIENT.body)
    gone = _given_or_first(call, fault)
    return {**body, "data": [person for person in body["data"] if person["patientId"] != gone]}


def _given_or_first(call: Call, fault: Fault) -> str | None:
    followed = call.world.patients_of(call.account or "")
    given: str | None = fault.params["patient"]
    return given or (followed[0].id if followed else None)


def _twice(_call: Call, fault: Fault, body: Body) -> Body:
    return {**body, "data": [*body["data"], *people(body, fault)[:1]]}


def _move(world: World, account: str | None, params: Params) -> Params:
    if params["patient"] is None:
        raise InvalidError("params.patient: expected a patient's id")
    found, to = world.patient(params["patient"]), world.account(params["account"])
    if account not in (None, found.account):
        raise InvalidError("account: does not follow the patient")
    former = found.account
    world.move_patient(found.id, to.email)
    return {**params, "former": former}


def _is_formers(call: Call, fault: Fault) -> bool:
    is_there = call.name == CONNECTIONS or call.patient_id == fault.params["patient"]
    return call.account == fault.params["former"] and is_there


def _swap(_call: Call, fault: Fault, body: Body) -> Body:
    """The new sensor is shown as the patient's; the active ones are the old and the new."""
    params = fault.params
    at_ms = fault.set_ms - HOUR_MS if params["at"] is None else parse_ms(params["at"])
    for person in people(body, fault):
        if person["sensor"] is not None:
            person["sensor"] |= {"sn": params["new"], "a": at_ms // SECOND_MS}
    for each in worn(body)[:1]:
        if each["sensor"] is not None:
            new = {**each, "sensor": {**each["sensor"], "sn": params["new"], "a": at_ms // SECOND_MS}}
            old = {**each, "sensor": {**each["sensor"], "sn": params["old"] or each["sensor"]["sn"]}}
            body["data"]["activeSensors"] = [old, new]
    return body


KINDS: dict[str, Kind] = {
    "empty_connections": Within(_nobody, LIST),
    "patient_removed": Within(_removed, params={"patient": patient}, patient=_given_or_first),
    "patient_twice": Within(_twice, LIST, {"patient": patient}),
    "patient_moved": Whole(
        lambda _call, _fault, own: own(),
        LIST | OF_ONE,
        {"patient": patient, "account": email},
        when=_is_formers,
        prepare=_move,
    ),
    "could_not_load": Whole(lambda _call, _fault, _own: COULD_NOT_LOAD_PATIENT, OF_ONE),
    "sensor_swap": Within(_swap, PATIENTS, {"patient": patient, "old": text(), "new": text(NEW), "at": instant}),
}

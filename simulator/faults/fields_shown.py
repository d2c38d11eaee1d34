"""Faults in what an answer says about patients: fields that are null, trends, limits, units, alarms."""

from collections.abc import Callable

from simulator.faults.call import DATA, GRAPH, LOGBOOK, PATIENTS, Call
from simulator.faults.kind import Body, Fault, Kind, Within
from simulator.faults.params import integer, patient
from simulator.faults.shown import Part, currents, items, people, points, worn
from simulator.faults.wall_time import write_times
from simulator.vendor.measurements import (
    HIGHEST_MG_DL,
    LOWEST_MG_DL,
    TYPE_ALARM,
    in_unit,
)

Change = Callable[[Call, Fault, Body], Body]
OF_PATIENT = {"patient": patient}
GRAPHS, LOGBOOKS = frozenset({GRAPH}), frozenset({LOGBOOK})
ALARM_HIGH = 2


def _each_person(**fields: object) -> Change:
    def change(_call: Call, fault: Fault, body: Body) -> Body:
        for person in people(body, fault):
            person.update(fields)
        return body

    return change


def _each_current(**fields: object) -> Change:
    def change(_call: Call, fault: Fault, body: Body) -> Body:
        for item in currents(body, fault):
            item.update(fields)
        return body

    return change


def _null_of_worn(in_person: str, in_worn: str) -> Change:
    def change(_call: Call, fault: Fault, body: Body) -> Body:
        for person in people(body, fault):
            person[in_person] = None
        for each in worn(body):
            each[in_worn] = None
        return body

    return change


def _null_in_graph(name: str) -> Change:
    def change(_call: Call, _fault: Fault, body: Body) -> Body:
        body["data"][name] = None
        return body

    return change


def _null_ticket(_call: Call, _fault: Fault, body: Body) -> Body:
    return {**body, "ticket": None}


def _no_trend(_call: Call, fault: Fault, body: Body) -> Body:
    for item in currents(body, fault):
        item.pop("TrendArrow", None)
    return body


def _out_of_range(flag: str) -> Change:
    def change(_call: Call, fault: Fault, body: Body) -> Body:
        mg_dl = fault.params["mg_dl"]
        for item in currents(body, fault):
            item.update({"ValueInMgPerDl": mg_dl, "isHigh": False, "isLow": False, flag: True, "TrendArrow": 0})
            item["Value"] = in_unit(mg_dl, item["GlucoseUnits"])
        return body

    return change


def _flip_unit(_call: Call, fault: Fault, body: Body) -> Body:
    for person in people(body, fault):
        person["uom"] = 1 - person["uom"]
    for item in items(body, fault):
        item["GlucoseUnits"] = 1 - item["GlucoseUnits"]
        item["Value"] = in_unit(item["ValueInMgPerDl"], item["GlucoseUnits"])
    return body


def _add_alarm(call: Call, fault: Fault, body: Body) -> Body:
    """An alarm tells a time and which one rang, but no value."""
    events = points(body)
    alarm: Part = {"type": TYPE_ALARM, "alarmType": ALARM_HIGH}
    zone_name = call.world.patient(call.patient_id or "").timezone
    write_times(alarm, fault.set_ms, zone_name)
    events.insert(len(events) // 2, alarm)
    return body


def _break_items(_call: Call, _fault: Fault, body: Body) -> Body:
    """The oldest points lose their time, their value, or all that they said."""
    events = points(body)
    wrong: tuple[Part, ...] = ({"FactoryTimestamp": "soon"}, {"ValueInMgPerDl": None})
    for event, fields in zip(events, wrong, strict=False):
        event.update(fields)
    events[len(wrong) : len(wrong) + 1] = [{}]
    return body


ALARM = {"alarmType": ALARM_HIGH, "type": TYPE_ALARM, "status": 1}

KINDS: dict[str, Kind] = {
    "null_current": Within(_each_person(glucoseMeasurement=None, glucoseItem=None), PATIENTS, OF_PATIENT),
    "null_sensor": Within(_null_of_worn("sensor", "sensor"), PATIENTS, OF_PATIENT),
    "null_patient_device": Within(_null_of_worn("patientDevice", "device"), PATIENTS, OF_PATIENT),
    "null_alarm_rules": Within(_each_person(alarmRules=None), PATIENTS, OF_PATIENT),
    "null_graph": Within(_null_in_graph("graphData"), GRAPHS, OF_PATIENT),
    "null_active_sensors": Within(_null_in_graph("activeSensors"), GRAPHS, OF_PATIENT),
    "null_ticket": Within(_null_ticket, DATA, OF_PATIENT),
    "glucose_alarm": Within(_each_person(glucoseAlarm=ALARM), PATIENTS, OF_PATIENT),
    "alarm_in_logbook": Within(_add_alarm, LOGBOOKS, OF_PATIENT, turn=1),
    "alarm_in_graph": Within(_add_alarm, GRAPHS, OF_PATIENT, turn=1),
    "broken_items": Within(_break_items, GRAPHS | LOGBOOKS, OF_PATIENT, turn=2),
    "trend_0": Within(_each_current(TrendArrow=0), PATIENTS, OF_PATIENT),
    "trend_6": Within(_each_current(TrendArrow=6), PATIENTS, OF_PATIENT),
    "trend_null": Within(_each_current(TrendArrow=None), PATIENTS, OF_PATIENT),
    "trend_missing": Within(_no_trend, PATIENTS, OF_PATIENT),
    "hi": Within(_out_of_range("isHigh"), PATIENTS, {**OF_PATIENT, "mg_dl": integer(1, 1000, HIGHEST_MG_DL)}),
    "lo": Within(_out_of_range("isLow"), PATIENTS, {**OF_PATIENT, "mg_dl": integer(1, 1000, LOWEST_MG_DL)}),
    "unit_flip": Within(_flip_unit, DATA, OF_PATIENT),
}

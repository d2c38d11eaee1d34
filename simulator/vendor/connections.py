"""A followed patient as ``/llu/connections`` shows it."""

import uuid
from typing import Any

from simulator.instants import MINUTE_MS, SECOND_MS
from simulator.patients import Patient
from simulator.truth.injected import Injected
from simulator.truth.sensor_life import Worn, worn_at
from simulator.truth.truth import newest_shown, shown
from simulator.vendor.measurements import TYPE_MEASUREMENT, UNIT_CODES, item, trend_arrow

SENSOR_TYPE = 4
DEVICE_TYPE = 40068
WARM_UP_MINUTES = 60
SERIAL_LETTERS = "0123456789ACDEFGHJKLMNPQRTUVWXYZ"

ALARM_RULES: dict[str, Any] = {
    "c": True,
    "h": {"on": True, "th": 250, "thmm": 13.9, "d": 1440, "f": 0.1},
    "f": {"th": 55, "thmm": 3.0, "d": 30, "tl": 10, "tlmm": 0.6},
    "l": {"on": True, "th": 70, "thmm": 3.9, "d": 1440, "tl": 10, "tlmm": 0.6},
    "nd": {"i": 20, "r": 5, "l": 6},
    "p": 5,
    "r": 5,
    "std": {},
}


def connection(patient: Patient, injected: Injected, *, country: str, now_ms: int) -> dict[str, Any]:
    """The patient with sensor, device and current measurement."""
    measurement = current_measurement(patient, injected, now_ms)
    return {
        "id": str(uuid.uuid5(uuid.UUID(patient.id), "connection")),
        "patientId": patient.id,
        "country": country,
        "status": 2,
        "firstName": patient.first_name,
        "lastName": patient.last_name,
        "targetLow": 70,
        "targetHigh": 180,
        "uom": UNIT_CODES[patient.unit],
        "sensor": sensor(patient, worn_at(now_ms, patient.hash)),
        "alarmRules": ALARM_RULES,
        "glucoseMeasurement": measurement,
        "glucoseItem": measurement,
        "glucoseAlarm": None,
        "patientDevice": device(patient),
        "created": patient.created_ms // SECOND_MS,
    }


def current_measurement(patient: Patient, injected: Injected, now_ms: int) -> dict[str, Any] | None:
    """The newest measurement however old, with its trend; None if there never was one."""
    newest = newest_shown(patient, injected, now_ms)
    if newest is None:
        return None
    time_ms, mg_dl = newest
    # What was hidden then may be known now, so ask as of now and cut.
    recent = shown(patient, injected, time_ms - 20 * MINUTE_MS, now_ms).between(0, time_ms + 1)
    arrow = trend_arrow(recent)
    measured = item(time_ms, mg_dl, TYPE_MEASUREMENT, patient.timezone, patient.unit)
    return {**measured, **({} if arrow is None else {"TrendArrow": arrow, "TrendMessage": None})}


def sensor(patient: Patient, worn: Worn) -> dict[str, Any]:
    """The sensor: serial number, activation in epoch seconds, type."""
    return {
        "deviceId": _device_id(patient),
        "sn": _serial(patient.hash + worn.number),
        "a": worn.activated_ms // SECOND_MS,
        "w": WARM_UP_MINUTES,
        "pt": SENSOR_TYPE,
    }


def device(patient: Patient) -> dict[str, Any]:
    """The patient's phone."""
    return {
        "did": _device_id(patient),
        "dtid": DEVICE_TYPE,
        "v": "3.6.5",
        "ll": 70,
        "hl": 250,
        "u": patient.created_ms // SECOND_MS,
        "fixedLowAlarmValues": {"mgdl": 55, "mmoll": 3.0},
        "alarms": True,
    }


def _device_id(patient: Patient) -> str:
    return str(uuid.uuid5(uuid.UUID(patient.id), "device"))


def _serial(number: int) -> str:
    letters = [SERIAL_LETTERS[number // 32**place % 32] for place in range(7)]
    return "0M0" + "".join(reversed(letters))

"""The logbook: what the patient scanned and what alarms rang in two weeks."""

import random
from typing import Any

import numpy as np

from simulator.instants import DAY_MS, HOUR_MS
from simulator.patients import Patient
from simulator.truth.injected import Injected
from simulator.truth.series import Bools, Series
from simulator.truth.truth import shown
from simulator.vendor.measurements import TYPE_HYBRID, TYPE_MEASUREMENT, item

DAYS = 14
LOW_ALARM_MG_DL, HIGH_ALARM_MG_DL = 70, 250
ALARM_LOW, ALARM_HIGH = 1, 2
ALARM_PAUSE_MS = 2 * HOUR_MS
FRESH_MS = HOUR_MS // 2


def logbook(patient: Patient, injected: Injected, now_ms: int) -> list[dict[str, Any]]:
    """Events of two weeks, the newest first."""
    series = shown(patient, injected, now_ms - DAYS * DAY_MS, now_ms)
    events = {
        **dict.fromkeys(_scans(patient, series, now_ms)),
        **dict.fromkeys(_alarms(series, series.mg_dl < LOW_ALARM_MG_DL), ALARM_LOW),
        **dict.fromkeys(_alarms(series, series.mg_dl > HIGH_ALARM_MG_DL), ALARM_HIGH),
    }
    return [_event(patient, series, i, events[i]) for i in sorted(events, reverse=True)]


def _event(patient: Patient, series: Series, index: int, alarm: int | None) -> dict[str, Any]:
    kind = TYPE_MEASUREMENT if alarm is None else TYPE_HYBRID
    time_ms, mg_dl = int(series.time_ms[index]), int(series.mg_dl[index])
    event = item(time_ms, mg_dl, kind, patient.timezone, patient.unit)
    return event if alarm is None else {**event, "alarmType": alarm}


def _scans(patient: Patient, series: Series, now_ms: int) -> list[int]:
    """The index of the measurement each scan showed: two to four scans a day."""
    moments = []
    for day in range(now_ms // DAY_MS - DAYS, now_ms // DAY_MS + 1):
        rng = random.Random(f"{patient.id}:{day}")
        moments += [day * DAY_MS + rng.randrange(DAY_MS) for _ in range(rng.randint(2, 4))]
    indices = [(moment, int(np.searchsorted(series.time_ms, moment, side="right")) - 1) for moment in moments]
    return [
        index
        for moment, index in indices
        if index >= 0 and moment <= now_ms and moment - int(series.time_ms[index]) <= FRESH_MS
    ]


def _alarms(series: Series, rings: Bools) -> list[int]:
    """The index of each point where the condition begins, at most one in two hours."""
    begins = np.flatnonzero(rings & ~np.concatenate(([False], rings[:-1])))
    kept: list[int] = []
    for index in begins.tolist():
        if not kept or series.time_ms[index] - series.time_ms[kept[-1]] >= ALARM_PAUSE_MS:
            kept.append(index)
    return kept

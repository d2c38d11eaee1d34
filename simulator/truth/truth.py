"""A patient's truth: what the trace says, with the injected points in place of those near them."""

from functools import lru_cache

import numpy as np

from simulator.instants import DAY_MS, MINUTE_MS
from simulator.patients import Patient
from simulator.traces import Empty, Generator, Replay
from simulator.truth.generator import generated
from simulator.truth.injected import Injected
from simulator.truth.replay import replayed
from simulator.truth.sensor_life import is_warmed_up
from simulator.truth.series import EMPTY, Series, joined

FARTHEST_BACK_DAYS = (1, 3, 30, 400)


def truth(patient: Patient, injected: Injected, start_ms: int, end_ms: int) -> Series:
    """Every point of ``[start, end)``, whether the vendor shows it yet or not."""
    added = injected.between(start_ms, end_ms)
    return _merged(_measured(patient, injected, start_ms, end_ms), Series(added.time_ms, added.mg_dl))


def shown(patient: Patient, injected: Injected, start_ms: int, now_ms: int) -> Series:
    """The points since ``start`` that the vendor shows at ``now``, a point of this very instant included."""
    end_ms = now_ms + 1
    added = injected.between(start_ms, end_ms).visible(now_ms)
    return _merged(_measured(patient, injected, start_ms, end_ms), added)


def newest_shown(patient: Patient, injected: Injected, now_ms: int) -> tuple[int, int] | None:
    """Time and mg/dL of the newest point the vendor shows; None when there is none within 400 days."""
    for days in FARTHEST_BACK_DAYS:
        series = shown(patient, injected, now_ms - days * DAY_MS, now_ms)
        if len(series):
            return int(series.time_ms[-1]), int(series.mg_dl[-1])
    return None


def _measured(patient: Patient, injected: Injected, start_ms: int, end_ms: int) -> Series:
    """What the trace says in ``[start, end)``, clear of injected points."""
    if isinstance(patient.trace, Empty):
        return EMPTY
    start_ms = max(start_ms, patient.since_ms or 0, 0)
    days = range(start_ms // DAY_MS, -(-end_ms // DAY_MS))
    series = joined([_trace_day(patient, day) for day in days]).between(start_ms, end_ms)
    half_ms = patient.cadence_minutes * MINUTE_MS / 2
    return injected.between(start_ms - DAY_MS, end_ms + DAY_MS).clear_of(series, half_ms)


@lru_cache(maxsize=2048)
def _trace_day(patient: Patient, day: int) -> Series:
    """The trace's points of one UTC day, counted from the epoch, on the patient's grid."""
    step_ms = patient.cadence_minutes * MINUTE_MS
    start_ms = day * DAY_MS
    first_ms = start_ms + (patient.phase_ms - start_ms) % step_ms
    times_ms = np.arange(first_ms, start_ms + DAY_MS, step_ms, dtype=np.int64)
    match patient.trace:
        case Replay(subject):
            return replayed(subject, patient.timezone, times_ms)
        case Generator(profile, seed, anchor_ms):
            times_ms = times_ms[is_warmed_up(times_ms, patient.hash)]
            return generated(profile, seed, anchor_ms, patient.timezone, times_ms)
    return EMPTY


def _merged(trace: Series, added: Series) -> Series:
    if not len(added):
        return trace
    both = joined([trace, added])
    order = np.argsort(both.time_ms, kind="stable")
    return Series(both.time_ms[order], both.mg_dl[order])

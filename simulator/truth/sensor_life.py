"""When a patient's sensors were put on; every one lasts 14 days."""

from dataclasses import dataclass

import numpy as np

from simulator.instants import DAY_MS, HOUR_MS, SECOND_MS
from simulator.truth.series import Bools, Int64s

LIFE_MS = 14 * DAY_MS
WARM_UP_MS = HOUR_MS


@dataclass(frozen=True)
class Worn:
    """The sensor worn at an instant: its running number and its activation."""

    number: int
    activated_ms: int


def worn_at(instant_ms: int, patient_hash: int) -> Worn:
    """The sensor a patient wears at an instant."""
    phase_ms = _phase_ms(patient_hash)
    number = (instant_ms - phase_ms) // LIFE_MS
    return Worn(number, phase_ms + number * LIFE_MS)


def is_warmed_up(times_ms: Int64s, patient_hash: int) -> Bools:
    """Whether the sensor worn at each instant gave readings already."""
    warmed_up: Bools = np.asarray((times_ms - _phase_ms(patient_hash)) % LIFE_MS >= WARM_UP_MS)
    return warmed_up


def _phase_ms(patient_hash: int) -> int:
    return patient_hash % (LIFE_MS // SECOND_MS) * SECOND_MS

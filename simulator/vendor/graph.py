"""The graph: about twelve hours of resampled truth, without the newest quarter of an hour."""

import hashlib
from typing import Any

import numpy as np

from simulator.instants import MINUTE_MS, SECOND_MS
from simulator.patients import Patient
from simulator.truth.injected import Injected
from simulator.truth.series import Series
from simulator.truth.truth import shown
from simulator.vendor.measurements import TYPE_GRAPH, item

STEP_MS = 5 * MINUTE_MS
HALF_MS = STEP_MS // 2
# The last point is 15 to 20 minutes old: about 17.
LAG_MS = 15 * MINUTE_MS
POINTS = 141
JITTERS_MS = (0, SECOND_MS, 2 * SECOND_MS)


def graph_data(patient: Patient, injected: Injected, now_ms: int) -> list[dict[str, Any]]:
    """One point for each five minutes that have any, a little off the real-time measurement."""
    last_ms = now_ms - LAG_MS
    last_slot_ms = last_ms - (last_ms - patient.phase_ms) % STEP_MS
    # Whole slots only: a point that was shown once must not change when the slot fills up.
    start_ms, end_ms = last_slot_ms - (POINTS - 1) * STEP_MS - HALF_MS, last_slot_ms + HALF_MS
    series = shown(patient, injected, start_ms, now_ms).between(start_ms, end_ms)
    sampled = every_five_minutes(series, start_ms)
    return [
        item(time_ms + jitter_ms(patient, time_ms), mg_dl, TYPE_GRAPH, patient.timezone, patient.unit)
        for time_ms, mg_dl in zip(sampled.time_ms.tolist(), sampled.mg_dl.tolist(), strict=True)
    ]


def every_five_minutes(series: Series, start_ms: int) -> Series:
    """Of each five minutes from the start on, the point nearest to their middle."""
    slot, within_ms = np.divmod(series.time_ms - start_ms, STEP_MS)
    order = np.lexsort((np.abs(within_ms - HALF_MS), slot))
    _, first = np.unique(slot[order], return_index=True)
    return Series(series.time_ms[order[first]], series.mg_dl[order[first]])


def jitter_ms(patient: Patient, time_ms: int) -> int:
    """How much later than the measurement its graph twin is; always the same for one point."""
    digest = hashlib.blake2b(f"{patient.id}:{time_ms}".encode(), digest_size=2).digest()
    return JITTERS_MS[int.from_bytes(digest, "big") % len(JITTERS_MS)]

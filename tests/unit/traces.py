"""Readings as arrays, from a few words or made by hypothesis."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from analytics.metrics.trace import Trace

DAY = 86_400
# Midnight in São Paulo, 2026-03-01.
MIDNIGHT, OFFSET = 1_772_334_000, -180


def trace(times: Any, mg_dl: Any, offsets: Any = OFFSET, cadences: Any = 5) -> Trace:
    """Readings at seconds from the midnight."""
    at = MIDNIGHT + np.asarray(times, dtype=np.int64)
    one_each = [np.broadcast_to(np.asarray(given, dtype=np.int64), at.shape) for given in (cadences, offsets)]
    return Trace(at, np.asarray(mg_dl, dtype=np.int64), *one_each)


def written(text: str) -> Trace:
    """Readings as ``minute=mg/dL``, minutes from local midnight."""
    pairs = [pair.split("=") for pair in text.split()]
    return trace([60 * int(minute) for minute, _ in pairs], [int(mg_dl) for _, mg_dl in pairs])


@st.composite
def traces(draw: st.DrawFn, *, highest: int = 600, most: int = 60) -> Trace:
    """Any readings: gaps of all lengths, seconds that fall anywhere."""
    gaps = st.sampled_from([60, 300, 300, 300, 293, 900, 2699, 2700, 2701, 10_800, 11_400, DAY - 300, DAY])
    readings = draw(st.lists(st.tuples(gaps, st.integers(20, highest)), min_size=1, max_size=most))
    first = draw(st.integers(0, DAY))
    return trace(first + np.cumsum([gap for gap, _ in readings]), [value for _, value in readings])

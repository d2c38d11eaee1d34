"""Local days from raw readings, with bands of any edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.day import AGGREGATE_BANDS, day_rows, day_shares, pieces_of
from analytics.metrics.targets import CONSENSUS, custom_targets
from analytics.metrics.time_in_range import time_in_range
from analytics.metrics.trace import Trace

EDGES = st.tuples(st.integers(54, 250), st.integers(54, 250)).filter(lambda pair: pair[0] < pair[1])
READINGS = st.lists(
    st.tuples(st.integers(0, 5 * 1440), st.integers(20, 600), st.sampled_from([1, 5, 15]), st.integers(-720, 840)),
    max_size=60,
    unique_by=lambda one: one[0],
)


@pytest.mark.parametrize("ranges", list(CONSENSUS))
def test_consensus_bands_are_sums_of_those_of_the_aggregate(ranges: str) -> None:
    assert pieces_of(CONSENSUS[ranges].bands) == AGGREGATE_BANDS


def test_bands_that_end_where_those_of_the_aggregate_do_are_sums_of_them_too() -> None:
    assert pieces_of(custom_targets(63, 180, {}).bands) == AGGREGATE_BANDS


@given(readings=READINGS, edges=EDGES, by_count=st.booleans())
def test_a_day_has_the_shares_of_its_readings(
    readings: list[tuple[int, int, int, int]], edges: tuple[int, int], by_count: bool
) -> None:
    minutes, values, cadences, offsets = np.array(sorted(readings), dtype=np.int64).reshape(-1, 4).T
    trace, bands = Trace(60 * minutes, values, cadences, offsets), custom_targets(*edges, {}).bands

    rows = day_rows(trace, pieces_of(bands))

    assert sum(row.readings for row in rows) == len(readings)
    for row in rows:
        inside = trace.local_days == (row.date.toordinal() - 719163)
        own = Trace(*(column[inside] for column in (trace.seconds, values, cadences, offsets)))
        assert day_shares(row, bands, by_count=by_count) == time_in_range(own.histogram(by_count=by_count), bands)
        assert (row.lowest, row.highest) == (own.mg_dl.min(), own.mg_dl.max())

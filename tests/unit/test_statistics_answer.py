"""The statistics answer of anything that can be stored: numbers or null, never NaN or infinity."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.sufficiency import sufficiency
from analytics.metrics.targets import CONSENSUS
from analytics.metrics.trace import Trace
from analytics.statistics import statistics_answer
from tests.unit.traces import trace, traces

LOWEST, HIGHEST = 20, 600
UNITS = ("mg/dL", "mmol/L")


def answer_of(readings: Trace, ranges: str = "t1_t2", unit: str = "mg/dL", by_count: bool = False) -> dict[str, Any]:
    enough = sufficiency(minutes=readings.minutes, window_minutes=14 * 1440, days_with_data=readings.days_with_data)
    return statistics_answer(readings, enough, days=14, targets=CONSENSUS[ranges], unit=unit, by_count=by_count)


def leaves(answer: Any) -> list[Any]:
    if isinstance(answer, dict):
        return [leaf for inner in answer.values() for leaf in leaves(inner)]
    if isinstance(answer, list):
        return [leaf for inner in answer for leaf in leaves(inner)]
    return [answer]


def assert_finite(answer: Any) -> None:
    found = leaves(answer)
    assert {type(leaf) for leaf in found} <= {int, float, str, bool, type(None)}
    assert all(math.isfinite(leaf) for leaf in found if isinstance(leaf, float))


@given(traces(), st.sampled_from(sorted(CONSENSUS)), st.sampled_from(UNITS), st.booleans())
def test_of_any_readings_is_finite(readings: Trace, ranges: str, unit: str, by_count: bool) -> None:
    assert_finite(answer_of(readings, ranges, unit, by_count))


@pytest.mark.parametrize("edge", [LOWEST, 53, 54, 62, 63, 69, 70, 112, 113, 140, 141, 180, 181, 250, 251, HIGHEST])
@pytest.mark.parametrize("count", [1, 2, 576])
def test_of_one_value_is_finite(edge: int, count: int) -> None:
    found = answer_of(trace(300 * np.arange(count), np.full(count, edge)))

    assert_finite(found)
    assert (found["mean"], found["min"], found["max"], found["median"]) == (edge, edge, edge, edge)


def test_of_gaps_everywhere_has_values_and_no_order() -> None:
    found = answer_of(trace(3600 * np.arange(100), np.tile([100, 200], 50)))

    assert_finite(found)
    assert found["mean"] == 150
    assert (found["variability"]["mag"], found["variability"]["gvp_percent"]) == (None, None)


@pytest.mark.parametrize(("cadence", "days"), [(5, 3650), (1, 365)])
def test_of_years_is_finite(cadence: int, days: int) -> None:
    count = days * 1440 // cadence
    values = np.random.default_rng(1).integers(LOWEST, HIGHEST + 1, count)

    found = answer_of(trace(60 * cadence * np.arange(count), values, cadences=cadence))

    assert_finite(found)
    assert None not in leaves(found["variability"])
    assert found["readings"] == count

"""Our metrics are those of iglu, or the difference is explained."""

import pytest

from tests.conformance.compared import EQUAL, PYTHON, Comparison, R, compared, known
from tests.conformance.oracle import CALLS
from tests.conformance.ours import hall
from tests.conformance.table import TABLE, table
from tests.conformance.their_way import WHY


def anew() -> list[Comparison]:
    """What is known, with ours computed now where the trace is ours to ship."""
    theirs: dict[str, dict[str, float]] = {}
    for row in known():
        if row.oracle == PYTHON:
            theirs.setdefault(row.subject, {})[row.metric] = row.expected
    return [row for row in known() if row.oracle == R] + compared(PYTHON, theirs, hall())


@pytest.mark.parametrize("metric", CALLS)
def test_the_metric_is_that_of_iglu_or_the_difference_is_explained(metric: str) -> None:
    found = [row for row in anew() if row.metric == metric]

    assert len({row.subject for row in found if row.oracle == PYTHON}) == 5
    assert [row for row in found if not row.explained] == []
    assert (max(row.difference for row in found) > EQUAL) == (metric in WHY)


def test_the_page_says_what_was_found() -> None:
    assert TABLE.read_text() == table(anew())

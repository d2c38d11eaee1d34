"""The ledger's rules: whatever came before, it says what is missing now, and changes nothing outside of its window."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glucose.coverage import both, united
from glucose.gap_ledger import (
    ASK_GRAPH_AFTER,
    ASK_LOGBOOK_AFTER,
    Cause,
    Gap,
    GapState,
    asked,
    fresh,
    joined,
    next_try,
    reconciled,
    why,
)
from tests.unit.test_coverage_of_time import ranges, seconds_in

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
END = 600
HOUR = timedelta(hours=1)
PAIRS = st.lists(st.tuples(st.integers(0, END), st.integers(0, END)), max_size=6)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Gap]:
    """Rows that do not overlap, in any states."""
    cuts = sorted(draw(st.sets(st.integers(0, END), max_size=12)))
    states = st.sampled_from([GapState.OPEN, GapState.FILLED, GapState.LOST])
    return [Gap(start, end, NOW, draw(states)) for start, end in pairwise(cuts) if draw(st.booleans())]


def seconds_of(gaps: list[Gap]) -> set[int]:
    return {second for gap in gaps for second in range(gap.start, gap.end)}


@given(ledgers(), PAIRS, st.integers(0, END - 1), st.integers(1, END))
def test_it_says_what_is_missing(known: list[Gap], pairs: list[tuple[int, int]], start: int, length: int) -> None:
    window = start, min(start + length, END)
    missing = both(united(ranges(pairs)), np.array([window], dtype=np.int64))
    inside = set(range(*window))

    found = reconciled(known, missing, window, LATER)

    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(gap.start < gap.end for gap in found)
    unfilled = [gap for gap in found if gap.state is not GapState.FILLED]
    assert seconds_of(unfilled) & inside == seconds_in(missing)
    # What was known stays known, whatever became of it.
    assert seconds_of(found) == seconds_of(known) | seconds_in(missing)
    for state in GapState:
        before = seconds_of([gap for gap in known if gap.state is state]) - inside
        assert seconds_of([gap for gap in found if gap.state is state]) - inside == before
    lost = seconds_of([gap for gap in known if gap.state is GapState.LOST]) & seconds_in(missing)
    assert lost <= seconds_of([gap for gap in found if gap.state is GapState.LOST])
    assert reconciled(found, missing, window, LATER) == found


def test_what_is_filled_says_when_and_what_is_missing_anew_begins_anew() -> None:
    gap = Gap(0, 100, NOW, cause=Cause.PHONE, tries=2, next_try_at=NOW)

    filled = reconciled([gap], ranges([(50, 100)]), (0, 100), LATER)
    again = reconciled(filled, ranges([(0, 100)]), (0, 100), LATER)

    assert filled[0] == Gap(0, 50, NOW, GapState.FILLED, Cause.PHONE, LATER, 2, None)
    assert filled[1] == Gap(50, 100, NOW, cause=Cause.PHONE, tries=2, next_try_at=NOW)
    assert again == [fresh(0, 50, LATER), filled[1]]


def test_two_that_touch_become_one_only_where_they_are_alike() -> None:
    assert joined([Gap(5, 9, NOW), Gap(0, 5, NOW)]) == [Gap(0, 9, NOW)]
    assert len(joined([Gap(5, 9, NOW), Gap(0, 5, LATER)])) == 2
    assert len(joined([Gap(6, 9, NOW), Gap(0, 5, NOW)])) == 2


class TestAsking:
    def ended(self, ago: timedelta) -> Gap:
        end = int((NOW - ago).timestamp())
        return Gap(end - 3_600, end, NOW - ago, next_try_at=NOW)

    def test_a_graph_that_cannot_have_it_yet_is_no_try(self) -> None:
        gap = self.ended(timedelta(minutes=19))

        assert asked(gap, NOW, graph=True, logbook=False) == gap

    def test_each_try_says_when_the_next_one_is(self) -> None:
        gap = self.ended(timedelta(minutes=20))

        found = asked(gap, NOW, graph=True, logbook=False)

        assert (found.tries, found.next_try_at) == (1, gap.ended_at + ASK_GRAPH_AFTER[1])

    def test_it_is_lost_only_when_the_graph_is_over_and_the_logbook_was_read(self) -> None:
        assert asked(self.ended(11 * HOUR), NOW, graph=True, logbook=True).state is GapState.OPEN
        assert asked(self.ended(13 * HOUR), NOW, graph=True, logbook=False).state is GapState.OPEN
        lost = asked(self.ended(13 * HOUR), NOW, graph=False, logbook=True)
        assert (lost.state, lost.closed_at, lost.next_try_at, lost.tries) == (GapState.LOST, NOW, None, 1)

    def test_nobody_asks_for_what_is_closed(self) -> None:
        lost = asked(self.ended(13 * HOUR), NOW, graph=False, logbook=True)

        assert asked(lost, LATER, graph=True, logbook=True) == lost

    @given(st.integers(0, 60 * 48))
    def test_the_next_try_is_never_before_now(self, minutes: int) -> None:
        gap = self.ended(timedelta(minutes=minutes))

        found = next_try(gap, NOW)

        assert found >= NOW
        assert found <= max(NOW, gap.ended_at + ASK_LOGBOOK_AFTER)


def test_a_cause_is_told_by_who_asked() -> None:
    gap = Gap(int(NOW.timestamp()), int(LATER.timestamp()), LATER)

    assert why(gap, NOW + timedelta(minutes=10), True) is Cause.PHONE
    assert why(gap, NOW + timedelta(minutes=9), True) is Cause.SYNC
    assert why(gap, None, True) is Cause.SYNC
    assert why(gap, NOW, False) is Cause.ACCOUNT

"""What a refusal makes of an account, and what nobody can shorten."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glucose.account_states import (
    ACTION_NEEDED,
    FIRST_PAUSE,
    LONGEST_NAMED,
    LONGEST_PAUSE,
    NEEDS_A_PERSON,
    NOT_BEFORE,
    WELL,
    AccountState,
    Standing,
    may_be_visited,
    refused,
    reset,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STATES = st.sampled_from(list(AccountState))
PASSING = sorted(FIRST_PAUSE)


@given(STATES, st.integers(0, 10**6), st.none() | st.timedeltas(timedelta(0), timedelta(days=10**5)))
def test_a_refusal_waits_for_a_person_or_for_a_time(state: AccountState, failures: int, wait: timedelta | None) -> None:
    found = refused(Standing(AccountState.ACTIVE, failures=failures), state, "why", wait, NOW)

    assert (found.state, found.detail, found.failures) == (state, "why", failures + 1)
    if state not in FIRST_PAUSE:
        assert found.next_attempt_at is None
    elif wait is not None:
        assert found.next_attempt_at == NOW + min(wait, LONGEST_NAMED)
    else:
        assert found.next_attempt_at is not None
        assert FIRST_PAUSE[state] <= found.next_attempt_at - NOW <= LONGEST_PAUSE[state]


@pytest.mark.parametrize("state", PASSING)
def test_each_one_in_a_row_waits_twice_as_long_up_to_the_longest(state: AccountState) -> None:
    standing, waits = WELL, []
    for _ in range(9):
        standing = refused(standing, state, "", None, NOW)
        assert standing.next_attempt_at is not None
        waits.append(standing.next_attempt_at - NOW)

    assert waits[:2] == [FIRST_PAUSE[state], 2 * FIRST_PAUSE[state]]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_PAUSE[state]


@given(STATES, st.none() | st.integers(-1_000, 1_000))
def test_a_person_shortens_nothing_that_the_vendor_said(state: AccountState, minutes: int | None) -> None:
    until = None if minutes is None else NOW + timedelta(minutes=minutes)
    before = Standing(state, "why", until, 3)

    after = reset(before, NOW)

    held = state in NOT_BEFORE and minutes is not None and minutes > 0
    assert after == (before if held else WELL)
    assert may_be_visited(after, NOW) == (not held)


@given(STATES, st.none() | st.integers(-1_000, 1_000))
def test_it_is_visited_when_nobody_has_to_act_and_the_time_is_there(state: AccountState, minutes: int | None) -> None:
    until = None if minutes is None else NOW + timedelta(minutes=minutes)

    found = may_be_visited(Standing(state, "", until), NOW)

    assert found == (state not in NEEDS_A_PERSON and (minutes is None or minutes <= 0))


def test_whoever_has_to_act_is_told_what_to_do() -> None:
    assert set(ACTION_NEEDED) == NEEDS_A_PERSON
    assert set(FIRST_PAUSE) == set(LONGEST_PAUSE) == set(AccountState) - NEEDS_A_PERSON - {AccountState.ACTIVE}

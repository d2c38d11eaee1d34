"""A short form of the week: a few accounts, some hours, the same checks; and that the checks can fail."""

import logging
from datetime import timedelta

import pytest

from tests.week.plan import ACTS, WAYS, Plan, Trouble
from tests.week.record import Asked, Done, Record, Visited
from tests.week.report import lines
from tests.week.requests_checked import check_requests
from tests.week.run import run

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
LOCK = Trouble(0, "lock", timedelta(0), timedelta(hours=1), params={"seconds": 300})


@pytest.mark.usefixtures("clean_readings")
def test_nothing_goes_wrong_in_some_hours(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="glucose")

    outcome = run(Plan(accounts=2, days=0.15, seed=5, people=2))

    print(*lines(outcome), sep="\n")
    assert outcome.record.wrong == []
    assert outcome.record.checked > 500
    assert outcome.record.endings["killed"] > 0


def test_a_seed_makes_the_same_troubles_again_and_every_kind_comes() -> None:
    plan = Plan(accounts=40, days=7, seed=3)

    assert plan.troubles() == Plan(accounts=40, days=7, seed=3).troubles()
    assert plan.troubles() != Plan(accounts=40, days=7, seed=4).troubles()
    assert {trouble.kind for trouble in plan.troubles()} == {*WAYS, *ACTS}


def recorded(*asked: tuple[int, str, str, int], done: tuple[Done, ...] = ()) -> list[str]:
    """What is wrong with requests of one account: minute, last part of the path, fault, status."""
    record = Record(done=list(done))
    for minute, call, fault, status in asked:
        at_ms = minute * MINUTE_MS
        record.asked.append(Asked(at_ms, 0, f"/eu/llu/{call}", status, frozenset({fault} - {""})))
        record.visits[at_ms] = Visited(0, at_ms)
    check_requests(record, [LOCK], 0, HOUR_MS)
    return record.wrong


class TestTheChecks:
    def test_a_login_during_a_lock_is_wrong(self) -> None:
        assert recorded((1, "login", "lock", 200), (6, "login", "", 200), (7, "connections", "", 200)) == []
        assert recorded((1, "login", "lock", 200), (5, "login", "", 200)) == ["account 0: /eu/llu/login in lock"]

    def test_a_login_with_a_session_at_hand_is_wrong(self) -> None:
        asked = ((1, "connections", "", 200), (6, "login", "", 200))

        assert recorded(*asked) == ["account 0 logged in with a session at 360000"]
        assert recorded(*asked, done=(Done(2 * MINUTE_MS, 0, "forgotten"),)) == []
        assert recorded((1, "connections", "", 401), (6, "login", "", 200)) == []

    def test_two_logins_at_one_region_in_a_visit_are_wrong(self) -> None:
        assert recorded((1, "login", "", 200), (1, "login", "", 200)) == ["/eu/llu/login twice in one visit at 60000"]

    def test_a_crowd_of_polls_is_wrong(self) -> None:
        wrong = recorded(*((minute, "connections", "", 200) for minute in range(1, 17)))

        assert wrong == ["account 0 was polled 1.33 times in five minutes"]

    def test_a_request_of_no_visit_is_wrong(self) -> None:
        record = Record(asked=[Asked(MINUTE_MS, 0, "/eu/llu/connections", 200, frozenset())])

        check_requests(record, [], 0, HOUR_MS)

        assert record.wrong == ["account 0: /eu/llu/connections in no visit"]


def test_the_time_that_is_named_is_the_faults_own() -> None:
    assert LOCK.named_seconds() == 300
    assert Trouble(0, "http_476", timedelta(0), timedelta(1)).named_seconds() == 65_620
    assert Trouble(0, "http_430", timedelta(0), timedelta(1)).named_seconds() == 3_600
    assert Trouble(0, "http_429", timedelta(0), timedelta(1), params={"retry_after": "later"}).named_seconds() is None
    date = Trouble(0, "http_429", timedelta(0), timedelta(1), params={"retry_after": "date", "seconds": 60})
    assert date.named_seconds() == 60

"""What the load benchmark says of its curve."""

import pytest

from bench.load.curve import Step, bend, fastest_unsaturated, overloaded, step
from bench.load.plan import Answer, Answers
from bench.load.processes import Snapshot
from bench.load.report import verdict


def one(rate: int, p95: float, *, busiest: float = 0.5, errors: int = 0, p99: float | None = None) -> Step:
    return Step(rate, rate, p95 / 2, p95, p99 or p95, 10 * rate, errors, {}, busiest, 0.3)


def of(answers: Answers) -> Step:
    before = Snapshot({"web": 1.0}, [(10.0, 100.0), (10.0, 100.0)])
    after = Snapshot({"web": 3.0}, [(14.0, 110.0), (11.0, 110.0)])
    return step(10, answers, 10.0, before, after)


class TestBend:
    def test_is_where_p95_stays_over_twice_the_least_before(self) -> None:
        steps = [one(5, 40), one(10, 20), one(20, 39), one(40, 41), one(80, 60)]
        found = bend(steps)
        assert found is not None
        assert found.rate == 40

    def test_is_not_a_single_slow_step(self) -> None:
        assert bend([one(5, 20), one(10, 90), one(20, 30)]) is None

    @pytest.mark.parametrize("failed", [one(10, 301), one(10, 200, p99=801), one(10, 200, errors=2)])
    def test_is_where_a_goal_is_missed_from_then_on(self, failed: Step) -> None:
        assert bend([one(5, 200), failed]) is failed
        assert bend([one(5, 200), failed, one(20, 200)]) is None


class TestOverloaded:
    def test_takes_two_failures_in_a_row(self) -> None:
        assert not overloaded([one(5, 20), one(10, 400)])
        assert not overloaded([one(5, 400), one(10, 20), one(20, 400)])
        assert overloaded([one(5, 20), one(10, 400), one(20, 500)])


class TestFastestUnsaturated:
    def test_is_the_highest_rate_that_left_every_core_time(self) -> None:
        steps = [one(5, 20), one(10, 20, busiest=0.79), one(20, 20, busiest=0.8)]
        assert fastest_unsaturated(steps) is steps[1]

    def test_is_none_where_a_core_was_busy_throughout(self) -> None:
        assert fastest_unsaturated([one(5, 20, busiest=0.9)]) is None


class TestStep:
    def test_counts_what_was_never_answered_as_an_error(self) -> None:
        found = of(Answers(3, [Answer("a", 10.0, 5.0, None), Answer("a", 30.0, 5.0, "503")]))
        assert (found.requests, found.errors, found.achieved) == (3, 2, 0.1)
        assert found.in_sql == pytest.approx(0.5)

    def test_is_endless_without_any_answer(self) -> None:
        assert of(Answers(3)).p95 == float("inf")

    def test_shares_the_cores_among_the_groups_and_the_others(self) -> None:
        found = of(Answers(1, [Answer("a", 10.0, 5.0, None)]))
        assert found.cpu == pytest.approx({"web": 0.1, "others": 0.15})
        assert found.busiest_core == pytest.approx(0.4)


class TestVerdict:
    def test_has_the_bend_and_the_highest_rate_that_saturates_no_core(self) -> None:
        steps = [one(5, 20), one(10, 30, p99=50), one(20, 90, busiest=0.9)]
        assert verdict(steps) == "load: bends at 20 req/s; at 10 req/s p95 30 ms (goal 300), p99 50 ms (goal 800)"

    def test_says_so_where_every_rate_saturated_a_core(self) -> None:
        assert verdict([one(5, 20, busiest=1.0)]) == (
            "load: does not bend up to 5 req/s; at every rate a core was busy for 80% or more;"
            " at 5 req/s p95 20 ms (goal 300), p99 20 ms (goal 800)"
        )

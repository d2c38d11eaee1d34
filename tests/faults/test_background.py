"""What a run looks at behind the requests would notice what is doubled, half done or out of order."""

import pytest

from tests.faults.alarms import order
from tests.faults.imports import Import, judged
from tests.faults.periods import twice

DONE = Import("i", "done", "done", "", 10, 10, "10 lines")


class TestImports:
    def test_one_with_the_counts_of_an_undisturbed_one_is_fine(self) -> None:
        assert list(judged(DONE, DONE, cancelled=False)) == []

    @pytest.mark.parametrize(
        ("one", "said"),
        [
            (Import("i", "running", "processing", "", 9, 10, ""), "says 9 are stored, and 10 are"),
            (Import("i", "done", "done", "", 10, 10, "9 lines"), "counts 9 lines; undisturbed, it is 10 lines"),
            (Import("i", "cancelled", "cancelled", "", 5, 5, ""), "nobody cancelled it"),
            (Import("i", "failed", "cancelled", "No.", 5, 5, ""), "its task is cancelled: No."),
            (Import("i", "failed", "failed", "", 5, 5, ""), "its task does not say why"),
        ],
    )
    def test_one_that_is_half_done_is_named(self, one: Import, said: str) -> None:
        assert list(judged(one, DONE, cancelled=False)) == [said]


class TestOrder:
    def test_two_of_a_lane_that_came_the_other_way_round_are_named(self) -> None:
        entries = [("webhook", key, lane, "delivered", "") for key, lane in (("a", "1"), ("b", "2"), ("c", "1"))]

        assert list(order(entries, ["b", "a", "c"])) == []
        assert list(order(entries, ["c", "b", "a"])) == ["c was told before a"]


class TestPeriods:
    @pytest.mark.parametrize(
        ("begun", "was", "became", "held", "said"),
        [
            (True, "", "", False, []),
            (True, "", "", True, ["s 12:00 was begun while another worker had it"]),
            (True, "done", "done", False, ["s 12:00 was begun though it was done"]),
            (False, "", "done", True, []),
            (False, "done", "failed", False, ["s 12:00 was done, then failed"]),
        ],
    )
    def test_one_that_ran_twice_is_named(self, begun: bool, was: str, became: str, held: bool, said: list[str]) -> None:
        assert list(twice([("s", "12:00", begun, was, became, held)])) == said

"""What a run compares by would notice what is missing and what is there twice."""

from tests.faults.checks import missing, not_told, too_close

ROWS = [(1000, 111, 5), (1300, 122, 5), (1600, 133, 5)]


class TestMissing:
    def test_a_graph_point_is_told_by_one_with_its_value_two_seconds_off(self) -> None:
        assert list(missing(ROWS, {998: 111, 1302: 122}, exact=True)) == []

    def test_another_value_at_its_time_is_not_it(self) -> None:
        assert len(list(missing(ROWS, {1000: 112}, exact=True))) == 1

    def test_nothing_within_half_a_cadence_is_missing_whoever_tells_it(self) -> None:
        assert len(list(missing(ROWS, {1150: 111, 1750: 1}, exact=False))) == 2


class TestNotTold:
    def test_an_acknowledged_reading_that_is_not_there_is_lost(self) -> None:
        assert list(not_told(ROWS, {1000: 111, 1060: 111}, exact=True)) == ["1060 111"]

    def test_one_with_another_value_is_lost_too(self) -> None:
        assert list(not_told(ROWS, {1300: 123}, exact=True)) == ["1300 123"]

    def test_one_whose_minutes_another_tells_is_not_lost(self) -> None:
        assert list(not_told(ROWS, {1149: 50, 1450: 50}, exact=False)) == ["1450 50"]


class TestTooClose:
    def test_two_of_five_minutes_need_half_of_that_between(self) -> None:
        assert list(too_close([(1000, 111, 5), (1149, 111, 5), (1299, 111, 5)])) == ["1000 and 1149"]

    def test_the_longer_cadence_counts(self) -> None:
        assert list(too_close([(1000, 111, 1), (1149, 111, 5)])) == ["1000 and 1149"]
        assert list(too_close([(1000, 111, 1), (1060, 111, 1)])) == []

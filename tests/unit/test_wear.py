"""When readings are expected, against a look at each quarter of an hour."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from glucose.wear import LIFE, WARM_UP, Worn, expected
from tests.unit.test_coverage_of_time import is_tidy

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
ZERO = int(START.timestamp())
DAYS = 40


@st.composite
def sensors(draw: st.DrawFn) -> list[Worn]:
    found = []
    for quarters in draw(st.lists(st.integers(-96 * 20, 96 * DAYS), max_size=5)):
        activated = START + quarters * QUARTER
        worn = draw(st.none() | st.integers(0, 96 * 20))
        found.append(Worn(activated, None if worn is None else activated + worn * QUARTER))
    return found


def worn_at(worn: Worn, at: datetime) -> bool:
    assert worn.activated_at is not None
    over = min(worn.ended_at or worn.activated_at + LIFE, worn.activated_at + LIFE)
    return worn.activated_at + WARM_UP <= at < over


@given(sensors(), st.integers(0, 96 * DAYS), st.integers(0, 96 * DAYS))
def test_it_is_when_any_sensor_can_give_readings(found: list[Worn], one: int, other: int) -> None:
    start, end = min(one, other) * 900, max(one, other) * 900
    first = min((worn.activated_at for worn in found if worn.activated_at), default=None)

    ranges = expected(found, ZERO + start, ZERO + end)

    told = {second for begin, over in ranges.tolist() for second in range(begin, over, 900)}
    for second in range(start, end, 900):
        at = START + timedelta(seconds=second)
        is_expected = first is None or at < first or any(worn_at(worn, at) for worn in found)
        assert (ZERO + second in told) == is_expected
    assert is_tidy(ranges)


def test_whoever_does_not_say_since_when_may_wear_it_always() -> None:
    known = Worn(START, START + timedelta(days=1))

    assert expected([known, Worn(None, None)], ZERO, ZERO + 900).tolist() == [[ZERO, ZERO + 900]]
    assert expected([], ZERO, ZERO).tolist() == []
    assert expected([known], ZERO + 900, ZERO).tolist() == []

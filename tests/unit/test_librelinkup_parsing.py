"""LibreLinkUp's items: what is a measurement, and what is set aside without harm to the others."""

from datetime import UTC, datetime
from typing import Any

import pytest

from glucose.provenance import Source
from glucose.sources import librelinkup_parsing as parsing
from glucose.sources.port import Fetched, Measurement, Person, Unusable

ITEM = {
    "FactoryTimestamp": "3/1/2026 12:00:05 PM",
    "Timestamp": "3/1/2026 9:00:05 AM",
    "type": 1,
    "ValueInMgPerDl": 123,
    "TrendArrow": 4,
    "GlucoseUnits": 1,
    "Value": 123,
    "isHigh": False,
    "isLow": False,
}


def parse(**changes: Any) -> Measurement | None:
    return parsing.measurement({**ITEM, **changes}, Source.LIBRELINKUP_CURRENT)


def test_the_factory_time_is_utc_and_the_difference_is_the_offset() -> None:
    found = parse()

    assert found is not None
    assert (found.time, found.utc_offset_minutes) == (datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC), -180)
    assert (found.mg_dl, found.trend, found.out_of_range) == (123, 4, 0)


def test_a_quarter_hour_zone_keeps_its_quarter() -> None:
    found = parse(Timestamp="3/1/2026 5:45:06 PM")

    assert found is not None
    assert found.utc_offset_minutes == 345


@pytest.mark.parametrize("arrow", [None, 0, 6, "up", 2.5])
def test_an_arrow_that_is_none_is_no_trend_and_no_reason_to_drop_the_value(arrow: Any) -> None:
    found = parse(TrendArrow=arrow)

    assert found is not None
    assert found.trend == 0


def test_the_value_is_in_mg_dl_whatever_unit_the_phone_shows() -> None:
    found = parse(GlucoseUnits=0, Value=6.8)

    assert found is not None
    assert found.mg_dl == 123


def test_hi_and_lo_are_flagged() -> None:
    high, low = parse(isHigh=True, ValueInMgPerDl=500), parse(isLow=True, ValueInMgPerDl=40)

    assert high is not None
    assert low is not None
    assert (high.out_of_range, low.out_of_range) == (1, -1)


def test_an_alarm_is_no_measurement() -> None:
    assert parse(type=2) is None


def test_what_does_not_parse_is_set_aside_and_the_rest_goes_on() -> None:
    unusable: list[Unusable] = []
    broken: list[Any] = [None, {}, {**ITEM, "ValueInMgPerDl": None}, {**ITEM, "FactoryTimestamp": "yesterday"}]
    broken += [{**ITEM, "ValueInMgPerDl": 0}, {**ITEM, "Timestamp": "3/5/2026 9:00:05 AM"}, "text"]

    found = parsing.measurements([*broken, ITEM], Source.LIBRELINKUP_GRAPH, "", unusable)

    assert len(found) == 1
    assert [item.content for item in unusable] == broken


@pytest.mark.parametrize("graph", [None, {}, "text", 5])
def test_a_graph_that_is_no_list_is_empty(graph: Any) -> None:
    assert parsing.measurements(graph, Source.LIBRELINKUP_GRAPH, "", []) == []


def test_people_without_an_id_are_set_aside() -> None:
    fetched = Fetched()

    found = parsing.people([{"patientId": "a", "firstName": "Ana", "lastName": None}, {}, None], fetched)

    assert list(found) == ["a"]
    assert fetched.people == [Person("a", "Ana", "")]
    assert len(fetched.unusable) == 2


def test_of_two_people_with_one_id_nobody_is_taken() -> None:
    fetched = Fetched()

    found = parsing.people([{"patientId": "a"}, {"patientId": "b"}, {"patientId": "a"}], fetched)

    assert (list(found), fetched.twice) == (["b"], {"a"})


@pytest.mark.parametrize("connections", [None, {}, "text"])
def test_a_list_of_people_that_is_none_does_not_make_anybody_vanish(connections: Any) -> None:
    with pytest.raises(ValueError, match="no list"):
        parsing.people(connections, Fetched())


@pytest.mark.parametrize("entry", [None, {}, {"sn": None}, {"sn": ""}, "text"])
def test_a_sensor_without_a_serial_is_none(entry: Any) -> None:
    assert parsing.sensors([entry]) == []


def test_a_sensor_has_its_activation_where_the_vendor_tells_it() -> None:
    told, untold = parsing.sensors([{"sn": "A", "a": 1_772_000_000}, {"sn": "B", "a": None}])

    assert told.activated_at == datetime.fromtimestamp(1_772_000_000, UTC)
    assert untold.activated_at is None

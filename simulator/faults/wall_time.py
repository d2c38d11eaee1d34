"""The two times of an item, as they were written and as faults write them."""

from datetime import UTC, datetime
from typing import Any

from simulator.instants import MINUTE_MS, SECOND_MS, vendor_wall_time

Item = dict[str, Any]
WRITTEN = "%m/%d/%Y %I:%M:%S %p"


def factory_ms(item: Item) -> int:
    """When an item was measured, in epoch milliseconds."""
    return _ms(item["FactoryTimestamp"])


def offset_minutes(item: Item) -> int:
    """What an item's local time is ahead of UTC."""
    return (_ms(item["Timestamp"]) - factory_ms(item)) // MINUTE_MS


def write_times(item: Item, time_ms: int, zone_name: str) -> None:
    """Give an item an instant, its local time by a zone."""
    item["FactoryTimestamp"] = vendor_wall_time(time_ms // SECOND_MS, "UTC")
    item["Timestamp"] = vendor_wall_time(time_ms // SECOND_MS, zone_name)


def move(item: Item, time_ms: int) -> None:
    """Give an item another instant; its offset stays."""
    minutes = offset_minutes(item)
    item["FactoryTimestamp"] = vendor_wall_time(time_ms // SECOND_MS, "UTC")
    write_offset(item, minutes)


def write_offset(item: Item, minutes: int) -> None:
    """Write an item's local time at an offset from UTC."""
    local_s = factory_ms(item) // SECOND_MS + minutes * 60
    item["Timestamp"] = vendor_wall_time(local_s, "UTC")


def write_zone(item: Item, zone_name: str) -> None:
    """Write an item's local time in a zone."""
    item["Timestamp"] = vendor_wall_time(factory_ms(item) // SECOND_MS, zone_name)


def _ms(text: str) -> int:
    return int(datetime.strptime(text, WRITTEN).replace(tzinfo=UTC).timestamp()) * SECOND_MS

"""What the vendor showed, asked of it once more beside the product, and read with nothing but the standard library."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from glucose.provenance import Source
from tests.integration.simulator.follower import Follower

WRITTEN = "%m/%d/%Y %I:%M:%S %p"


@dataclass(frozen=True)
class Item:
    """One sample of somebody: a point that was shown, or a reading that was uploaded."""

    seconds: int
    mg_dl: int
    utc_offset_minutes: int
    cadence_minutes: int
    source: int
    trend: int
    out_of_range: int


def shown(follower: Follower, paths: list[str]) -> dict[str, list[Item]]:
    """By person what these calls show now: current measurements, then the points of graphs and logbooks."""
    found: dict[str, list[Item]] = {}
    for path in paths:
        reply = follower.get(path)
        try:
            data = reply.data
        except (json.JSONDecodeError, KeyError):
            continue  # nothing usable was shown
        for person, item in _items(path, data):
            found.setdefault(person, []).append(item)
    return found


def _items(path: str, data: Any) -> Iterator[tuple[str, Item]]:
    if path.endswith("/llu/connections"):
        for one in data:
            if one["glucoseMeasurement"] is not None:
                yield one["patientId"], _item(one["glucoseMeasurement"], Source.LIBRELINKUP_CURRENT)
        return
    person, what = path.split("/")[-2:]
    points = data["graphData"] if what == "graph" else data
    source = Source.LIBRELINKUP_GRAPH if what == "graph" else Source.LIBRELINKUP_LOGBOOK
    for point in points:
        yield person, _item(point, source)


def _item(told: Any, source: int) -> Item:
    factory, local = (_wall(told[name]) for name in ("FactoryTimestamp", "Timestamp"))
    ahead = (local - factory).total_seconds() / 60
    return Item(
        seconds=int(factory.timestamp()),
        mg_dl=told["ValueInMgPerDl"],
        utc_offset_minutes=quarter(ahead),
        cadence_minutes=5,
        source=source,
        trend=told.get("TrendArrow") or 0,
        out_of_range=told["isHigh"] - told["isLow"],
    )


def quarter(minutes: float) -> int:
    """The nearest quarter of an hour: every zone keeps to one, whatever a phone's clock says."""
    return min(range(-1080, 1081, 15), key=lambda offset: abs(offset - minutes))


def _wall(text: str) -> datetime:
    """A wall clock's time as if it were UTC."""
    return datetime.strptime(text, WRITTEN).replace(tzinfo=UTC)

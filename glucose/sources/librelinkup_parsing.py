"""LibreLinkUp's JSON to measurements, item by item: what does not parse is set aside and counted. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError
from pylibrelinkup.models.data import GlucoseMeasurement

from glucose.provenance import Source
from glucose.sources.port import Fetched, Measurement, Person, SensorSeen, Unusable

# The item types of the vendor: 0 graph, 1 measurement, 2 alarm, 3 hybrid. An alarm is no measurement.
ALARM = 2
MINUTES_PER_QUARTER = 15
# Beyond any sensor; what lies between this and the plausible is refused by the ingest, with its reason.
MOST_MG_DL = 10_000


def measurement(item: Any, source: Source, sensor_serial: str = "") -> Measurement | None:
    """One item as a measurement, None for an alarm; ValueError with a reason where it does not parse."""
    if not isinstance(item, Mapping):
        raise ValueError("an item is no object")
    if item.get("type") == ALARM:
        return None
    told = {name: value for name, value in item.items() if value is not None}
    try:
        parsed = GlucoseMeasurement.model_validate({"isHigh": False, "isLow": False, **told})
    except (ValidationError, ValueError) as error:
        raise ValueError(f"an item does not parse ({type(error).__name__})") from None
    if not 0 < parsed.value_in_mg_per_dl < MOST_MG_DL:
        raise ValueError("an item has no usable ValueInMgPerDl")
    return Measurement(
        time=parsed.factory_timestamp,
        utc_offset_minutes=offset_minutes(parsed.factory_timestamp, parsed.timestamp),
        mg_dl=round(parsed.value_in_mg_per_dl),
        source=source,
        trend=_trend(item.get("TrendArrow")),
        out_of_range=1 if parsed.is_high else -1 if parsed.is_low else 0,
        sensor_serial=sensor_serial,
    )


def measurements(items: Any, source: Source, sensor_serial: str, unusable: list[Unusable]) -> list[Measurement]:
    """The items that are measurements; the others are appended to ``unusable``."""
    found = []
    for item in items if isinstance(items, list) else []:
        try:
            one = measurement(item, source, sensor_serial)
        except ValueError as error:
            unusable.append(Unusable(str(error), item))
            continue
        if one is not None:
            found.append(one)
    return found


def offset_minutes(factory: datetime, local: datetime) -> int:
    """The offset of the phone's clock in minutes, to the quarter hour that every zone keeps to.

    The vendor's two times of one item may differ by seconds; a difference of more than 18 hours is none.
    """
    minutes = (local.replace(tzinfo=UTC) - factory).total_seconds() / 60
    quarters = round(minutes / MINUTES_PER_QUARTER) * MINUTES_PER_QUARTER
    if abs(quarters) > 1080:
        raise ValueError("the two times of an item are more than 18 hours apart")
    return quarters


def people(connections: Any, fetched: Fetched) -> dict[str, Mapping[str, Any]]:
    """What the vendor said about each followed person, by their id; an id that occurs twice is nobody's.

    Adds them to what was fetched, with what cannot be used. ValueError where it is no list: then nobody vanished.
    """
    if not isinstance(connections, list):
        raise ValueError("the list of people is no list")
    found: dict[str, Mapping[str, Any]] = {}
    for entry in connections:
        vendor_id = entry.get("patientId") if isinstance(entry, Mapping) else None
        if not isinstance(vendor_id, str) or not vendor_id or "\x00" in vendor_id:
            fetched.unusable.append(Unusable("a connection has no patientId"))
        elif vendor_id in found:
            fetched.twice.add(vendor_id)
            fetched.unusable.append(Unusable("a patientId occurs twice"))
        else:
            found[vendor_id] = entry
            fetched.people.append(Person(vendor_id, _name(entry, "firstName"), _name(entry, "lastName")))
    return {vendor_id: entry for vendor_id, entry in found.items() if vendor_id not in fetched.twice}


def sensors(entries: Iterable[Any]) -> list[SensorSeen]:
    """Sensors by their serial; what has none is no sensor."""
    found = {}
    for entry in entries:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("sn"), str) or not entry["sn"]:
            continue
        activated = entry.get("a")
        at = datetime.fromtimestamp(activated, UTC) if isinstance(activated, int) and 0 < activated < 2**33 else None
        found[entry["sn"]] = SensorSeen(entry["sn"], at)
    return list(found.values())


def _trend(arrow: Any) -> int:
    return arrow if isinstance(arrow, int) and 1 <= arrow <= 5 else 0


def _name(entry: Mapping[str, Any], part: str) -> str:
    return str(entry.get(part) or "").replace("\x00", "")

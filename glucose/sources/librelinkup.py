"""The LibreLinkUp source: one `/connections` a visit, `/graph` only where something is missing."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from glucose.provenance import Source
from glucose.sources import librelinkup_parsing as parsing
from glucose.sources.librelinkup_client import Client
from glucose.sources.port import Fetched, Measurement, SensorSeen, SourceRefused, Wanted

# More than one reading of 5 minutes was skipped.
SKIPPED: Final = timedelta(minutes=7, seconds=30)


class LibreLinkUp:
    """One account, for one visit."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def fetch(self, wanted: Mapping[str, Wanted], now: datetime) -> Fetched:
        """Everybody of the account; measurements of the wanted ones that may not be stored."""
        self.client.ensure_signed_in(now)
        fetched = Fetched()
        for person, entry in parsing.people(self.client.connections(), fetched.quarantined):
            fetched.people.append(person)
            if person.vendor_id in wanted:
                self._read(person.vendor_id, entry, wanted[person.vendor_id], fetched)
        return fetched

    def _read(self, vendor_id: str, entry: Mapping[str, Any], wanted: Wanted, fetched: Fetched) -> None:
        sensors = parsing.sensors([entry.get("sensor")])
        item = entry.get("glucoseMeasurement")
        found = parsing.measurements(
            [] if item is None else [item], Source.LIBRELINKUP_CURRENT, _serial(sensors), fetched.quarantined
        )
        current = found[0] if found else None
        if wanted.history or something_is_missing(current, wanted.newest):
            points, active = self._graph_if_any(vendor_id, fetched)
            fetched.unfinished[vendor_id] = lags(points, current)
            found, sensors = found + points, active or sensors
        fetched.measurements[vendor_id] = found
        fetched.sensors[vendor_id] = sensors

    def _graph_if_any(self, vendor_id: str, fetched: Fetched) -> tuple[list[Measurement], list[SensorSeen]]:
        """Nothing where the vendor cannot show this one person's graph: the others' visit goes on."""
        try:
            return self._graph(vendor_id, fetched)
        except SourceRefused as refused:
            if refused.state != "unreachable":
                raise
            fetched.quarantined.append(f"a graph could not be read: {refused.detail}")
            return [], []

    def _graph(self, vendor_id: str, fetched: Fetched) -> tuple[list[Measurement], list[SensorSeen]]:
        """All points that the vendor has: a phone may have filled in older ones since, and the ingest knows."""
        data = self.client.graph_of(vendor_id)
        active = data.get("activeSensors")
        entries = active if isinstance(active, list) else []
        sensors = parsing.sensors(entry.get("sensor") for entry in entries if isinstance(entry, Mapping))
        points = parsing.measurements(
            data.get("graphData"), Source.LIBRELINKUP_GRAPH, _serial(sensors), fetched.quarantined
        )
        return points, sensors


def something_is_missing(current: Measurement | None, newest: datetime | None) -> bool:
    """Whether the graph may hold what is not stored: nothing stored yet, or more than one reading skipped."""
    if newest is None:
        return True
    return current is not None and current.time - newest > SKIPPED


def lags(points: list[Measurement], current: Measurement | None) -> bool:
    """Whether readings between the last point of the graph and the current measurement are still to come."""
    if current is None:
        return False
    return not points or current.time - max(point.time for point in points) > SKIPPED


def _serial(sensors: list[SensorSeen]) -> str:
    """Whose reading it is; with two active sensors, during a swap, the vendor does not say."""
    return sensors[0].serial if len(sensors) == 1 else ""

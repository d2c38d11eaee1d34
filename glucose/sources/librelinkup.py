"""The LibreLinkUp source: one `/connections` a visit, `/graph` only where something is missing."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from glucose.provenance import Source
from glucose.sources import librelinkup_parsing as parsing
from glucose.sources.librelinkup_client import Client
from glucose.sources.port import Fetched, Measurement, SensorSeen

CADENCE = timedelta(minutes=5)


class LibreLinkUp:
    """One account, for one visit."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def fetch(self, wanted: Mapping[str, datetime | None], now: datetime) -> Fetched:
        """Everybody of the account; measurements of the wanted ones that are newer than what is stored."""
        self.client.ensure_signed_in(now)
        fetched = Fetched()
        for person, entry in parsing.people(self.client.connections(), fetched.quarantined):
            fetched.people.append(person)
            if person.vendor_id in wanted:
                self._read(person.vendor_id, entry, wanted[person.vendor_id], fetched)
        return fetched

    def _read(self, vendor_id: str, entry: Mapping[str, Any], newest: datetime | None, fetched: Fetched) -> None:
        fetched.sensors[vendor_id] = parsing.sensors([entry.get("sensor")])
        item = entry.get("glucoseMeasurement")
        found = parsing.measurements(
            [item] if item is not None else [],
            Source.LIBRELINKUP_CURRENT,
            _serial(fetched.sensors[vendor_id]),
            fetched.quarantined,
        )
        if something_is_missing(found[0] if found else None, newest):
            found += self._graph(vendor_id, fetched)
        fetched.measurements[vendor_id] = found

    def _graph(self, vendor_id: str, fetched: Fetched) -> list[Measurement]:
        # What lies before the newest stored reading was offered before, but a phone may have filled it in since:
        # all of it is offered again, and the ingest knows what is new.
        data = self.client.graph_of(vendor_id)
        active = data.get("activeSensors")
        entries = active if isinstance(active, list) else []
        seen = parsing.sensors(entry.get("sensor") for entry in entries if isinstance(entry, Mapping))
        fetched.sensors[vendor_id] = seen or fetched.sensors[vendor_id]
        return parsing.measurements(
            data.get("graphData"), Source.LIBRELINKUP_GRAPH, _serial(seen), fetched.quarantined
        )


def something_is_missing(current: Measurement | None, newest: datetime | None) -> bool:
    """Whether the graph may hold what is not stored: nothing stored yet, or more than one cadence skipped."""
    if newest is None:
        return True
    return current is not None and current.time - newest > CADENCE * 1.5


def _serial(sensors: list[SensorSeen]) -> str:
    return sensors[0].serial if len(sensors) == 1 else ""

"""The LibreLinkUp source: one `/connections` a visit, `/graph` and `/logbook` only where something is missing."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from glucose.account_states import AccountState
from glucose.provenance import Source
from glucose.sources import librelinkup_parsing as parsing
from glucose.sources.librelinkup_client import Client
from glucose.sources.port import Fetched, Measurement, SensorSeen, SourceRefused, Unusable, Wanted

# More than one reading of 5 minutes was skipped.
SKIPPED: Final = timedelta(minutes=7, seconds=30)
# After that no further history is begun, so that a vendor who answers slowly does not cost what came before.
HISTORIES_WITHIN: Final = timedelta(seconds=60)
# What the graph reaches back to; after longer silence the logbook may have single events.
GRAPH: Final = timedelta(hours=12)


class LibreLinkUp:
    """One account, for one visit. At most ``most_calls`` graphs and logbooks are read: the vendor limits bursts."""

    def __init__(self, client: Client, most_calls: int) -> None:
        self.client = client
        self.calls_left = most_calls

    def close(self) -> None:
        """Give the connections back."""
        self.client.close()

    def fetch(self, wanted: Mapping[str, Wanted]) -> Fetched:
        """Everybody of the account; measurements of the wanted ones that may not be stored."""
        self.client.ensure_signed_in()
        fetched = Fetched()
        try:
            entries = parsing.people(self.client.connections(), fetched)
        except ValueError as error:
            raise SourceRefused(
                AccountState.UNREACHABLE, f"LibreLinkUp answered without usable data: {error}."
            ) from None
        for vendor_id, entry in entries.items():
            if vendor_id in wanted:
                self._read_current(vendor_id, entry, fetched)
        self.until = self.client.visitor.clock() + HISTORIES_WITHIN
        # The longest silence first: what it missed is the first to leave the graph.
        for vendor_id in sorted(fetched.measurements, key=lambda vendor_id: _since(wanted[vendor_id])):
            try:
                self._read_history(vendor_id, wanted[vendor_id], fetched)
            except SourceRefused as refused:
                # What came before is kept.
                fetched.refused = refused
                break
        return fetched

    def _read_current(self, vendor_id: str, entry: Mapping[str, Any], fetched: Fetched) -> None:
        sensors = parsing.sensors([entry.get("sensor")])
        item = entry.get("glucoseMeasurement")
        fetched.measurements[vendor_id] = parsing.measurements(
            [] if item is None else [item], Source.LIBRELINKUP_CURRENT, _serial(sensors), fetched.unusable
        )
        fetched.sensors[vendor_id] = sensors

    def _read_history(self, vendor_id: str, wanted: Wanted, fetched: Fetched) -> None:
        found = fetched.measurements[vendor_id]
        silence = _silence(found, wanted.newest)
        if wanted.history or silence > SKIPPED:
            self._read_one(vendor_id, self._read_graph, fetched.history_of, fetched)
        if wanted.logbook or (wanted.newest is not None and silence > GRAPH):
            self._read_one(vendor_id, self._read_logbook, fetched.logbook_of, fetched)

    def _read_one(self, vendor_id: str, read: Any, done: set[str], fetched: Fetched) -> None:
        """Nothing where the vendor cannot show this one person's: the others' visit goes on."""
        if self.calls_left == 0 or self.client.visitor.clock() > self.until:
            fetched.put_off.add(vendor_id)
            return
        self.calls_left -= 1
        try:
            read(vendor_id, fetched)
        except SourceRefused as refused:
            if refused.state is not AccountState.UNREACHABLE:
                raise
            fetched.unusable.append(Unusable(f"a history could not be read: {refused.detail}"))
        else:
            done.add(vendor_id)

    def _read_graph(self, vendor_id: str, fetched: Fetched) -> None:
        """All points that the vendor has: a phone may have filled in older ones since, and the ingest knows."""
        data = self.client.graph_of(vendor_id)
        if not isinstance(data.get("graphData"), list):
            # It was not read, so it is asked for again.
            raise SourceRefused(AccountState.UNREACHABLE, "LibreLinkUp showed no graph.")
        active = data.get("activeSensors")
        entries = active if isinstance(active, list) else []
        sensors = parsing.sensors(entry.get("sensor") for entry in entries if isinstance(entry, Mapping))
        fetched.measurements[vendor_id] += parsing.measurements(
            data.get("graphData"), Source.LIBRELINKUP_GRAPH, _serial(sensors), fetched.unusable
        )
        if sensors:
            fetched.sensors[vendor_id] = sensors

    def _read_logbook(self, vendor_id: str, fetched: Fetched) -> None:
        # Whose sensor it was two weeks ago is not told.
        fetched.measurements[vendor_id] += parsing.measurements(
            self.client.logbook_of(vendor_id), Source.LIBRELINKUP_LOGBOOK, "", fetched.unusable
        )


def _silence(current: Iterable[Measurement], newest: datetime | None) -> timedelta:
    """How long there was nothing before the current measurement; for ever where none of theirs is stored."""
    return max((item.time - newest if newest else timedelta.max for item in current), default=timedelta(0))


def _since(wanted: Wanted) -> float:
    return wanted.newest.timestamp() if wanted.newest else float("-inf")


def _serial(sensors: list[SensorSeen]) -> str:
    """Whose reading it is; with two active sensors, during a swap, the vendor does not say."""
    return sensors[0].serial if len(sensors) == 1 else ""

"""The Dexcom Share source: one call a visit for the minutes since the newest stored reading."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from glucose.sources import dexcom_share_parsing as parsing
from glucose.sources.dexcom_share_client import Client
from glucose.sources.port import Fetched, Person, Wanted

MINUTE: Final = timedelta(minutes=1)
# The vendor tells no more.
DAY_MINUTES: Final = 1440


class DexcomShare:
    """One account, which is one person, for one visit."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def close(self) -> None:
        """Give the connections back."""
        self.client.close()

    def fetch(self, wanted: Mapping[str, Wanted]) -> Fetched:
        """The person of the account, whose name the vendor does not tell; measurements where they are wanted."""
        vendor_id = self.client.account()
        fetched = Fetched(people=[Person(vendor_id, "", "")])
        if vendor_id in wanted:
            self._read(vendor_id, wanted[vendor_id], fetched)
        return fetched

    def _read(self, vendor_id: str, wanted: Wanted, fetched: Fetched) -> None:
        now = self.client.visitor.clock()
        minutes = minutes_to_ask_for(wanted, now)
        fetched.measurements[vendor_id] = parsing.measurements(self.client.readings(minutes), now, fetched.unusable)
        if minutes == DAY_MINUTES:
            # There is nothing further back: what a day does not hold, no logbook has.
            fetched.history_of.add(vendor_id)
            fetched.logbook_of.add(vendor_id)


def minutes_to_ask_for(wanted: Wanted, now: datetime) -> int:
    """How far back to ask: to the newest stored reading, or a day where that does not say what is missing."""
    if wanted.history or wanted.logbook or wanted.newest is None or wanted.newest > now:
        return DAY_MINUTES
    return min(max(-(-(now - wanted.newest) // MINUTE), 1), DAY_MINUTES)

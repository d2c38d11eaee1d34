"""The Dexcom Share source: one call a visit for the minutes since the newest stored reading."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from glucose.sources import dexcom_share_parsing as parsing
from glucose.sources.dexcom_share_client import Client
from glucose.sources.port import Fetched, Measurement, Person, Wanted

MINUTE: Final = timedelta(minutes=1)
# The vendor tells no more.
DAY_MINUTES: Final = 1440
# More than one reading of 5 minutes was skipped.
SKIPPED: Final = timedelta(minutes=7, seconds=30)


class DexcomShare:
    """One account, which is one person, for one visit."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def fetch(self, wanted: Mapping[str, Wanted], now: datetime) -> Fetched:
        """The person of the account, whose name the vendor does not tell; measurements where they are wanted."""
        vendor_id = self.client.account(now)
        fetched = Fetched(people=[Person(vendor_id, "", "")])
        if vendor_id in wanted:
            self._read(vendor_id, wanted[vendor_id], now, fetched)
        return fetched

    def _read(self, vendor_id: str, wanted: Wanted, now: datetime, fetched: Fetched) -> None:
        minutes = minutes_to_ask_for(wanted, now)
        found = parsing.measurements(self.client.readings(minutes), now, fetched.quarantined)
        fetched.measurements[vendor_id] = found
        fetched.sensors[vendor_id] = []
        # A visit that asks for a few minutes tells nothing of an older gap, which stays as it was known.
        if minutes == DAY_MINUTES:
            fetched.unfinished[vendor_id] = has_gap(found, None)
        elif has_gap(found, wanted.newest):
            fetched.unfinished[vendor_id] = True


def minutes_to_ask_for(wanted: Wanted, now: datetime) -> int:
    """How far back to ask: to the newest stored reading, or a day where that does not say what is missing."""
    if wanted.history or wanted.newest is None or wanted.newest > now:
        return DAY_MINUTES
    return min(max(-(-(now - wanted.newest) // MINUTE), 1), DAY_MINUTES)


def has_gap(found: list[Measurement], newest: datetime | None) -> bool:
    """Whether readings are missing between others: a phone that was offline may still send them."""
    times = sorted({one.time for one in found} | ({newest} if newest and found else set()))
    return any(later - earlier > SKIPPED for earlier, later in pairwise(times))

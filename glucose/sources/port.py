"""What a source gives, whoever the vendor is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value as the vendor gave it: an aware UTC time to the second, and the offset of the local clock."""

    time: datetime
    utc_offset_minutes: int
    mg_dl: int
    source: int
    trend: int = 0
    out_of_range: int = 0
    sensor_serial: str = ""


@dataclass(frozen=True, slots=True)
class SensorSeen:
    """A sensor that the vendor says a person wears."""

    serial: str
    activated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """A person whom the account follows, by the vendor's stable id."""

    vendor_id: str
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a person: anything newer than ``newest``, and with ``history`` also what lies before."""

    newest: datetime | None
    history: bool = False


@dataclass(slots=True)
class Fetched:
    """What one visit brought: people, and for those who were wanted their measurements and sensors by vendor id.

    ``unfinished`` are those whose history ends before their current measurement: the vendor's history lags, so
    what lies between can be had by a later visit only.
    """

    people: list[Person] = field(default_factory=list)
    measurements: dict[str, list[Measurement]] = field(default_factory=dict)
    sensors: dict[str, list[SensorSeen]] = field(default_factory=dict)
    unfinished: dict[str, bool] = field(default_factory=dict)
    quarantined: list[str] = field(default_factory=list)


class Source(Protocol):
    """A vendor's account that can be visited."""

    def fetch(self, wanted: Mapping[str, Wanted], now: datetime) -> Fetched:
        """People of the account, and what the wanted ones have that may not be stored.

        Errors: SourceRefused, with the state the account is in from now on.
        """
        ...


class SourceRefused(Exception):
    """The vendor did not answer as needed; ``state`` is the account's state from now on."""

    def __init__(self, state: str, detail: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(detail)
        self.state = state
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds

"""What a source gives, whoever the vendor is. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from glucose.account_states import AccountState

Clock = Callable[[], datetime]


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
    """What is asked of a person: what is newer than ``newest``, and what the vendor has of open gaps.

    ``history`` asks for the hours before now, ``logbook`` for the events of the days before those.
    """

    newest: datetime | None
    history: bool = False
    logbook: bool = False


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something that cannot be a measurement, why, and as the vendor sent it."""

    reason: str
    content: Any = None


@dataclass(slots=True)
class Fetched:
    """What one visit brought: people, and for those who were wanted their measurements and sensors by vendor id.

    ``twice`` are ids that the account shows for two people. ``history_of`` and ``logbook_of`` are those whose history
    or logbook was read, ``put_off`` those whose turn was not yet. ``refused``
    is what ended the visit before everything was read.
    """

    people: list[Person] = field(default_factory=list)
    twice: set[str] = field(default_factory=set)
    measurements: dict[str, list[Measurement]] = field(default_factory=dict)
    sensors: dict[str, list[SensorSeen]] = field(default_factory=dict)
    history_of: set[str] = field(default_factory=set)
    logbook_of: set[str] = field(default_factory=set)
    put_off: set[str] = field(default_factory=set)
    refused: "SourceRefused | None" = None
    unusable: list[Unusable] = field(default_factory=list)


@dataclass(slots=True)
class Session:
    """What is remembered of a vendor between visits, so that we log in rarely."""

    region: str = ""
    token: str = ""
    token_expires_at: datetime | None = None
    vendor_user_id: str = ""

    def valid(self, now: datetime) -> bool:
        """Whether the token can be tried; a minute is kept in hand."""
        expires = self.token_expires_at
        return bool(self.token and expires and expires - timedelta(minutes=1) > now)


class Gate(Protocol):
    """Whether a host of the vendor may be asked, by what became of the calls of all visits."""

    def admit(self, host: str, now: datetime) -> None:
        """HostRests where it may not."""
        ...

    def note(self, host: str, answered: bool, now: datetime) -> None:
        """Whether it answered a call."""
        ...


class OpenGate:
    """Every host may be asked."""

    def admit(self, host: str, now: datetime) -> None:
        """Always."""

    def note(self, host: str, answered: bool, now: datetime) -> None:
        """Nobody asks."""


class HostRests(Exception):
    """The host answered nobody lately and is left alone until then; nothing is said of the account."""

    def __init__(self, host: str, until: datetime) -> None:
        super().__init__(f"{host} does not answer at the moment; it is asked again at {until:%H:%M:%S} UTC.")
        self.host = host
        self.until = until


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who visits: ``clock`` tells the time, ``may_go_on`` raises where another visitor took over, ``keep`` writes a new
    session down before anything else is done with it, and ``gate`` knows which hosts are left alone.
    """

    clock: Clock
    may_go_on: Callable[[], None] = lambda: None
    keep: Callable[[Session], None] = lambda session: None
    gate: Gate = field(default_factory=OpenGate)


class Source(Protocol):
    """A vendor's account that can be visited."""

    def fetch(self, wanted: Mapping[str, Wanted]) -> Fetched:
        """People of the account, and what the wanted ones have that may not be stored.

        Errors: SourceRefused, with the state the account is in from now on.
        """
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...


class SourceRefused(Exception):
    """The vendor did not answer as needed; ``state`` is the account's state from now on.

    ``wait`` is the time that the vendor named, if it did. ``step`` is what it wants a person to accept, ``version`` the
    version that it refused. ``misplaced`` where the session may be one of another place, which only a login tells.
    """

    def __init__(
        self,
        state: AccountState,
        detail: str,
        wait: timedelta | None = None,
        *,
        step: str = "",
        version: str = "",
        misplaced: bool = False,
    ) -> None:
        super().__init__(detail)
        self.state = state
        self.detail = detail
        self.wait = wait
        self.step = step
        self.version = version
        self.misplaced = misplaced

"""What happened: each visit, and each request that the vendor noted, in the order they came."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from simulator.process import SimulatorProcess

# With these the answer does not show what is true, or shows nothing.
HIDES: Final = frozenset(
    {
        *("empty_connections", "patient_removed", "patient_twice", "null_current", "null_graph", "hi", "lo"),
        *("future_time", "repeated_time", "stale_phone", "broken_items", "truncated_json", "broken_off", "html_200"),
        *("status_911", "could_not_load", "hang", "slow"),
    }
)


@dataclass(slots=True)
class Visited:
    """A visit: whose, how it ended, and who was linked to the account then."""

    account: int
    at_ms: int
    ended: str = ""
    linked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the vendor noted it."""

    at_ms: int
    account: int
    path: str
    status: int
    faults: frozenset[str]

    @property
    def call(self) -> str:
        """The last part of its path: login, connections, graph, logbook, tou, pp."""
        return self.path.rsplit("/", 1)[-1]

    def shows_truth(self) -> bool:
        """Whether the answer has data that nothing was hidden from."""
        return self.status == 200 and not self.faults & HIDES


@dataclass(frozen=True, slots=True)
class Done:
    """What happened to an account's session beside its requests: ``forgotten``, or ``lost`` where that is not known."""

    at_ms: int
    account: int
    what: str


@dataclass(slots=True)
class Record:
    """Everything that is checked in the end; ``visits`` by their instant, which no two share."""

    asked: list[Asked] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    visits: dict[int, Visited] = field(default_factory=dict)
    endings: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    checked: int = 0

    def read_log(self, vendor: SimulatorProcess, numbers: dict[str, int], since: datetime) -> None:
        """Take over what the vendor noted since an instant; requests with a token that is nobody's are left out."""
        fresh = [_asked(entry, numbers) for entry in vendor.requests(since=since.isoformat()) if entry["account"]]
        for asked in fresh:
            self.faults.update(asked.faults)
        self.asked += fresh

    def of_account(self, number: int) -> list[Asked | Done]:
        """Everything of an account in its order; what was done by a visit comes after its requests."""
        asked: list[Asked | Done] = [one for one in self.asked if one.account == number]
        return sorted(asked + [one for one in self.done if one.account == number], key=_turn)

    def check(self, holds: bool, otherwise: str) -> None:
        """Count a check, and keep what is wrong."""
        self.checked += 1
        if not holds:
            self.wrong.append(otherwise)


def _asked(entry: dict[str, Any], numbers: dict[str, int]) -> Asked:
    at_ms = round(datetime.fromisoformat(entry["time"]).timestamp() * 1000)
    faults = frozenset((entry["fault"] or "").split(",")) - {""}
    return Asked(at_ms, numbers[entry["account"]], entry["path"], entry["status"], faults)


def _turn(one: Asked | Done) -> tuple[int, bool]:
    return one.at_ms, isinstance(one, Done)

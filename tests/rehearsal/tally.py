"""What became of every request, and how long it took, by the part of the rehearsal that it was sent in."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """A request; ``failure`` says why it counts as failed, ``repeated`` why it was sent once more."""

    kind: str
    at: float
    milliseconds: float
    failure: str = ""
    repeated: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the rehearsal, by the monotonic clock."""

    name: str
    start: float
    end: float


class Tally:
    """Every request of every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.sent: list[Sent] = []
        self.phases: list[Phase] = []
        self.notes: list[str] = []

    def note(self, kind: str, at: float, *, failure: str = "", repeated: str = "") -> None:
        """A request that was begun at ``at`` has ended now."""
        one = Sent(kind, at, 1000 * (time.monotonic() - at), failure, repeated)
        with self._lock:
            self.sent.append(one)

    def check(self, kind: str, wrong: str, requests: int = 1) -> None:
        """So many requests of one check; ``wrong`` is what was not as promised, or empty."""
        now = time.monotonic()
        for number in range(requests):
            self.note(kind, now, failure=wrong if number == 0 else "")

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """What is sent meanwhile belongs to it."""
        start = time.monotonic()
        print(f"rehearse: {name}", flush=True)
        yield
        self.phases.append(Phase(name, start, time.monotonic()))

    @property
    def failures(self) -> Counter[str]:
        """How often each failure occurred, with its kind."""
        return Counter(f"{one.kind}: {one.failure}" for one in self.sent if one.failure)

    @property
    def repeated(self) -> Counter[str]:
        """How often, and why, a client sent a write again."""
        return Counter(f"{one.kind}: {one.repeated}" for one in self.sent if one.repeated)

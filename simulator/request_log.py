"""The latest vendor requests, without anything secret."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from simulator.instants import rfc3339

KEPT = 20_000


@dataclass(frozen=True)
class Entry:
    """One answered request; ``account`` is None when it is not known who asked, ``fault`` when there was none."""

    time_ms: int
    account: str | None
    method: str
    path: str
    status: int
    fault: str | None

    def public(self) -> dict[str, Any]:
        """The entry as the admin API shows it."""
        fields = asdict(self)
        return {"time": rfc3339(fields.pop("time_ms")), **fields}


class RequestLog:
    """A ring of entries."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)

    def add(self, entry: Entry) -> None:
        """Keep an entry, forgetting the oldest when full."""
        self._entries.append(entry)

    def find(self, *, account: str | None, since_ms: int) -> list[Entry]:
        """The entries from an instant on, of one account or of all."""
        return [
            entry for entry in list(self._entries) if entry.time_ms >= since_ms and account in (None, entry.account)
        ]

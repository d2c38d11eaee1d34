"""One vendor request as the faults see it."""

from collections.abc import Callable
from dataclasses import dataclass

from simulator.http_message import Answer, Request
from simulator.world import World

LOGIN, STEP, CONNECTIONS, GRAPH, LOGBOOK, OTHER = "login", "step", "connections", "graph", "logbook", "other"
ANY = frozenset({LOGIN, STEP, CONNECTIONS, GRAPH, LOGBOOK, OTHER})
PATIENTS = frozenset({CONNECTIONS, GRAPH})
DATA = frozenset({CONNECTIONS, GRAPH, LOGBOOK})


@dataclass(frozen=True)
class Call:
    """Which call it is, of whom, about whom; ``read`` is the vendor's own answer as of an instant."""

    world: World
    request: Request
    name: str
    patient_id: str | None
    account: str | None
    read: Callable[[int], Answer]

    def answer(self) -> Answer:
        """The vendor's own answer now."""
        return self.read(self.world.clock.now_ms())

"""What runs periodically: declared beside the actor, kept in one register, sent by the scheduler."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import dramatiq

AnyActor = TypeVar("AnyActor", bound="dramatiq.Actor[Any, Any]")
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Schedule:
    """An actor without arguments that is sent once in every period of a fixed length."""

    name: str
    queue: str
    every: timedelta

    def period(self, now: datetime) -> datetime:
        """The start of the period that ``now`` lies in; periods are counted from 2000-01-01 UTC."""
        return EPOCH + (now - EPOCH) // self.every * self.every


REGISTER: dict[str, Schedule] = {}


def scheduled(*, every: timedelta) -> Callable[[AnyActor], AnyActor]:
    """Declare that the actor below runs once in every period."""

    def declare(actor: AnyActor) -> AnyActor:
        REGISTER[actor.actor_name] = Schedule(actor.actor_name, actor.queue_name, every)
        return actor

    return declare

"""A line of the log for each attempt at a message: which actor, how it ended, how long it took; never its arguments."""

import logging
import time
from typing import Any, Final

import dramatiq
from dramatiq.middleware import Middleware, Shutdown

log = logging.getLogger(__name__)
LEVELS: Final = {"failed": logging.ERROR, "given up": logging.ERROR, "tried again": logging.WARNING}


class TaskLines(Middleware):
    """Stands before Attempts in the broker's list, so that it is told afterwards what that decided."""

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """The attempt begins."""
        message._begun = time.monotonic(), message.options.get("retries", 0) + 1  # type: ignore[attr-defined]

    def after_process_message(
        self, broker: dramatiq.Broker, message: dramatiq.MessageProxy, *, result: Any = None, exception: Any = None
    ) -> None:
        """It ended."""
        _tell(message, _outcome(broker, message, exception))

    def after_skip_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """It was not made."""
        _tell(message, "given up" if message.failed else "skipped")


def is_answer(broker: dramatiq.Broker, message: dramatiq.MessageProxy, exception: Any) -> bool:
    """Whether the actor declares the exception in ``throws``: how it ends where others decide so, and no failure."""
    actor = broker.actors.get(message.actor_name)
    throws = actor and actor.options.get("throws")
    return bool(throws and isinstance(exception, throws))


def _outcome(broker: dramatiq.Broker, message: dramatiq.MessageProxy, exception: Any) -> str:
    if exception is None:
        return "done"
    if isinstance(exception, Shutdown):
        return "handed back"
    if is_answer(broker, message, exception):
        return "refused"
    return "failed" if message.failed else "tried again"


def _tell(message: dramatiq.MessageProxy, outcome: str) -> None:
    begun, attempt = message._begun
    told = {
        "actor": message.actor_name,
        "queue": message.queue_name,
        "attempt": attempt,
        "outcome": outcome,
        "duration_ms": round((time.monotonic() - begun) * 1_000, 1),
        "message_id": message.message_id,
        "task_id": message.kwargs.get("task_id"),
    }
    log.log(LEVELS.get(outcome, logging.INFO), "task", extra=told)

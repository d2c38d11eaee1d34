"""How actors do: how long each message took, and what became of it."""

import threading
import time
from typing import Any, Final

import dramatiq
from dramatiq.middleware import Middleware, Shutdown
from prometheus_client import Gauge, Histogram

SECONDS: Final = (0.05, 0.25, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
TOOK: Final = Histogram(
    "saude_actor_seconds",
    "Time that a message took, by what became of it: done, refused (an answer that the actor foresees), failed (it is"
    " tried again), given_up (a dead letter), skipped (not begun), handed_back (the worker stopped).",
    ["actor", "queue", "outcome"],
    buckets=SECONDS,
)
AT_WORK: Final = Gauge("saude_actor_messages_in_progress", "Messages at work.", ["queue"], multiprocess_mode="livesum")


class ActorMetrics(Middleware):
    """Counts every message that a worker takes. A name that is no actor's, which anybody could send, is no label."""

    def __init__(self) -> None:
        self.began: dict[int, float] = {}

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """It is taken."""
        self.began[threading.get_ident()] = time.perf_counter()
        AT_WORK.labels(_queue(message)).inc()

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: Any = None,
        exception: Any = None,
    ) -> None:
        """It is over, for now at least."""
        self._over(broker, message, _outcome(broker, message, exception))

    def after_skip_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """It is over before it began."""
        self._over(broker, message, "given_up" if message.failed else "skipped")

    def _over(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy, outcome: str) -> None:
        began = self.began.pop(threading.get_ident(), None)
        if began is None:
            return
        AT_WORK.labels(_queue(message)).dec()
        actor = message.actor_name if message.actor_name in broker.actors else "unknown"
        TOOK.labels(actor, _queue(message), outcome).observe(time.perf_counter() - began)


def _queue(message: dramatiq.MessageProxy) -> str:
    return message.queue_name.removesuffix(".DQ")


def _outcome(broker: dramatiq.Broker, message: dramatiq.MessageProxy, exception: Any) -> str:
    """What stands in the middleware's list behind this one has decided already whether it is tried again."""
    if exception is None:
        return "done"
    if isinstance(exception, Shutdown):
        return "handed_back"
    if not message.failed:
        return "failed"
    actor = broker.actors.get(message.actor_name)
    throws = actor and actor.options.get("throws")
    return "refused" if throws and isinstance(exception, throws) else "given_up"

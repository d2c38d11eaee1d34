"""What becomes of a message whose actor failed: tried again later, put back, given up, or over.

How long it waits: dramatiq's own backoff doubles from ``min_backoff`` to ``max_backoff`` and lies, at random, between
that and twice as much, so that what failed together does not come back together.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import dramatiq
from dramatiq.middleware import AgeLimit, Retries, Shutdown, SkipMessage
from redis.exceptions import RedisError

from work import heartbeat
from work.schedules import REGISTER

log = logging.getLogger(__name__)
# A message that was begun so often and never ended, well or badly, took its worker's process with it each time.
MOST_BEGINNINGS: Final = 5
BEGUN: Final = "saude:begun:{}"
PAUSE_SECONDS: Final = 1.0
BEGUN_KEPT: Final = timedelta(days=1)


class TookItsWorkerDown(SkipMessage):
    """The process ended each time that this message was begun."""


class Attempts(Retries):
    """Retries of dramatiq, without a place for personal data in Redis.

    Interrupted by a shutdown, a message goes back to its queue and no attempt is counted.
    """

    def before_enqueue(self, broker: dramatiq.Broker, message: Any, delay: int | None) -> None:
        """Without the traceback, which may name anything."""
        message.options.pop("traceback", None)

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: Any = None,
        exception: Any = None,
    ) -> None:
        """Decide; nothing where it went well."""
        if isinstance(exception, Shutdown):
            log.info("%s goes back to its queue", message.actor_name)
            _until_redis_takes(lambda: broker.enqueue(message))  # type: ignore[arg-type]
        elif exception is not None:
            before = message.options.get("retries", 0)

            def decide() -> None:
                message.options["retries"] = before
                again = super(Attempts, self).after_process_message
                again(broker, message, result=result, exception=exception)  # type: ignore[no-untyped-call]

            _until_redis_takes(decide)


def _until_redis_takes(send: Callable[[], Any]) -> None:
    """Whoever gave up here would have the message acknowledged, and lost, once Redis is back."""
    while True:
        try:
            send()
            return
        except RedisError as error:
            log.warning("waiting for Redis with a message that is to be tried again: %s", type(error).__name__)
            time.sleep(PAUSE_SECONDS)


class Beginnings(dramatiq.Middleware):
    """Counts how often a message was begun without an end, and gives up the one that kills whoever takes it."""

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """One more; TookItsWorkerDown where that is one too many."""
        key = BEGUN.format(message.options.get("redis_message_id"))
        with heartbeat.connect() as client:
            begun = client.incr(key)
            client.expire(key, BEGUN_KEPT)
        if begun > MOST_BEGINNINGS:
            message.fail()
            raise TookItsWorkerDown(f"Its process ended {MOST_BEGINNINGS} times while this ran.")

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: Any = None,
        exception: Any = None,
    ) -> None:
        """It ended."""
        try:
            with heartbeat.connect() as client:
                client.delete(BEGUN.format(message.options.get("redis_message_id")))
        except RedisError as error:
            log.warning("the end of %s is not noted: %s", message.actor_name, type(error).__name__)

    after_skip_message = after_process_message


class Ages(AgeLimit):
    """A message that waited longer than ``max_age`` is given up.

    It is dropped where it is a schedule's, for the next one does, or a task's, of which there are younger ones where it
    waits still; and one that a clock wrote that was behind is no old one.
    """

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """SkipMessage where it is too old."""
        try:
            super().before_process_message(broker, message)  # type: ignore[no-untyped-call]
        except SkipMessage:
            if message.actor_name in REGISTER or "task_id" in message.kwargs:
                message.failed = False
            raise

"""A worker that is busy says so itself: its threads would answer no ping before what they do has ended."""

import logging
import threading
from typing import Any, Final

import dramatiq
from django.utils import timezone
from dramatiq.middleware import Middleware
from redis.exceptions import RedisError

from work import heartbeat

log = logging.getLogger(__name__)
EVERY_SECONDS: Final = 5.0


class SignsOfLife(Middleware):
    """Beats for every queue of which a message is being processed; a time limit ends each of them."""

    def __init__(self, every_seconds: float = EVERY_SECONDS) -> None:
        self.every_seconds = every_seconds
        self.at_work: dict[int, str] = {}
        self.stopped = threading.Event()

    def after_worker_boot(self, broker: dramatiq.Broker, worker: Any) -> None:
        """Begin to tell."""
        self.stopped.clear()
        threading.Thread(target=self._tell, name="signs of life", daemon=True).start()

    def after_worker_shutdown(self, broker: dramatiq.Broker, worker: Any) -> None:
        """There is nothing to tell any more."""
        self.stopped.set()

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """This thread is at work."""
        self.at_work[threading.get_ident()] = message.queue_name

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: Any = None,
        exception: Any = None,
    ) -> None:
        """This thread is idle."""
        self.at_work.pop(threading.get_ident(), None)

    after_skip_message = after_process_message

    def _tell(self) -> None:
        while not self.stopped.wait(self.every_seconds):
            queues = set(self.at_work.copy().values())
            try:
                if queues:
                    heartbeat.beat(queues, timezone.now())
            except RedisError as error:
                log.warning("no sign of life: %s", type(error).__name__)

"""What still runs when its process is told to stop: it may finish within a time, then it goes back to its queue."""

import logging
import threading
from typing import Any, Final

import dramatiq
from dramatiq.middleware import Middleware, Shutdown
from dramatiq.middleware.threading import raise_thread_exception

log = logging.getLogger(__name__)
GRACE_SECONDS: Final = 10.0


class HandBack(Middleware):
    """Interrupts by Shutdown whatever has not finished in time; ``work.attempts`` puts its message back then.

    A call into C, such as a statement of the database, is interrupted when it returns.
    """

    def __init__(self, grace_seconds: float = GRACE_SECONDS) -> None:
        self.grace_seconds = grace_seconds
        self.running: set[int] = set()

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: Any) -> None:
        """The time begins."""
        timer = threading.Timer(self.grace_seconds, self._interrupt)
        timer.daemon = True
        timer.start()

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """This thread may be interrupted from now on."""
        self.running.add(threading.get_ident())

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: Any = None,
        exception: Any = None,
    ) -> None:
        """Not any more."""
        self.running.discard(threading.get_ident())

    after_skip_message = after_process_message

    def _interrupt(self) -> None:
        for thread in self.running.copy():
            log.info("handing back what thread %d does", thread)
            raise_thread_exception(thread, Shutdown)  # type: ignore[no-untyped-call]

"""What becomes of a schedule's message is written into the period's row."""

import logging
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import dramatiq
from django.db import DatabaseError, InterfaceError
from django.utils import timezone
from dramatiq.middleware import Middleware, SkipMessage
from psycopg_pool import PoolTimeout

from work import runs
from work.models import ScheduledRun
from work.task_words import words_of

log = logging.getLogger(__name__)
DEFAULT_LIMIT_MS: Final = 600_000  # Dramatiq's own
MARGIN: Final = timedelta(seconds=10)


class RunMessages(Middleware):
    """Stands before Retries in the broker's list, so that it is told afterwards what that decided."""

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """Skip a period that another worker has, or that is over."""
        run_id = _run_of(message)
        if run_id is None or message.actor_name not in broker.actors:
            return
        limit = broker.actors[message.actor_name].options.get("time_limit", DEFAULT_LIMIT_MS)
        try:
            ours = runs.begin(run_id, timezone.now(), timedelta(milliseconds=limit) + MARGIN)
        except (DatabaseError, InterfaceError, PoolTimeout) as error:
            # What needs the database fails by itself; a sign of life does not need it.
            log.warning("the begin of %s is not noted: %s", message.actor_name, type(error).__name__)
            return
        if not ours:
            # Never sent again, so nobody reads it but what is told of the skip below.
            del message.options["run"]
            raise SkipMessage("another worker has this period, or it is over")

    def after_process_message(
        self, broker: dramatiq.Broker, message: dramatiq.MessageProxy, *, result: Any = None, exception: Any = None
    ) -> None:
        """Done, failed for good, or to be tried again."""
        run_id, now = _run_of(message), timezone.now()
        if run_id is None:
            return
        if exception is None:
            runs.finish(run_id, ScheduledRun.Outcome.DONE, now)
        elif message.failed:
            runs.finish(run_id, ScheduledRun.Outcome.FAILED, now, words_of(exception))
        else:
            runs.wait(run_id, words_of(exception))

    def after_skip_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """One that waited longer than it is good for."""
        run_id = _run_of(message)
        if run_id is not None:
            runs.finish(run_id, ScheduledRun.Outcome.TOO_LATE, timezone.now())


def _run_of(message: dramatiq.MessageProxy) -> UUID | None:
    run = message.options.get("run")
    return None if run is None else UUID(run)

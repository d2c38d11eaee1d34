"""Starting tasks and telling how they go."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import dramatiq
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from dramatiq.errors import BrokerError
from dramatiq.middleware import Shutdown
from redis.exceptions import RedisError

import sql
from work.models import Task

log = logging.getLogger(__name__)
UNSENT_FOR: Final = timedelta(seconds=30)


@dataclass(slots=True)
class Progress:
    """What a running task tells about itself."""

    task_id: UUID | None
    result: dict[str, Any] = field(default_factory=dict)

    def report(self, share: float) -> None:
        """Set the task's progress, from 0 to 1."""
        if self.task_id is not None:
            Task.objects.filter(id=self.task_id).update(progress=min(max(share, 0.0), 1.0))


def start_task(*, kind: str, actor: str, queue: str, owner_id: UUID | None, arguments: dict[str, Any]) -> Task:
    """Write the task's row; its message goes out when the transaction commits."""
    task = Task.objects.create(kind=kind, actor=actor, queue=queue, owner_id=owner_id, arguments=arguments)
    transaction.on_commit(lambda: send_task(task))
    return task


def send_task(task: Task) -> bool:
    """Send the task's message; False where the broker does not answer, and the message goes out later.

    A task that cannot be a message fails; the others are not held up by it.
    """
    try:
        send(task.actor, queue=task.queue, **task.arguments, task_id=str(task.id))
    except (BrokerError, RedisError) as error:
        log.warning("task %s waits for the broker: %s", task.id, type(error).__name__)
        return False
    except TypeError as error:
        Task.objects.filter(id=task.id).update(
            status=Task.Status.FAILED, finished_at=timezone.now(), error=f"This task cannot be sent: {error}"
        )
        return False
    sql.row("note_task_sent", {"task": task.id, "now": timezone.now()})
    return True


def send_unsent_tasks(now: datetime) -> int:
    """Send the tasks whose message the broker did not take; how many were sent."""
    unsent = Task.objects.filter(status=Task.Status.PENDING, sent_at=None, created_at__lt=now - UNSENT_FOR)
    return sum(send_task(task) for task in unsent.order_by("id")[:1000])


def send(actor: str, /, *, queue: str, delay_ms: int | None = None, **arguments: Any) -> None:
    """Put a message for the actor on its queue; it need not be importable here."""
    message: dramatiq.Message[Any] = dramatiq.Message(
        queue_name=queue, actor_name=actor, args=(), kwargs=arguments, options={}
    )
    dramatiq.get_broker().enqueue(message, delay=delay_ms)


@contextmanager
def running(task_id: str | None) -> Iterator[Progress]:
    """Mark the task as processing, then done or failed; without an id, just run.

    A task that another attempt finished is run again without harm: actors are idempotent.
    The error is stored in words and raised again, so that the broker may retry.
    """
    if task_id is None:
        yield Progress(None)
        return
    rows = Task.objects.filter(id=task_id).exclude(status=Task.Status.CANCELLED)
    rows.update(
        status=Task.Status.PROCESSING,
        started_at=timezone.now(),
        attempts=F("attempts") + 1,
        error="",
        finished_at=None,
    )
    progress = Progress(UUID(task_id))
    try:
        yield progress
    except Shutdown:
        # Its message is on its queue again, and nothing has failed.
        rows.update(status=Task.Status.PENDING)
        raise
    except BaseException as error:
        # A time limit is no Exception, and ends the task all the same.
        rows.update(status=Task.Status.FAILED, finished_at=timezone.now(), error=str(error) or type(error).__name__)
        raise
    rows.update(status=Task.Status.DONE, finished_at=timezone.now(), progress=1.0, result=progress.result)

"""Starting tasks and telling how they go."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import dramatiq
from django.db import ProgrammingError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from dramatiq.errors import BrokerError
from psycopg.errors import InsufficientPrivilege
from redis.exceptions import RedisError

import sql
from work import claims
from work.claims import Progress, lost_after
from work.errors import (
    TaskCancelled,
    TaskCannotBeCancelled,
    TaskCannotBeRetried,
    TaskNotAllowed,
    TaskNotFound,
    TaskNotOurs,
)
from work.models import Task
from work.renewals import renewed
from work.task_words import words_of

log = logging.getLogger(__name__)
UNSENT_FOR: Final = timedelta(seconds=30)
# What a task is that nobody has begun, and its policy in the database wants.
AS_NEW: Final = {
    "status": Task.Status.PENDING,
    "progress": 0.0,
    "error": "",
    "result": None,
    "sent_at": None,
    "started_at": None,
    "finished_at": None,
    "cancel_requested_at": None,
    "sends": 0,
    "lost": 0,
}


def start_task(*, kind: str, actor: str, queue: str, owner_id: UUID | None, arguments: dict[str, Any]) -> Task:
    """Write the task's row; its message goes out when the transaction commits."""
    task = Task.objects.create(
        kind=kind, actor=actor, queue=queue, owner_id=owner_id, arguments=arguments, overdue_at=Now() + UNSENT_FOR
    )
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
    sql.row("note_task_sent", {"task": task.id, "now": timezone.now(), "lost_after": lost_after()})
    return True


def send(
    actor: str, /, *, queue: str, delay_ms: int | None = None, run_id: UUID | None = None, **arguments: Any
) -> None:
    """Put a message for the actor on its queue; it need not be importable here. ``run_id`` is a period's."""
    message: dramatiq.Message[Any] = dramatiq.Message(
        queue_name=queue,
        actor_name=actor,
        args=(),
        kwargs=arguments,
        options={} if run_id is None else {"run": str(run_id)},
    )
    dramatiq.get_broker().enqueue(message, delay=delay_ms)


@contextmanager
def running(task_id: str | None) -> Iterator[Progress]:
    """Take the task for this worker and say how it ended; without an id, just run.

    TaskNotOurs where another worker has it or it has ended, which ends this message. An error leaves it waiting with
    the error's words and is raised again, so that the broker may retry; TaskCancelled ends it as cancelled.
    """
    if task_id is None:
        yield Progress(None)
        return
    progress = claims.claim(UUID(task_id), timezone.now())
    try:
        with renewed(progress):
            yield progress
    except TaskCancelled:
        claims.stop(progress, timezone.now())
    except TaskNotOurs:
        raise
    except BaseException as error:
        # A time limit and a shutdown are no Exception, and end the attempt all the same.
        log.warning("task %s: an attempt ended by %s", task_id, type(error).__name__)
        claims.hand_back(progress, words_of(error), timezone.now())
        raise
    else:
        claims.finish(progress, timezone.now())


def give_up(task_id: str, words: str = "") -> None:
    """The task failed for good: the broker tries no more. Without words it keeps those of its last attempt."""
    told = {"error": words} if words else {}
    with transaction.atomic():
        # One that another worker has taken meanwhile goes on.
        waiting = Task.objects.filter(id=task_id, status=Task.Status.PENDING)
        claims.end(waiting, Task.Status.FAILED, timezone.now(), **told)


def retry_task(owner_id: UUID, task_id: UUID) -> Task:
    """Do a task again that failed or was cancelled; TaskNotAllowed where its owner may not ask for it any more."""
    with transaction.atomic():
        task = Task.objects.select_for_update().filter(id=task_id, owner_id=owner_id).first()
        if task is None:
            raise TaskNotFound
        if task.status not in (Task.Status.FAILED, Task.Status.CANCELLED):
            raise TaskCannotBeRetried(task.status)
        for name, value in AS_NEW.items():
            setattr(task, name, value)
        task.overdue_at = Now() + UNSENT_FOR
        _save_if_allowed(task)
        transaction.on_commit(lambda: send_task(task))
    return task


def cancel_task(owner_id: UUID, task_id: UUID, *, now: datetime) -> Task:
    """Cancel a task: it never runs where it waits, and stops at its next step where it is worked on."""
    was = sql.rows("cancel_task", {"task": task_id, "now": now})
    if not was:
        raise TaskNotFound
    if was[0][0] not in (Task.Status.PENDING, Task.Status.PROCESSING):
        raise TaskCannotBeCancelled(was[0][0])
    return Task.objects.get(id=task_id, owner_id=owner_id)


def _save_if_allowed(task: Task) -> None:
    try:
        with transaction.atomic():
            task.save(update_fields=[*AS_NEW, "overdue_at"])
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            raise TaskNotAllowed from None
        raise

"""What becomes of a task's message is written into the task's row: tried again later, or given up."""

from datetime import timedelta
from typing import Any

import dramatiq
from django.db.models.functions import Now
from dramatiq.middleware import Middleware

from work import last_words
from work.claims import lost_after
from work.models import Task
from work.services import give_up


class TaskMessages(Middleware):
    """Stands before Retries in the broker's list, so that it is told afterwards what that decided."""

    def after_enqueue(self, broker: dramatiq.Broker, message: dramatiq.Message[Any], delay: int | None) -> None:
        """A message that goes out again, later, is not lost before its time."""
        if delay and (task_id := message.kwargs.get("task_id")):
            waits = timedelta(milliseconds=delay) + lost_after()
            Task.objects.filter(id=task_id, status=Task.Status.PENDING).update(overdue_at=Now() + waits)

    def after_process_message(
        self, broker: dramatiq.Broker, message: dramatiq.MessageProxy, *, result: Any = None, exception: Any = None
    ) -> None:
        """A task whose message nobody tries again has failed."""
        task_id = message.kwargs.get("task_id")
        if task_id is not None and message.failed:
            give_up(task_id)

    def after_skip_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """So has one whose message nobody begins any more."""
        task_id = message.kwargs.get("task_id")
        if task_id is not None and message.failed:
            give_up(task_id, last_words.words(message._exception, message))

"""Who works on a task: a lease with a fencing token on its row, by the database's clock."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

import sql
from work.errors import TaskCancelled, TaskNotOurs
from work.models import Task
from work.notifications import notify

# A task whose workers end in the middle so often ends them.
LOST_LIMIT: Final = 5


@dataclass(slots=True)
class Progress:
    """What a running task tells about itself, and asks; nothing where nobody asked for a task."""

    task_id: UUID | None
    token: int = 0
    result: dict[str, Any] = field(default_factory=dict)

    def report(self, share: float) -> None:
        """Set the task's progress, from 0 to 1; TaskNotOurs where another worker has it."""
        if self.task_id is not None:
            told = ours(self).update(progress=min(max(share, 0.0), 1.0), overdue_at=Now() + lease())
            if not told:
                raise TaskNotOurs

    def raise_if_cancelled(self) -> None:
        """TaskCancelled where the owner cancelled it, TaskNotOurs where another worker has it."""
        if self.task_id is None:
            return
        found = ours(self).values_list("cancel_requested_at").first()
        if found is None:
            raise TaskNotOurs
        if found[0] is not None:
            raise TaskCancelled


def lease() -> timedelta:
    """How long a worker has a task after its last sign of life."""
    return timedelta(seconds=settings.TASK_LEASE_SECONDS)


def lost_after() -> timedelta:
    """How long a message may wait until it is taken for lost."""
    return timedelta(seconds=settings.TASK_LOST_AFTER_SECONDS)


def claim(task_id: UUID, now: datetime) -> Progress:
    """Take the task; TaskNotOurs where another worker has it, where it has ended, or where there is none."""
    taken = sql.rows(
        "claim_task", {"task": task_id, "now": now, "lease": lease(), "lost_limit": LOST_LIMIT}, prepare=True
    )
    if not taken:
        raise TaskNotOurs
    return Progress(task_id, taken[0][0])


def ours(progress: Progress) -> QuerySet[Task]:
    """The task's row while this worker has it."""
    task_id = progress.task_id or UUID(int=0)
    return Task.objects.filter(id=task_id, token=progress.token, status=Task.Status.PROCESSING)


def finish(progress: Progress, now: datetime) -> None:
    """The task is done; TaskNotOurs where another worker took it meanwhile."""
    ended = {"progress": 1.0, "result": progress.result, "error": ""}
    with transaction.atomic():
        if not end(ours(progress), Task.Status.DONE, now, **ended):
            raise TaskNotOurs


def stop(progress: Progress, now: datetime) -> None:
    """The task stops where it is, as its owner asked."""
    with transaction.atomic():
        end(ours(progress), Task.Status.CANCELLED, now)


def hand_back(progress: Progress, error: str, now: datetime) -> None:
    """The task waits for another attempt, or is cancelled where that is asked for; TaskNotOurs where it was taken.

    Whether there is another attempt is the broker's to say: see work/task_messages.py.
    """
    with transaction.atomic():
        if end(ours(progress).exclude(cancel_requested_at=None), Task.Status.CANCELLED, now, error=error):
            return
        if not ours(progress).update(status=Task.Status.PENDING, error=error, overdue_at=Now() + lost_after()):
            raise TaskNotOurs


def end(rows: QuerySet[Task], status: Task.Status, now: datetime, **fields: Any) -> int:
    """End what is left of these tasks, and tell their owners, in the caller's transaction; how many there were."""
    ended = list(rows.select_for_update().values_list("id", "owner_id"))
    Task.objects.filter(id__in=[task_id for task_id, _ in ended]).update(status=status, finished_at=now, **fields)
    for task_id, owner_id in ended:
        if owner_id is not None:
            notify(user_id=owner_id, kind=f"task_{status.value}", subject={"task": str(task_id)})
    return len(ended)

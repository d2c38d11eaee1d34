"""Reading task rows, each for the one who asked for it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from work.errors import TaskNotFound
from work.models import Lease, Task


def tasks_of(owner_id: UUID, *, before: UUID | None = None, after: UUID | None = None, limit: int) -> Sequence[Task]:
    """The owner's tasks, newest first before an id; oldest first after an id."""
    rows = Task.objects.filter(owner_id=owner_id)
    if after is not None:
        return list(rows.filter(id__gt=after).order_by("id")[:limit])
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[:limit])


def task_of(owner_id: UUID, task_id: UUID) -> Task:
    """One of the owner's tasks; TaskNotFound where it is not theirs."""
    try:
        return Task.objects.get(id=task_id, owner_id=owner_id)
    except Task.DoesNotExist:
        raise TaskNotFound from None


def lease_is_held(name: str, now: datetime) -> bool:
    """Whether some process holds the lease."""
    return Lease.objects.filter(name=name, expires_at__gt=now).exists()

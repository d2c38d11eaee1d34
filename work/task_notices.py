"""The words of a notification that a task ended."""

from collections.abc import Sequence

from work.models import Task
from work.notifications import Subject, tells


@tells("task_done", "task_failed", "task_cancelled")
def of_tasks(subjects: Sequence[Subject]) -> list[str | None]:
    """What became of each task that is still kept."""
    found = {str(task.id): task for task in Task.objects.filter(id__in=[one["task"] for one in subjects])}
    return [_said(found.get(one["task"])) for one in subjects]


def _said(task: Task | None) -> str | None:
    if task is None:
        return None
    said = f"Your task {task.kind.replace('_', ' ')} is {task.get_status_display().lower()}"
    return f"{said}: {task.error}" if task.error and task.status == Task.Status.FAILED else f"{said}."

"""Tasks that Redis or their worker lost: found by what their rows say, and sent again; and rows that are long past."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from work.claims import LOST_LIMIT, end, lost_after
from work.models import Task
from work.services import send_task

AT_ONCE: Final = 1000
# Messages that only wait in a long queue are sent again ever more seldom.
DOUBLED_UP_TO: Final = 5
WORKER_GONE: Final = "The worker ended in the middle of it; it is done again."
WORKERS_GONE: Final = "Its worker ended in the middle of it, again and again; ask whoever runs the service."


def send_lost_tasks(now: datetime) -> int:
    """Send again each task whose message or whose worker is gone; how many were sent."""
    _take_back(now)
    with transaction.atomic():
        lost = list(_free(status=Task.Status.PENDING).order_by("overdue_at")[:AT_ONCE])
        # Before they are sent: what the broker does not take now is taken later.
        for task in lost:
            again = lost_after() * 2 ** min(task.sends, DOUBLED_UP_TO)
            Task.objects.filter(id=task.id).update(sent_at=None, overdue_at=Now() + again)
    return sum(send_task(task) for task in lost)


def forget_old_tasks(now: datetime) -> int:
    """Delete the tasks that ended more than TASKS_KEPT_DAYS ago; how many."""
    before = now - timedelta(days=settings.TASKS_KEPT_DAYS)
    ended = ~Q(status__in=[Task.Status.PENDING, Task.Status.PROCESSING])
    return Task.objects.filter(ended, finished_at__lt=before).delete()[0]


@transaction.atomic
def _take_back(now: datetime) -> None:
    """From workers that are gone: to wait again, unless it is not to be done any more."""
    gone = Task.objects.filter(id__in=list(_free(status=Task.Status.PROCESSING).values_list("id", flat=True)))
    end(gone.exclude(cancel_requested_at=None), Task.Status.CANCELLED, now)
    left = gone.filter(status=Task.Status.PROCESSING)
    end(left.filter(lost__gte=LOST_LIMIT), Task.Status.FAILED, now, error=WORKERS_GONE)
    left.update(status=Task.Status.PENDING, lost=F("lost") + 1, error=WORKER_GONE, sends=0, overdue_at=Now())


def _free(status: Task.Status) -> QuerySet[Task]:
    """The overdue tasks of a status that nobody writes just now, locked."""
    return Task.objects.filter(status=status, overdue_at__lte=Now()).select_for_update(skip_locked=True)

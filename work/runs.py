"""How the periods of schedules go: each run by one worker at a time, found again where it was lost, and listed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Now

import sql
from work.claims import lost_after
from work.models import ScheduledRun
from work.schedules import REGISTER, Schedule
from work.services import send


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """A schedule, when it runs next, and how it ran last; None where it has not yet."""

    schedule: Schedule
    next_at: datetime
    last: ScheduledRun | None

    @property
    def seconds(self) -> float | None:
        """How long the last run took; None where it did not begin."""
        if self.last is None or self.last.started_at is None or self.last.finished_at is None:
            return None
        return (self.last.finished_at - self.last.started_at).total_seconds()


def begin(run_id: UUID, now: datetime, limit: timedelta) -> bool:
    """Take the period for this worker, for as long as its actor may take; False where it is not to be run."""
    return bool(sql.rows("begin_run", {"run": run_id, "now": now, "lease": limit}, prepare=True))


def wait(run_id: UUID, error: str) -> None:
    """It failed, and the broker tries again."""
    ScheduledRun.objects.filter(id=run_id, outcome="").update(error=error, overdue_at=Now())


def finish(run_id: UUID, outcome: ScheduledRun.Outcome, now: datetime, error: str = "") -> None:
    """It is over, in whatever way."""
    ScheduledRun.objects.filter(id=run_id, outcome="").update(outcome=outcome, error=error, finished_at=now)


def send_lost_runs(now: datetime) -> list[str]:
    """Send again the present periods whose message or worker is gone; the names of what was sent.

    What belongs to an earlier period is not made up for: the present one does its work.
    """
    present = {schedule.period(now) for schedule in REGISTER.values()}
    sent = []
    for run in ScheduledRun.objects.filter(outcome="", overdue_at__lt=Now(), period__in=present):
        schedule = REGISTER.get(run.schedule)
        if schedule is not None and run.period == schedule.period(now):
            # As with a new period: where it cannot be sent, it is looked at again.
            send(schedule.name, queue=schedule.queue, run_id=run.id)
            ScheduledRun.objects.filter(id=run.id).update(overdue_at=Now() + lost_after())
            sent.append(schedule.name)
    return sent


def schedules(now: datetime) -> list[ScheduleState]:
    """All periodic work of the product, by name."""
    return [_state(schedule, now) for _, schedule in sorted(REGISTER.items())]


def _state(schedule: Schedule, now: datetime) -> ScheduleState:
    rows = ScheduledRun.objects.filter(schedule=schedule.name)
    present = schedule.period(now)
    next_at = present + schedule.every if rows.filter(period=present).exists() else present
    return ScheduleState(schedule, next_at, rows.exclude(outcome="").order_by("-period").first())

"""Actors of background work itself."""

from datetime import timedelta
from typing import Any, Final

import dramatiq
from django.utils import timezone

from work import dead_letters, delivery, heartbeat, lost_tasks, notifications, scheduler
from work.queues import BULK, CRITICAL, DEFAULT
from work.schedules import scheduled

PING: Final[dict[str, Any]] = {"max_retries": 0, "max_age": 15_000, "time_limit": 5_000}


@scheduled(every=timedelta(seconds=5))
@dramatiq.actor(queue_name=CRITICAL, **PING)
def health_ping() -> None:
    """Say that a worker takes the messages of this queue and finishes them."""
    heartbeat.beat([CRITICAL], timezone.now())


@scheduled(every=timedelta(seconds=5))
@dramatiq.actor(queue_name=DEFAULT, **PING)
def health_ping_default() -> None:
    """The same of its queue."""
    heartbeat.beat([DEFAULT], timezone.now())


@scheduled(every=timedelta(seconds=5))
@dramatiq.actor(queue_name=BULK, **PING)
def health_ping_bulk() -> None:
    """The same of its queue."""
    heartbeat.beat([BULK], timezone.now())


@scheduled(every=timedelta(seconds=15))
@dramatiq.actor(queue_name=CRITICAL, max_age=14_000, max_retries=0, time_limit=60_000)
def send_lost_tasks() -> None:
    """Send again the tasks that Redis or their worker lost, or that the broker never took."""
    lost_tasks.send_lost_tasks(timezone.now())


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name=BULK, time_limit=300_000)
def forget_old_tasks() -> None:
    """Delete tasks that ended long ago."""
    lost_tasks.forget_old_tasks(timezone.now())


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name=BULK, time_limit=300_000)
def forget_old_notifications() -> None:
    """Delete notifications of long ago."""
    notifications.forget_old_notifications(timezone.now())


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name=BULK, time_limit=60_000)
def forget_old_runs() -> None:
    """Keep the table of periods small."""
    scheduler.forget_old_runs(timezone.now())


# Every message that was given up waits in Redis for this, however long the database is away.
@scheduled(every=timedelta(seconds=30))
@dramatiq.actor(queue_name=DEFAULT, max_age=25_000, max_retries=0, time_limit=30_000)
def collect_dead_letters() -> None:
    """Take what was given up into the table where people see it."""
    dead_letters.collect(timezone.now())


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name=BULK, time_limit=60_000)
def forget_old_letters() -> None:
    """Keep the table of dead letters small."""
    dead_letters.forget_old_letters(timezone.now())


# A hint after a commit comes at once; the schedule finds what a lost hint told, and what is due again.
@scheduled(every=timedelta(seconds=5))
@dramatiq.actor(queue_name=CRITICAL, max_retries=0, max_age=15_000, time_limit=90_000)
def deliver_outbox() -> None:
    """Deliver what waits in the outbox. Any number may run at once."""
    delivery.deliver_due(timezone.now, lasting=timedelta(seconds=20))


@scheduled(every=timedelta(hours=1))
@dramatiq.actor(queue_name=DEFAULT, time_limit=300_000)
def prune_outbox() -> None:
    """Keep the outbox small."""
    delivery.prune(timezone.now())

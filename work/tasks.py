"""Actors of background work itself."""

from datetime import timedelta

import dramatiq
from django.utils import timezone

from work import heartbeat, scheduler, services
from work.schedules import scheduled


@scheduled(every=timedelta(seconds=5))
@dramatiq.actor(queue_name="default", max_retries=0, max_age=15_000, time_limit=5_000)
def health_ping() -> None:
    """Say that a worker takes messages and finishes them."""
    heartbeat.beat(timezone.now())


@scheduled(every=timedelta(minutes=1))
@dramatiq.actor(queue_name="default", max_age=50_000, max_retries=0, time_limit=30_000)
def send_unsent_tasks() -> None:
    """Send what the broker did not take when somebody asked for it."""
    services.send_unsent_tasks(timezone.now())


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name="default", time_limit=60_000)
def forget_old_runs() -> None:
    """Keep the table of periods small."""
    scheduler.forget_old_runs(timezone.now())

"""Actors of the accounts."""

from datetime import timedelta

import dramatiq
from django.utils import timezone

from accounts import idempotency, sessions
from work.schedules import scheduled


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name="default", time_limit=300_000)
def forget_ended_sessions() -> None:
    """Delete the sessions that ended long ago."""
    sessions.forget_ended_sessions(timezone.now())


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name="default", time_limit=300_000)
def forget_kept_answers() -> None:
    """Delete the answers to keys that nobody repeats any more."""
    idempotency.forget_kept_answers(timezone.now())

"""Actors of the accounts."""

from datetime import timedelta

import dramatiq
from django.core.management import call_command
from django.utils import timezone

from accounts import idempotency
from work.schedules import scheduled


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name="default", time_limit=300_000)
def forget_expired_tokens() -> None:
    """Delete the rows of refresh tokens that ran out."""
    call_command("flushexpiredtokens")


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name="default", time_limit=300_000)
def forget_expired_sessions() -> None:
    """Delete the rows of browsers' sessions that ran out."""
    call_command("clearsessions")


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name="default", time_limit=300_000)
def forget_kept_answers() -> None:
    """Delete the answers to keys that nobody repeats any more."""
    idempotency.forget_kept_answers(timezone.now())

"""Actors of alerts. Each may run twice without harm."""

from datetime import timedelta

import dramatiq
from django.utils import timezone

from analytics.services import alert_mail, alert_words  # noqa: F401 -- what delivers and words alerts registers itself
from analytics.services.alert_accounts import watch_accounts
from analytics.services.alert_evaluation import evaluate_due
from work.leases import alone
from work.queues import CRITICAL
from work.schedules import scheduled


@scheduled(every=timedelta(seconds=10))
@dramatiq.actor(queue_name=CRITICAL, max_retries=0, max_age=15_000, time_limit=60_000)
def evaluate_alerts() -> None:
    """Raise and close the alerts of patients whose data moved, and those that the clock brings."""
    evaluate_due(timezone.now, lasting=timedelta(seconds=30))


@scheduled(every=timedelta(seconds=30))
@dramatiq.actor(queue_name=CRITICAL, max_retries=0, max_age=25_000, time_limit=30_000)
def watch_accounts_in_need() -> None:
    """Raise and close the alerts of vendors' accounts that wait for a person."""
    with alone("watch_accounts_in_need", seconds=30) as ours:
        if ours:
            watch_accounts(timezone.now())

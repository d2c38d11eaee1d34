"""What a worker does with the outbox, done here and now."""

from datetime import timedelta

from django.utils import timezone

from project.actors import import_actors
from work.delivery import deliver_due


def deliver_waiting() -> int:
    """Deliver what is due now; how many attempts that were."""
    import_actors()
    return deliver_due(timezone.now, lasting=timedelta(minutes=1))

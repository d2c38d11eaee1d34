"""The entry of the worker of the rehearsal: the product's, and an actor whose steps are kept in its task's row."""

import dramatiq

from project import worker  # noqa: F401 -- registers every actor of the product
from work import services
from work.queues import DEFAULT

STEPS = 5


@dramatiq.actor(queue_name=DEFAULT, max_retries=5, min_backoff=1_000, time_limit=30_000)
def rehearsed(task_id: str) -> None:
    """A few steps, each written down."""
    with services.running(task_id) as progress:
        for step in range(STEPS):
            progress.report(step / STEPS)
        progress.result["steps"] = STEPS

"""The entry of a worker process that dies in the middle: the product's actors, stopped where a test kills the process.

``QUEUE`` is the process's own, ``KEY`` the list in Redis where it tells how far it is.
"""

import os
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any, Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
django.setup()

import dramatiq  # noqa: E402 -- only after django.setup(), which sets the broker
import redis  # noqa: E402
from django.conf import settings  # noqa: E402

from project.actors import import_actors  # noqa: E402

import_actors()
QUEUE, KEY = os.environ["QUEUE"], os.environ["KEY"]
OURS: Final = str(Path(__file__).resolve().parents[3])
LIMITS: Final[dict[str, Any]] = {"max_retries": 0, "time_limit": 60_000}
client: Any = redis.Redis.from_url(settings.REDIS_URL)
never = threading.Event()


def stop() -> None:
    """Tell that it is time to die, and wait for it; in pieces, for a call into C is not interrupted."""
    client.rpush(KEY, "stopped")
    while True:
        never.wait(0.05)


def stop_in(function: str) -> None:
    """Stop when this thread enters a function of ours by that name."""

    def trace(frame: FrameType, event: str, argument: Any) -> None:
        if frame.f_code.co_name == function and frame.f_code.co_filename.startswith(OURS):
            stop()

    sys.settrace(trace)


@dramatiq.actor(queue_name=QUEUE, **LIMITS)
def evaluate(function: str = "") -> None:
    """What ``evaluate_alerts`` does, up to a function; without one to its end, and no acknowledgement."""
    from analytics.tasks import evaluate_alerts

    if function:
        stop_in(function)
    evaluate_alerts.fn()
    stop()


@dramatiq.actor(queue_name=QUEUE, **LIMITS)
def evaluate_and_deliver() -> None:
    """What ``evaluate_alerts`` and ``deliver_outbox`` do, to the end."""
    from analytics.tasks import evaluate_alerts
    from work.tasks import deliver_outbox

    evaluate_alerts.fn()
    client.rpush(KEY, "evaluated")
    deliver_outbox.fn()
    client.rpush(KEY, "delivered")

"""The entry of a worker process of a test: the product's broker and middleware, and actors that tell what they do.

``QUEUE`` is the queue of the test, ``KEY`` the list in Redis where the actors write.
"""

import os
import signal
import threading
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
django.setup()

import dramatiq  # noqa: E402 -- only after django.setup(), which sets the broker
import redis  # noqa: E402
from django.conf import settings  # noqa: E402

QUEUE, KEY = os.environ["QUEUE"], os.environ["KEY"]
LIMITS: dict[str, Any] = {"max_retries": 3, "min_backoff": 1, "time_limit": 120_000}
client: Any = redis.Redis.from_url(settings.REDIS_URL)
nothing = threading.Event()


def wait_for_gate() -> None:
    """Until it is open; in pieces, for a call into C is not interrupted."""
    while client.get(f"{KEY}:gate") != b"open":
        nothing.wait(0.05)


@dramatiq.actor(queue_name=QUEUE, **LIMITS)
def say(word: str) -> None:
    """Write a word."""
    client.rpush(KEY, word)


@dramatiq.actor(queue_name=QUEUE, **LIMITS)
def wait_for_the_gate() -> None:
    """Begin, wait for the gate to be open, end."""
    client.rpush(KEY, "begun")
    wait_for_gate()
    client.rpush(KEY, "ended")


@dramatiq.actor(queue_name=QUEUE, **LIMITS)
def count(most: int) -> None:
    """Write numbers up to the most, with the gate after the third: the place is kept where the steps are."""
    while (place := int(client.get(f"{KEY}:place") or 0)) < most:
        if place == 3:
            wait_for_gate()
        with client.pipeline() as step:
            step.incr(f"{KEY}:place")
            step.rpush(KEY, place + 1)
            step.execute()


@dramatiq.actor(queue_name=QUEUE, **LIMITS)
def kill_the_worker() -> None:
    """Take the process down."""
    os.kill(os.getpid(), signal.SIGKILL)

"""Waiting for a condition, never for longer than said."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
POLL = threading.Event()


class NotInTime(Exception):
    """What was waited for did not happen; the message says what."""


def until(look: Callable[[], Found], seconds: float, what: str, pause: float = 0.1) -> Found:
    """What is found once there is something; NotInTime after the seconds."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            raise NotInTime(f"waited {seconds:g} s for {what} in vain")
        POLL.wait(pause)
    return found

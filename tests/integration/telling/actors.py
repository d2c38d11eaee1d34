"""Actors that fail with their argument in every word of the error."""

from typing import Any

import dramatiq

from accounts.models import User

LIMITS: dict[str, Any] = {"max_retries": 1, "min_backoff": 1, "max_backoff": 1}
tried: list[str] = []


class Refused(Exception):
    """A vendor says no."""


@dramatiq.actor(queue_name="default", **LIMITS)
def telling_value(word: str) -> None:
    raise ValueError(f"it cannot be {word}") from KeyError(word)


@dramatiq.actor(queue_name="default", **LIMITS)
def telling_row(word: str) -> None:
    for _ in range(2):
        User.objects.create(username=word)


@dramatiq.actor(queue_name="default", **LIMITS, throws=Refused)
def telling_refusal(word: str) -> None:
    raise Refused(word)


@dramatiq.actor(queue_name="default", **LIMITS)
def telling_again(word: str) -> None:
    """Fails once, and then goes well."""
    tried.append(word)
    if len(tried) == 1:
        raise ValueError(word)

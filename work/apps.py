"""The app that owns background work."""

import dramatiq
from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Sets the broker before any actor is imported."""

    name = "work"

    def ready(self) -> None:
        """Every actor that is declared from now on belongs to this broker."""
        from work import task_notices  # noqa: F401 -- registers its words
        from work.broker import make_broker

        dramatiq.set_broker(make_broker())

"""The Dramatiq broker on Redis."""

from typing import Any

import dramatiq
from django.conf import settings
from django.db import close_old_connections
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AgeLimit, Callbacks, Middleware, Retries, ShutdownNotifications, TimeLimit

DAY_MS = 86_400_000


class ReturnConnections(Middleware):
    """Gives the thread's database connection back to the pool around each message."""

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """A connection that broke while idle is not used again."""
        close_old_connections()

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: Any = None,
        exception: Any = None,
    ) -> None:
        """Back to the pool, whatever happened."""
        close_old_connections()

    after_skip_message = before_process_message


def make_broker() -> dramatiq.Broker:
    """A broker with the middleware that every process of the product uses."""
    return RedisBroker(  # type: ignore[no-untyped-call]
        url=settings.REDIS_URL,
        middleware=[
            AgeLimit(max_age=DAY_MS),
            TimeLimit(),
            ShutdownNotifications(),
            Callbacks(),
            Retries(max_retries=5, min_backoff=15_000, max_backoff=600_000),
            ReturnConnections(),
        ],
    )

"""The Dramatiq broker on Redis."""

from typing import Any, Final

import dramatiq
from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string
from dramatiq.middleware import Callbacks, Middleware, TimeLimit
from redis.backoff import NoBackoff
from redis.retry import Retry

from api.redis_clients import client, sentinels_of
from work.actor_metrics import ActorMetrics
from work.attempts import Ages, Attempts, Beginnings
from work.hand_back import HandBack
from work.last_words import LastWords
from work.origins import Origins
from work.redelivery import Broker
from work.signs_of_life import SignsOfLife
from work.task_lines import TaskLines

DAY_MS: Final = 86_400_000
# A worker that is silent for so long is gone, and what it did is done by another. Each says that it is there with every
# look at its queues, about once a second, whatever its threads do.
GONE_AFTER_MS: Final = 20_000
# Of a million looks at a queue, how many look for workers that are gone: all, for there are few looks a second.
ALWAYS: Final = 1_000_000
# How long Redis keeps what was given up, should the database be away or nobody collect it.
DEAD_FOR_MS: Final = 60 * DAY_MS
# Behind sentinels: how long a master that says nothing is waited for. Its scripts take milliseconds.
ANSWER_SECONDS: Final = 5.0


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


def _client() -> Any:
    """Behind sentinels a break is told at once: the consumer begins anew at the new master, with what it had taken."""
    if sentinels_of(settings.REDIS_URL) is None:
        return client(settings.REDIS_URL)
    return client(
        settings.REDIS_URL,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def make_broker() -> dramatiq.Broker:
    """A broker with the middleware that every process of the product uses."""
    from work.run_messages import RunMessages
    from work.task_messages import TaskMessages

    return Broker(
        client=_client(),
        heartbeat_timeout=GONE_AFTER_MS,
        maintenance_chance=ALWAYS,
        dead_message_ttl=DEAD_FOR_MS,
        middleware=[
            # The first before a message, and so the last after it: what the others say is said with its origin.
            Origins(),
            *(import_string(path)() for path in settings.MESSAGE_MIDDLEWARE),
            TaskLines(),
            # What the middleware below reads and writes is over when this comes afterwards.
            ReturnConnections(),
            ActorMetrics(),
            LastWords(),
            TaskMessages(),
            RunMessages(),
            Ages(max_age=DAY_MS),
            Beginnings(),
            TimeLimit(),
            Callbacks(),
            Attempts(max_retries=5, min_backoff=15_000, max_backoff=600_000),
            SignsOfLife(),
            HandBack(),
        ],
    )

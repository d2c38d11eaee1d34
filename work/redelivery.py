"""A Redis broker that gives back what it took and then lost sight of.

dramatiq's own gives the messages of a worker back when the worker's process is gone. What was on its way while the
connection broke, and what waits for its time in the memory of a consumer that is started anew, stays taken for as long
as the process lives. Here a consumer that starts gives back all that its process took from that queue and has not.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final

import dramatiq
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.errors import ConnectionClosed
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

TAKEN: Final = "{}:__acks__.{}.{}"
ID: Final = "redis_message_id"


class Broker(RedisBroker):
    """Knows by queue which messages of this process are at work."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self.at_work: defaultdict[str, set[str]] = defaultdict(set)

    @property
    def consumer_class(self) -> Any:
        """Ours."""
        return Consumer

    def _dispatch(self, command: str) -> Callable[..., Any]:
        """A server that says nothing is one that is gone: dramatiq waits for both, but knows only the one."""
        ask = super()._dispatch(command)  # type: ignore[no-untyped-call]

        def answered(*arguments: Any) -> Any:
            try:
                return ask(*arguments)
            except RedisTimeoutError as error:
                raise RedisConnectionError(str(error)) from None

        return answered

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Any:
        """A consumer, once nothing that should be in its queue is kept from it."""
        if queue_name.endswith(".DQ"):
            # What waits for its time is in the memory of the consumer before, if anywhere.
            self.at_work[queue_name].clear()
        try:
            taken: Any = self.client.smembers(TAKEN.format(self.namespace, self.broker_id, queue_name))
            lost = {name.decode() for name in taken} - self.at_work[queue_name]
            if lost:
                self.do_requeue(queue_name, *lost)
        except (RedisConnectionError, RedisTimeoutError) as error:
            raise ConnectionClosed(error) from None  # type: ignore[no-untyped-call]
        return super().consume(queue_name, prefetch, timeout)


class Consumer(_RedisConsumer):
    """Tells its broker what is at work."""

    def __next__(self) -> Any:
        """The next message, or None."""
        message = super().__next__()  # type: ignore[no-untyped-call]
        if message is not None:
            self.broker.at_work[self.queue_name].add(message.options[ID])
        return message

    def ack(self, message: dramatiq.MessageProxy) -> None:
        """It is done."""
        super().ack(message)  # type: ignore[no-untyped-call]
        self._over([message])

    def nack(self, message: dramatiq.MessageProxy) -> None:
        """It is given up."""
        super().nack(message)  # type: ignore[no-untyped-call]
        self._over([message])

    def requeue(self, messages: Iterable[dramatiq.MessageProxy]) -> None:
        """They are given back."""
        given = list(messages)
        super().requeue(given)  # type: ignore[no-untyped-call]
        self._over(given)

    def _over(self, messages: Iterable[dramatiq.MessageProxy]) -> None:
        self.broker.at_work[self.queue_name].difference_update(message.options[ID] for message in messages)

"""When what failed is tried again, and what is no failure."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import dramatiq
import pytest
import redis
from django.conf import settings
from dramatiq.middleware import Shutdown
from dramatiq.middleware.middleware import MiddlewareError

from work import heartbeat
from work.attempts import BEGUN, MOST_BEGINNINGS, Attempts, Beginnings, TookItsWorkerDown, _until_redis_takes
from work.models import Task
from work.queues import BULK
from work.services import running

TIMES = 200
FIRST_MS, LONGEST_MS = 15_000, 600_000


@dramatiq.actor(queue_name=BULK, time_limit=60_000, max_retries=9)
def fail_often() -> None:
    """Only its options count."""


@pytest.fixture
def broker() -> Iterator[Any]:
    broker: Any = dramatiq.get_broker()
    broker.flush_all()
    yield broker
    broker.flush_all()


def waits(broker: Any, attempt: int) -> list[float]:
    """How long messages that failed at this attempt wait, each as a multiple of the first wait."""
    attempts = next(one for one in broker.middleware if isinstance(one, Attempts))
    for _ in range(TIMES):
        message: Any = dramatiq.Message(BULK, "fail_often", (), {}, {"retries": attempt})
        attempts.after_process_message(broker, dramatiq.MessageProxy(message), exception=ValueError("x"))
    sent = [dramatiq.Message.decode(data).options for data in broker.client.hvals(f"dramatiq:{BULK}.DQ.msgs")]
    broker.flush_all()
    return [(one["eta"] - one["requeue_timestamp"]) / FIRST_MS for one in sent]


@pytest.mark.parametrize("attempt", range(5))
def test_it_waits_twice_as_long_each_time_and_no_two_come_back_together(broker: Any, attempt: int) -> None:
    found = waits(broker, attempt)

    assert len(found) == TIMES
    assert min(found) >= 2**attempt
    assert max(found) <= 2 ** (attempt + 1) + 0.1
    assert max(found) - min(found) > 0.8 * 2**attempt
    assert len(set(found)) > TIMES / 2


def test_it_waits_no_longer_than_the_longest_and_at_random_still(broker: Any) -> None:
    found = waits(broker, 8)

    assert min(found) >= LONGEST_MS / FIRST_MS / 2
    assert max(found) <= LONGEST_MS / FIRST_MS + 0.1
    assert len(set(found)) > TIMES / 2


def test_a_shutdown_counts_as_no_attempt_and_waits_for_nothing(broker: Any) -> None:
    attempts = next(one for one in broker.middleware if isinstance(one, Attempts))
    message: Any = dramatiq.Message(BULK, "fail_often", (), {}, {"retries": 2})

    attempts.after_process_message(broker, dramatiq.MessageProxy(message), exception=Shutdown())

    (waiting,) = broker.client.hvals(f"dramatiq:{BULK}.msgs")
    assert dramatiq.Message.decode(waiting).options["retries"] == 2


@pytest.mark.django_db
def test_the_task_of_a_message_that_was_put_back_waits_again() -> None:
    task = Task.objects.create(kind="k", actor="fail_often", queue=BULK)

    with pytest.raises(Shutdown), running(str(task.id)):
        raise Shutdown

    task.refresh_from_db()
    assert (task.status, task.finished_at) == ("pending", None)


def test_a_message_that_is_to_be_tried_again_waits_for_redis() -> None:
    clients = iter([redis.Redis(port=1), heartbeat.connect()])
    asked = []

    def send() -> None:
        asked.append(1)
        with next(clients) as client:
            client.ping()

    _until_redis_takes(send)

    assert len(asked) == 2


def test_what_began_too_often_without_an_end_is_given_up_and_what_ends_begins_anew(broker: Any) -> None:
    beginnings, name = Beginnings(), str(uuid4())
    message: Any = dramatiq.Message(BULK, "fail_often", (), {}, {"redis_message_id": name})
    proxy = dramatiq.MessageProxy(message)

    for _ in range(MOST_BEGINNINGS):
        beginnings.before_process_message(broker, proxy)
    with pytest.raises(TookItsWorkerDown):
        beginnings.before_process_message(broker, proxy)
    assert proxy.failed
    assert issubclass(TookItsWorkerDown, MiddlewareError)
    beginnings.after_process_message(broker, proxy)

    with redis.Redis.from_url(settings.REDIS_URL) as client:
        assert client.exists(BEGUN.format(name)) == 0

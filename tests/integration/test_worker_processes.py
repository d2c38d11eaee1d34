"""Real worker processes that are killed, stopped, or cut off from Redis: what they did is done by the next."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import dramatiq
import pytest
import redis
from django.conf import settings
from dramatiq.brokers.redis import RedisBroker

from tests.faults.waiting import until
from work.attempts import MOST_BEGINNINGS
from work.broker import GONE_AFTER_MS

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


class Workers:
    """Worker processes of one queue that only this test uses, and what their actor wrote down."""

    def __init__(self, log: Path) -> None:
        self.queue = f"test-{uuid4().hex[:8]}"
        self.key = f"test:{self.queue}"
        self.client: Any = redis.Redis.from_url(settings.REDIS_URL)
        self._log = log
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> "subprocess.Popen[bytes]":
        """One process more, in a session of its own."""
        command = [sys.executable, "-m", "dramatiq", "tests.integration.worker_process", "--queues", self.queue]
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [*command, "--processes", "1", "--threads", "1"],
                cwd=ROOT,
                env={**os.environ, "QUEUE": self.queue, "KEY": self.key},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append(process)
        return process

    def send(self, actor: str, **arguments: Any) -> None:
        """A message for the actor."""
        message: Any = dramatiq.Message(self.queue, actor, (), arguments, {})
        dramatiq.get_broker().enqueue(message)

    def said(self) -> list[str]:
        """What the actor wrote, in order."""
        words: Any = self.client.lrange(self.key, 0, -1)
        return [word.decode() for word in words]

    def until_said(self, *words: str) -> float:
        """How long it took until the actor had said exactly this."""
        begun = time.monotonic()
        until(lambda: self.said() == list(words), PATIENCE, f"{words}, not {self.said()}\n{self.output()}")
        return time.monotonic() - begun

    def output(self) -> str:
        """What the processes printed."""
        return self._log.read_text(errors="replace")[-4000:]

    def kill(self, process: "subprocess.Popen[bytes]", number: signal.Signals = signal.SIGKILL) -> None:
        """The process and all that it started, at once; they have ended afterwards."""
        if number is signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        process.wait(PATIENCE)

    def end(self) -> None:
        """All of it."""
        for process in self._running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(PATIENCE)
        dramatiq.get_broker().flush(self.queue)
        self.client.delete(self.key, f"{self.key}:gate", f"{self.key}:place")
        self.client.close()


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    made = Workers(tmp_path / "log")
    made.client.delete(made.key)
    yield made
    made.end()


def test_what_a_killed_worker_did_runs_again_within_half_a_minute(workers: Workers) -> None:
    doomed = workers.start()
    workers.send("wait_for_the_gate")
    workers.until_said("begun")

    workers.kill(doomed)
    workers.client.set(f"{workers.key}:gate", "open")
    workers.start()
    seconds = workers.until_said("begun", "begun", "ended")

    print(f"run again and done {seconds:.1f} s after the kill, silent for {GONE_AFTER_MS / 1000:.0f} s counts as gone")
    assert seconds < GONE_AFTER_MS / 1000 + 10


def test_a_message_that_is_done_does_not_run_again(workers: Workers) -> None:
    workers.client.set(f"{workers.key}:gate", "open")
    doomed = workers.start()
    workers.send("wait_for_the_gate")
    workers.until_said("begun", "ended")
    until(lambda: workers.client.hlen(f"dramatiq:{workers.queue}.msgs") == 0, PATIENCE, "the acknowledgement")

    workers.kill(doomed)
    workers.start()
    workers.send("say", word="after")

    workers.until_said("begun", "ended", "after")


def test_one_that_is_stopped_finishes_what_is_short(workers: Workers) -> None:
    stopped = workers.start()
    workers.send("wait_for_the_gate")
    workers.until_said("begun")

    stopped.send_signal(signal.SIGTERM)
    workers.client.set(f"{workers.key}:gate", "open")
    stopped.wait(PATIENCE)

    assert workers.said() == ["begun", "ended"]
    assert workers.client.hlen(f"dramatiq:{workers.queue}.msgs") == 0


def test_one_that_is_stopped_hands_back_what_is_long_which_goes_on_from_where_it_was(workers: Workers) -> None:
    stopped = workers.start()
    workers.send("count", most=8)
    until(lambda: "3" in workers.said(), PATIENCE, f"the third step\n{workers.output()}")

    workers.kill(stopped, signal.SIGTERM)
    assert workers.client.llen(f"dramatiq:{workers.queue}") == 1
    (waiting,) = workers.client.hvals(f"dramatiq:{workers.queue}.msgs")
    assert dramatiq.Message.decode(waiting).options.get("retries", 0) == 0
    workers.client.set(f"{workers.key}:gate", "open")
    workers.start()

    workers.until_said(*map(str, range(1, 9)))


def test_a_message_that_kills_its_worker_is_given_up(workers: Workers) -> None:
    # As after so many deaths, each of which takes the time until it is noticed.
    workers.send("kill_the_worker")
    (name,) = workers.client.hkeys(f"dramatiq:{workers.queue}.msgs")
    workers.client.set(f"saude:begun:{name.decode()}", MOST_BEGINNINGS, ex=60)

    workers.start()

    until(lambda: workers.client.zcard(f"dramatiq:{workers.queue}.XQ") == 1, PATIENCE, workers.output())
    told: Any = workers.client.hget("saude:dead:words", name)
    assert b"ended 5 times" in told
    assert workers.said() == []
    workers.client.hdel("saude:dead:words", name)


class TestRedelivery:
    """Within one process, which lives: its consumers start anew when the connection to Redis broke."""

    @pytest.fixture
    def queue(self) -> Iterator[str]:
        name = f"test-{uuid4().hex[:8]}"
        yield name
        dramatiq.get_broker().flush(name)

    @pytest.fixture
    def broker(self) -> Iterator[Any]:
        from work.broker import make_broker

        broker: Any = make_broker()
        yield broker
        broker.client.connection_pool.disconnect()

    def test_a_consumer_gives_back_what_was_on_its_way_when_the_connection_broke(self, broker: Any, queue: str) -> None:
        broker.enqueue(dramatiq.Message(queue, "a", (), {}, {}))
        # Taken by a reply that nobody received.
        assert broker.do_fetch(queue, 1)

        assert next(broker.consume(queue, 1, 10)) is not None

    def test_a_consumer_gives_back_what_waited_for_its_time_in_memory(self, broker: Any, queue: str) -> None:
        broker.enqueue(dramatiq.Message(queue, "a", (), {}, {}), delay=1)
        assert next(broker.consume(f"{queue}.DQ", 1, 10)) is not None

        assert next(broker.consume(f"{queue}.DQ", 1, 10)) is not None

    def test_a_consumer_leaves_alone_what_is_at_work(self, broker: Any, queue: str) -> None:
        broker.enqueue(dramatiq.Message(queue, "a", (), {}, {}))
        at_work = next(broker.consume(queue, 1, 10))

        again = broker.consume(queue, 1, 10)
        assert next(again) is None
        again.ack(at_work)

        assert broker.client.hlen(f"dramatiq:{queue}.msgs") == 0

    def test_dramatiqs_own_would_not(self, queue: str) -> None:
        broker: Any = RedisBroker(url=settings.REDIS_URL, middleware=[])  # type: ignore[no-untyped-call]
        broker.enqueue(dramatiq.Message(queue, "a", (), {}, {}), delay=1)
        assert next(broker.consume(f"{queue}.DQ", 1, 10)) is not None

        assert next(broker.consume(f"{queue}.DQ", 1, 10)) is None
        broker.client.connection_pool.disconnect()

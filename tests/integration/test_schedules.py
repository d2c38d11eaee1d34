"""Periods: run once, found again where Redis or a worker lost them, caught up once, listed; the lease taken over."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from urllib.parse import quote

import dramatiq
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from dramatiq.worker import Worker

from project.actors import import_actors
from work import runs
from work.models import Lease, ScheduledRun
from work.scheduler import LEASE, Scheduler
from work.schedules import REGISTER

NOW = datetime(2026, 3, 1, 12, 0, 2, tzinfo=UTC)
EARLIER = Now() - timedelta(seconds=1)
LIMIT = timedelta(seconds=60)


@pytest.fixture
def broker(transactional_db: None) -> Iterator[dramatiq.Broker]:
    import_actors()
    broker = dramatiq.get_broker()
    broker.client.flushall()  # type: ignore[attr-defined]
    yield broker
    broker.client.flushall()  # type: ignore[attr-defined]


@pytest.fixture
def work_is_done(broker: dramatiq.Broker) -> Iterator[Callable[[], None]]:
    """Run a worker until every queue is empty."""
    worker = Worker(broker, worker_timeout=50, worker_threads=2)
    worker.start()

    def join() -> None:
        for queue in broker.get_declared_queues():
            broker.join(queue, timeout=20_000)
        worker.join()

    yield join
    worker.stop()


def run_of(schedule: str) -> ScheduledRun:
    return ScheduledRun.objects.get(schedule=schedule)


class TestAPeriod:
    def test_tells_how_it_went(self, broker: dramatiq.Broker, work_is_done: Callable[[], None]) -> None:
        Scheduler(12).tick(timezone.now())
        work_is_done()

        run = run_of("health_ping")
        assert (run.outcome, run.error) == ("done", "")
        assert run.started_at is not None
        assert run.finished_at is not None
        assert run.started_at <= run.finished_at

    def test_that_waited_too_long_says_so(self, broker: dramatiq.Broker, request: pytest.FixtureRequest) -> None:
        run = ScheduledRun.objects.create(schedule="health_ping", period=NOW)
        old: dramatiq.Message[None] = dramatiq.Message(
            queue_name=REGISTER["health_ping"].queue, actor_name="health_ping", args=(), kwargs={},
            options={"run": str(run.id)}, message_timestamp=int((time.time() - 3600) * 1000),
        )  # fmt: skip
        broker.enqueue(old)
        request.getfixturevalue("work_is_done")()

        assert run_of("health_ping").outcome == "too late"

    def test_is_begun_by_one_worker_at_a_time(self, broker: dramatiq.Broker) -> None:
        run = ScheduledRun.objects.create(schedule="apply_retention", period=NOW)

        assert runs.begin(run.id, NOW, LIMIT)
        assert not runs.begin(run.id, NOW, LIMIT)

    def test_is_begun_again_when_its_worker_has_been_gone_for_as_long_as_it_may_take(
        self, broker: dramatiq.Broker
    ) -> None:
        run = ScheduledRun.objects.create(schedule="apply_retention", period=NOW)
        runs.begin(run.id, NOW, LIMIT)
        ScheduledRun.objects.update(overdue_at=EARLIER)

        assert runs.begin(run.id, NOW, LIMIT)

    def test_that_is_over_is_not_begun_again(self, broker: dramatiq.Broker) -> None:
        run = ScheduledRun.objects.create(schedule="apply_retention", period=NOW)
        runs.finish(run.id, ScheduledRun.Outcome.DONE, NOW)

        assert not runs.begin(run.id, NOW, LIMIT)

    def test_that_failed_and_is_tried_again_is_begun_again_at_once(self, broker: dramatiq.Broker) -> None:
        run = ScheduledRun.objects.create(schedule="apply_retention", period=NOW)
        runs.begin(run.id, NOW, LIMIT)
        runs.wait(run.id, "No.")

        assert runs.begin(run.id, NOW, LIMIT)
        assert run_of("apply_retention").error == "No."

    def test_that_redis_lost_is_sent_again_while_it_lasts(self, broker: dramatiq.Broker) -> None:
        Scheduler(12).tick(NOW)
        broker.client.flushall()  # type: ignore[attr-defined]
        ScheduledRun.objects.update(overdue_at=EARLIER)

        sent = runs.send_lost_runs(NOW + timedelta(minutes=2))

        assert "apply_retention" in sent
        assert "health_ping" not in sent
        assert runs.send_lost_runs(NOW + timedelta(minutes=2)) == []


class TestAnOutage:
    @pytest.mark.parametrize("length", [timedelta(hours=7), timedelta(days=3)])
    def test_of_several_periods_is_caught_up_by_one_run_of_each_schedule(
        self, broker: dramatiq.Broker, work_is_done: Callable[[], None], length: timedelta
    ) -> None:
        # By the true time: old periods are forgotten by the work itself.
        began = timezone.now()
        back = began + length
        Scheduler(12).tick(began)
        work_is_done()

        after = Scheduler(12)
        caught_up = Counter(name for _ in range(3) for name in after.tick(back))
        work_is_done()

        missed = {name for name, schedule in REGISTER.items() if schedule.period(began) != schedule.period(back)}
        assert caught_up == dict.fromkeys(missed, 1)
        since = ScheduledRun.objects.filter(sent_at__gte=back)
        assert Counter(since.values_list("schedule", flat=True)) == caught_up


class TestTheList:
    def test_has_every_schedule_with_its_last_and_its_next_run(self, broker: dramatiq.Broker) -> None:
        period = REGISTER["apply_retention"].period(NOW)
        begun = {"started_at": NOW, "finished_at": NOW + timedelta(seconds=3)}
        ScheduledRun.objects.create(schedule="apply_retention", period=period, outcome="done", **begun)

        states = {state.schedule.name: state for state in runs.schedules(NOW)}

        assert states.keys() == REGISTER.keys()
        ran, not_yet = states["apply_retention"], states["forget_old_runs"]
        assert ran.last is not None
        assert (ran.last.outcome, ran.seconds, ran.next_at) == ("done", 3.0, period + timedelta(days=1))
        assert (not_yet.last, not_yet.seconds, not_yet.next_at) == (None, None, period)

    def test_is_printed_by_a_command(self, broker: dramatiq.Broker) -> None:
        period = REGISTER["apply_retention"].period(timezone.now())
        begun = {"started_at": NOW, "finished_at": NOW + timedelta(seconds=3)}
        ScheduledRun.objects.create(schedule="apply_retention", period=period, outcome="failed", error="No.", **begun)
        out = StringIO()

        call_command("schedules", stdout=out)

        lines = {line.split()[0]: line for line in out.getvalue().splitlines()}
        assert lines.keys() == REGISTER.keys() | {"name"}
        assert all(one in lines["apply_retention"] for one in ("2026-03-01T12:00:02Z", "failed", "3.00", "No."))


def scheduler_process() -> subprocess.Popen[bytes]:
    """A scheduler of its own on this test's servers."""
    there = connection.settings_dict
    url = f"postgres://{there['USER']}:{quote(there['PASSWORD'])}@{there['HOST']}:{there['PORT']}/{there['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "SCHEDULER_LEASE_SECONDS": "12"}
    return subprocess.Popen([sys.executable, "manage.py", "run_scheduler"], env=environment)


def holder_is(*among: int, seconds: float) -> int:
    """The process that holds the lease, once it is one of these."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        lease = Lease.objects.filter(name=LEASE, expires_at__gt=timezone.now()).first()
        if lease is not None and (found := int(lease.holder.rsplit(":", 1)[1])) in among:
            return found
        connection.close()
    raise AssertionError(f"none of {among} held the lease within {seconds} s")


def test_another_scheduler_takes_over_within_15_seconds_of_a_sigkill(broker: dramatiq.Broker) -> None:
    processes = [scheduler_process(), scheduler_process()]
    try:
        ours = {process.pid: process for process in processes}
        first = holder_is(*ours, seconds=60)
        os.kill(first, signal.SIGKILL)
        killed = time.monotonic()

        second = holder_is(*(ours.keys() - {first}), seconds=30)
        took = time.monotonic() - killed

        print(f"taken over {took:.1f} s after SIGKILL")
        assert second != first
        assert took < 15
    finally:
        for process in processes:
            process.terminate()
            process.wait(30)

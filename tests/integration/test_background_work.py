"""Actors, tasks, leases and the scheduler, against real Redis and the real database."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import dramatiq
import pytest
from dramatiq.worker import Worker
from pytest_django import Settings

from accounts.models import Clinic, User
from glucose.models import SourceAccount
from project.actors import import_actors
from simulator.process import SimulatorProcess
from tests.conftest import Member
from work import heartbeat, leases
from work.errors import LeaseLost
from work.lost_tasks import send_lost_tasks
from work.models import ScheduledRun, Task
from work.queues import QUEUES
from work.scheduler import LEASE, Scheduler
from work.schedules import REGISTER
from work.selectors import lease_is_held
from work.services import send, start_task

NOW = datetime(2026, 3, 1, 12, 0, 2, tzinfo=UTC)


@pytest.fixture
def broker(transactional_db: None) -> Iterator[dramatiq.Broker]:
    import_actors()
    broker = dramatiq.get_broker()
    broker.flush_all()
    yield broker
    broker.flush_all()


@pytest.fixture
def work_is_done(broker: dramatiq.Broker) -> Iterator[Callable[[], None]]:
    """Run a worker until its queue is empty."""
    worker = Worker(broker, worker_timeout=50, worker_threads=2)
    worker.start()

    def join() -> None:
        for queue in QUEUES:
            broker.join(queue)
        worker.join()

    yield join
    worker.stop()


class TestActors:
    @pytest.mark.parametrize("queue", QUEUES)
    def test_a_ping_is_a_sign_of_life(
        self, broker: dramatiq.Broker, work_is_done: Callable[[], None], queue: str
    ) -> None:
        (ping,) = [name for name, one in REGISTER.items() if name.startswith("health_ping") and one.queue == queue]
        with heartbeat.connect() as client:
            client.delete(heartbeat.KEY.format(queue))

        send(ping, queue=queue)
        work_is_done()

        silent = heartbeat.seconds_since(queue, datetime.now(UTC))
        assert silent is not None
        assert silent < 30

    def test_a_sync_task_goes_from_pending_to_done_with_its_result(
        self, work_is_done: Callable[[], None], clinic: Clinic, admin: Member, settings: Settings
    ) -> None:
        with SimulatorProcess() as vendor:
            settings.LIBRELINKUP_GLOBAL_URL = vendor.url
            settings.LIBRELINKUP_REGION_URL = vendor.url + "/{region}"
            vendor.create_account(email="a@example.org", password="pw")
            vendor.create_patient(account="a@example.org")
            account = SourceAccount.objects.create(clinic=clinic, email="a@example.org", password="pw")
            answer = admin.api.post(f"/api/v1/librelinkup/accounts/{account.id}/sync/")
            work_is_done()

        task = admin.api.get(f"/api/v1/tasks/{answer.json()['task']}/").json()
        assert answer.status_code == 202
        assert (task["status"], task["progress"], task["attempts"], task["error"]) == ("done", 1.0, 1, None)
        nothing = {"received": 0, "stored": 0, "quarantined": 0, "histories": 0, "logbooks": 0}
        assert task["result"] == {"visited": True, "people": 1} | nothing

    def test_a_sync_that_the_vendor_refuses_fails_in_words_and_is_not_repeated(
        self, work_is_done: Callable[[], None], clinic: Clinic, admin: Member, settings: Settings
    ) -> None:
        with SimulatorProcess() as vendor:
            settings.LIBRELINKUP_GLOBAL_URL = vendor.url
            settings.LIBRELINKUP_REGION_URL = vendor.url + "/{region}"
            vendor.create_account(email="b@example.org", password="pw")
            account = SourceAccount.objects.create(clinic=clinic, email="b@example.org", password="wrong")
            answer = admin.api.post(f"/api/v1/librelinkup/accounts/{account.id}/sync/")
            work_is_done()
            logins = vendor.requests(account="b@example.org")

        task = admin.api.get(f"/api/v1/tasks/{answer.json()['task']}/").json()
        assert task["status"] == "failed"
        assert "password" in task["error"]
        assert len(logins) <= 2

    def test_a_task_that_cannot_be_a_message_fails_and_holds_nobody_up(self, broker: dramatiq.Broker) -> None:
        before = NOW - timedelta(minutes=5)
        user = User.objects.create(username="u")
        rows = {"owner": user, "kind": "k", "actor": "health_ping", "queue": "default", "created_at": before}
        wrong = Task.objects.create(arguments={"queue": "another"}, **rows)
        right = Task.objects.create(arguments={}, **rows)

        assert send_lost_tasks(NOW) == 1

        wrong.refresh_from_db()
        right.refresh_from_db()
        assert (wrong.status, right.sent_at is not None) == ("failed", True)

    def test_a_task_whose_transaction_is_rolled_back_is_never_sent(self, broker: dramatiq.Broker) -> None:
        from django.db import transaction

        user = User.objects.create(username="u")
        with transaction.atomic():
            start_task(kind="k", actor="health_ping", queue="default", owner_id=user.id, arguments={})
            transaction.set_rollback(True)

        assert not Task.objects.exists()
        assert not broker.client.llen("dramatiq:default")  # type: ignore[attr-defined]


class TestScheduler:
    def test_every_periodic_actor_of_the_product_is_known(self) -> None:
        import_actors()

        assert REGISTER.keys() == {
            "collect_dead_letters",
            "forget_old_letters",
            "health_ping",
            "health_ping_default",
            "health_ping_bulk",
            "forget_old_runs",
            "deliver_outbox",
            "prune_outbox",
            "send_lost_tasks",
            "forget_old_tasks",
            "forget_old_notifications",
            "forget_ended_sessions",
            "forget_expired_sessions",
            "forget_kept_answers",
            "sync_readings",
            "sync_patients",
            "refresh_late_ranges",
            "run_due_policies",
            "apply_retention",
            "end_left_imports",
            "forget_import_files",
            "evaluate_alerts",
            "watch_accounts_in_need",
        }
        assert REGISTER["sync_readings"].every == timedelta(minutes=5)
        assert REGISTER["sync_patients"].every == timedelta(minutes=10)

    def test_a_period_runs_once_whoever_sends_it(self, broker: dramatiq.Broker) -> None:
        first, second = Scheduler(12), Scheduler(12)
        second.holder = "another process"

        sent = first.tick(NOW)
        leases.release(first.held)  # type: ignore[arg-type]
        again = second.tick(NOW + timedelta(seconds=1))

        assert set(sent) == set(REGISTER)
        assert again == []

    def test_the_next_period_runs_again(self, broker: dramatiq.Broker) -> None:
        scheduler = Scheduler(12)
        scheduler.tick(NOW)

        assert "sync_readings" not in scheduler.tick(NOW + timedelta(minutes=1))
        assert "sync_readings" in scheduler.tick(NOW + timedelta(minutes=5))

    def test_a_second_scheduler_waits_and_takes_over_when_the_first_is_gone(self, broker: dramatiq.Broker) -> None:
        first, second = Scheduler(12), Scheduler(12)
        second.holder = "another process"
        first.tick(NOW)

        assert second.tick(NOW + timedelta(seconds=10)) == []
        assert "health_ping" in second.tick(NOW + timedelta(seconds=13))
        assert first.tick(NOW + timedelta(seconds=18)) == []

    def test_its_lease_ends_soon_though_the_clock_was_a_day_ahead_for_a_while(self, broker: dramatiq.Broker) -> None:
        scheduler = Scheduler(12)
        scheduler.tick(NOW + timedelta(days=1))

        scheduler.tick(NOW)

        assert not lease_is_held(LEASE, NOW + timedelta(seconds=12))

    def test_a_missed_period_is_caught_up_once(self, broker: dramatiq.Broker) -> None:
        scheduler = Scheduler(3600)
        scheduler.tick(NOW)

        scheduler.tick(NOW + timedelta(hours=1))

        assert ScheduledRun.objects.filter(schedule="sync_readings").count() == 2


@pytest.mark.django_db
class TestLeases:
    def test_one_holder_at_a_time(self) -> None:
        assert leases.acquire("x", "a", NOW, 10) is not None
        assert leases.acquire("x", "b", NOW + timedelta(seconds=9), 10) is None

    def test_the_token_rises_with_every_holder(self) -> None:
        first = leases.acquire("x", "a", NOW, 10)
        second = leases.acquire("x", "b", NOW + timedelta(seconds=11), 10)

        assert first is not None
        assert second is not None
        assert second.token == first.token + 1

    def test_who_lost_the_lease_can_neither_renew_nor_write(self) -> None:
        first = leases.acquire("x", "a", NOW, 10)
        leases.acquire("x", "b", NOW + timedelta(seconds=11), 10)

        assert first is not None
        with pytest.raises(LeaseLost):
            leases.renew(first, NOW + timedelta(seconds=12), 10)
        with pytest.raises(LeaseLost):
            leases.assert_held(first)

    def test_one_that_a_clock_a_day_ahead_took_blocks_nobody_once_the_clock_is_right(self) -> None:
        leases.acquire("x", "a", NOW + timedelta(days=1), 10)

        assert leases.acquire("x", "b", NOW, 10) is not None

    def test_a_holder_whose_clock_is_a_little_ahead_keeps_it(self) -> None:
        leases.acquire("x", "a", NOW + timedelta(seconds=9), 10)

        assert leases.acquire("x", "b", NOW, 10) is None

    def test_a_released_lease_is_free_at_once(self) -> None:
        held = leases.acquire("x", "a", NOW, 10)
        assert held is not None
        leases.release(held)

        assert leases.acquire("x", "b", NOW + timedelta(seconds=1), 10) is not None

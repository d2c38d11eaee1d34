"""Rows of tasks are the truth: one worker at a time, errors until they are for good, lost and found."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import dramatiq
import pytest
from django.db import OperationalError
from django.db.models.functions import Now
from dramatiq.middleware import TimeLimitExceeded
from dramatiq.worker import Worker
from pytest_django import Settings

from accounts.errors import WrongCredentials
from accounts.models import Clinic
from project.actors import import_actors
from tests.conftest import Member
from work import claims, renewals
from work.errors import TaskCancelled, TaskCannotBeCancelled, TaskCannotBeRetried, TaskNotOurs
from work.lost_tasks import WORKER_GONE, WORKERS_GONE, forget_old_tasks, send_lost_tasks
from work.models import Notification, Task
from work.services import give_up, running, start_task

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EARLIER = Now() - timedelta(seconds=1)


def make(owner: Member | None = None, **fields: object) -> Task:
    given = {"kind": "k", "actor": "health_ping", "queue": "default", "overdue_at": Now() + timedelta(hours=1)}
    return Task.objects.create(owner=owner.user if owner else None, **given | fields)


def again(task: Task) -> Task:
    return Task.objects.get(id=task.id)


@pytest.mark.django_db
class TestOneWorkerAtATime:
    def test_a_second_message_does_not_begin_what_is_under_way(self) -> None:
        task = make()
        with running(str(task.id)), pytest.raises(TaskNotOurs), running(str(task.id)):
            pytest.fail("it ran twice at once")

        assert (again(task).status, again(task).attempts) == ("done", 1)

    @pytest.mark.parametrize("status", ["done", "failed", "cancelled"])
    def test_a_late_message_does_not_begin_what_has_ended(self, status: str) -> None:
        task = make(status=status)

        with pytest.raises(TaskNotOurs), running(str(task.id)):
            pytest.fail("it ran")

        assert again(task).status == status

    def test_a_message_of_a_task_that_is_not_kept_is_let_go(self) -> None:
        with pytest.raises(TaskNotOurs), running(str(uuid4())):
            pytest.fail("it ran")

    def test_whose_lease_ran_out_is_taken_over_and_can_write_nothing_more(self) -> None:
        task = make()

        def taken_over() -> None:
            with running(str(task.id)) as first:
                Task.objects.update(overdue_at=EARLIER)
                with running(str(task.id)) as second:
                    with pytest.raises(TaskNotOurs):
                        first.report(0.5)
                    with pytest.raises(TaskNotOurs):
                        first.raise_if_cancelled()
                    second.result = {"by": "second"}
                first.result = {"by": "first"}

        with pytest.raises(TaskNotOurs):
            taken_over()

        assert (again(task).result, again(task).attempts, again(task).lost) == ({"by": "second"}, 2, 1)

    def test_an_error_of_who_lost_the_lease_changes_nothing(self) -> None:
        task = make()

        def taken_over() -> None:
            with running(str(task.id)):
                Task.objects.update(overdue_at=EARLIER)
                claims.claim(task.id, NOW)
                raise ValueError

        with pytest.raises(TaskNotOurs):
            taken_over()

        assert (again(task).status, again(task).error) == ("processing", "")

    def test_the_lease_is_renewed_while_it_is_under_way(self) -> None:
        task = make()
        with running(str(task.id)):
            Task.objects.update(overdue_at=EARLIER)
            renewals.renew_all()
            with pytest.raises(TaskNotOurs):
                claims.claim(task.id, NOW)

    def test_a_report_renews_the_lease(self) -> None:
        task = make()
        with running(str(task.id)) as progress:
            Task.objects.update(overdue_at=EARLIER)
            progress.report(0.25)

            assert again(task).progress == 0.25
            assert Task.objects.filter(overdue_at__gt=Now()).exists()


def _renews(task_id: UUID, seconds: int) -> bool:
    """Whether the thread renews the lease within so long; asked of the row itself."""
    deadline = datetime.now(UTC) + timedelta(seconds=seconds)
    while datetime.now(UTC) < deadline:
        if Task.objects.filter(id=task_id, overdue_at__gt=Now()).exists():
            return True
    return False


@pytest.mark.django_db(transaction=True)
def test_a_thread_renews_the_lease_though_the_actor_says_nothing(settings: Settings) -> None:
    settings.TASK_LEASE_SECONDS = 3
    task = make()

    with running(str(task.id)):
        Task.objects.update(overdue_at=EARLIER)

        assert _renews(task.id, 30)


@pytest.mark.django_db
class TestAnError:
    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (WrongCredentials(), str(WrongCredentials())),
            (
                KeyError("ana@example.org"),
                "Something went wrong on our side (KeyError); it is logged under the task's id.",
            ),
            (OperationalError("host 10.0.0.1"), "A part of the service did not answer (OperationalError)."),
            (TimeLimitExceeded(), "It took longer than it may."),
        ],
    )
    def test_is_told_in_words_without_data_and_leaves_the_task_waiting(self, error: BaseException, words: str) -> None:
        task = make()
        with pytest.raises(type(error)), running(str(task.id)):
            raise error

        assert (again(task).status, again(task).error, again(task).finished_at) == ("pending", words, None)

    def test_stays_told_while_it_is_tried_again_and_is_gone_when_it_is_done(self) -> None:
        task = make(error="The vendor did not answer.")
        with running(str(task.id)):
            assert again(task).error == "The vendor did not answer."

        assert again(task).error == ""

    def test_fails_the_task_when_the_broker_gives_up(self, admin: Member) -> None:
        task = make(admin, error="No.")

        give_up(str(task.id))

        assert again(task).status == "failed"
        assert Notification.objects.get().kind == "task_failed"

    def test_fails_nothing_that_another_worker_has_taken_up(self) -> None:
        task = make()
        with running(str(task.id)):
            give_up(str(task.id))

            assert again(task).status == "processing"


@pytest.mark.django_db
class TestCancelled:
    def test_one_that_is_under_way_stops_at_its_next_step(self, admin: Member) -> None:
        task, steps = make(admin), []
        with running(str(task.id)) as progress:
            progress.raise_if_cancelled()
            steps.append(1)
            assert admin.api.post(f"/api/v1/tasks/{task.id}/cancel/").json()["status"] == "processing"
            progress.raise_if_cancelled()
            steps.append(2)

        assert (steps, again(task).status) == ([1], "cancelled")
        assert Notification.objects.get().kind == "task_cancelled"

    def test_one_that_waits_never_runs(self, admin: Member) -> None:
        task = make(admin)
        assert admin.api.post(f"/api/v1/tasks/{task.id}/cancel/").json()["status"] == "cancelled"

        with pytest.raises(TaskNotOurs), running(str(task.id)):
            pytest.fail("it ran")

    def test_one_that_fails_meanwhile_is_not_tried_again(self, admin: Member) -> None:
        task = make(admin)

        def failing() -> None:
            with running(str(task.id)):
                admin.api.post(f"/api/v1/tasks/{task.id}/cancel/")
                raise KeyError

        with pytest.raises(KeyError):
            failing()

        assert again(task).status == "cancelled"

    def test_one_whose_worker_is_gone_is_not_done_again(self) -> None:
        task = make(status="processing", overdue_at=EARLIER, cancel_requested_at=NOW)

        assert send_lost_tasks(NOW) == 0
        assert again(task).status == "cancelled"


@pytest.fixture
def broker(transactional_db: None) -> Iterator[dramatiq.Broker]:
    import_actors()
    broker = dramatiq.get_broker()
    broker.client.flushall()  # type: ignore[attr-defined]
    yield broker
    broker.flush_all()


def queued(broker: dramatiq.Broker) -> list[str]:
    """The task of each message in Redis."""
    client = broker.client  # type: ignore[attr-defined]
    return [json.loads(one)["kwargs"]["task_id"] for one in client.hvals("dramatiq:default.msgs")]


@pytest.fixture
def attempts(broker: dramatiq.Broker) -> list[str]:
    """What the actors below were called for."""
    return []


@pytest.fixture
def work_is_done(broker: dramatiq.Broker, attempts: list[str]) -> Iterator[Callable[[], None]]:
    """Run a worker until the queue is empty; ``failing`` fails each time, and is tried three times."""

    @dramatiq.actor(actor_name="succeeding", queue_name="default")
    def succeeding(task_id: str) -> None:
        with running(task_id):
            attempts.append(task_id)

    @dramatiq.actor(actor_name="failing", queue_name="default", max_retries=2, min_backoff=1, max_backoff=2)
    def failing(task_id: str) -> None:
        with running(task_id):
            attempts.append(Task.objects.get(id=task_id).error)
            raise WrongCredentials

    worker = Worker(broker, worker_timeout=50, worker_threads=2)
    worker.start()

    def join() -> None:
        broker.join("default.DQ", timeout=20_000)
        broker.join("default", timeout=20_000)
        worker.join()

    yield join
    worker.stop()
    for name in ("succeeding", "failing"):
        del broker.actors[name]


def start(actor: str, owner: Member | None = None) -> Task:
    return start_task(kind="k", actor=actor, queue="default", owner_id=owner.user.id if owner else None, arguments={})


class TestMessages:
    def test_it_waits_with_the_last_error_while_the_broker_retries_and_fails_in_the_end(
        self, work_is_done: Callable[[], None], attempts: list[str], admin: Member
    ) -> None:
        task = start("failing", admin)
        work_is_done()
        work_is_done()

        said = str(WrongCredentials())
        assert attempts == ["", said, said]
        assert (again(task).status, again(task).error, again(task).attempts) == ("failed", said, 3)
        assert [row.kind for row in Notification.objects.all()] == ["task_failed"]

    def test_two_messages_of_one_task_do_it_once(
        self, broker: dramatiq.Broker, work_is_done: Callable[[], None], attempts: list[str]
    ) -> None:
        task = start("succeeding")
        Task.objects.filter(status="pending").update(overdue_at=EARLIER)
        send_lost_tasks(NOW)
        work_is_done()

        assert attempts == [str(task.id)]

    def test_one_that_redis_lost_is_found_and_done(
        self, broker: dramatiq.Broker, attempts: list[str], request: pytest.FixtureRequest
    ) -> None:
        task = start("succeeding")
        assert queued(broker) == [str(task.id)]
        broker.client.flushall()  # type: ignore[attr-defined]
        assert send_lost_tasks(NOW) == 0, "it is not overdue yet"
        Task.objects.update(overdue_at=EARLIER)

        assert send_lost_tasks(NOW) == 1
        request.getfixturevalue("work_is_done")()

        assert attempts == [str(task.id)]
        assert again(task).status == "done"

    def test_one_whose_worker_is_gone_is_sent_again_and_says_so(self, broker: dramatiq.Broker) -> None:
        task = make(status="processing", overdue_at=EARLIER, attempts=1)

        assert send_lost_tasks(NOW) == 1

        assert (again(task).status, again(task).error, again(task).lost) == ("pending", WORKER_GONE, 1)
        assert queued(broker) == [str(task.id)]

    def test_one_that_ends_every_worker_fails(self, broker: dramatiq.Broker, admin: Member) -> None:
        task = make(admin, status="processing", overdue_at=EARLIER, lost=claims.LOST_LIMIT)

        with pytest.raises(TaskNotOurs):
            claims.claim(task.id, NOW)
        assert send_lost_tasks(NOW) == 0

        assert (again(task).status, again(task).error) == ("failed", WORKERS_GONE)

    def test_one_that_only_waits_long_is_sent_again_ever_more_seldom(
        self, broker: dramatiq.Broker, settings: Settings
    ) -> None:
        settings.TASK_LOST_AFTER_SECONDS = 100
        task = start("health_ping")
        waits = []
        for _ in range(3):
            Task.objects.update(overdue_at=EARLIER)
            assert send_lost_tasks(NOW) == 1
            waits.append((again(task).overdue_at - datetime.now(UTC)).total_seconds())

        assert [round(seconds, -1) for seconds in waits] == [200, 400, 800]

    def test_a_task_under_way_is_not_sent(self, broker: dramatiq.Broker) -> None:
        task = make()
        with running(str(task.id)):
            assert send_lost_tasks(NOW) == 0


@pytest.mark.django_db
class TestForgotten:
    def test_what_ended_long_ago_is(self, settings: Settings) -> None:
        settings.TASKS_KEPT_DAYS = 30
        old, recent = NOW - timedelta(days=31), NOW - timedelta(days=29)
        make(status="done", finished_at=old)
        kept = [make(status="failed", finished_at=recent), make(created_at=old), make(status="processing")]

        assert forget_old_tasks(NOW) == 1

        assert set(Task.objects.values_list("id", flat=True)) == {task.id for task in kept}


@pytest.mark.django_db
def test_the_progress_of_nothing_is_no_task(clinic: Clinic) -> None:
    with running(None) as progress:
        progress.report(0.5)
        progress.raise_if_cancelled()

    assert not Task.objects.exists()


def test_the_errors_say_what_the_task_is() -> None:
    assert "done" in str(TaskCannotBeRetried("done"))
    assert "failed" in str(TaskCannotBeCancelled("failed"))
    assert str(TaskCancelled())

"""What is given up becomes a letter, with why, whatever ends whom in between; and the command of operators."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import dramatiq
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from dramatiq.worker import Worker

from accounts.models import Clinic
from accounts.roles import Role
from glucose.models import SourceAccount
from project.actors import import_actors
from tests.conftest import Member
from work import dead_letters, last_words
from work.attempts import BEGUN, MOST_BEGINNINGS
from work.models import DeadLetter, Task
from work.queues import BULK, DEFAULT, QUEUES
from work.schedules import REGISTER, scheduled
from work.services import running, send

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
import_actors()
NO_MORE: dict[str, Any] = {"max_retries": 0, "time_limit": 60_000, "max_age": 3_600_000}


class WordsOfOurs(Exception):
    """As the services raise them."""


WordsOfOurs.__module__ = "glucose.errors"


@dramatiq.actor(queue_name=BULK, **NO_MORE)
def fail_in_words(account_id: str = "", task_id: str | None = None) -> None:
    """Fail with a reason for people."""
    with running(task_id):
        raise WordsOfOurs("The vendor moved this account to an unknown region.")


@dramatiq.actor(queue_name=BULK, **NO_MORE)
def fail_with_a_value(account_id: str = "") -> None:
    """Fail with what only the log of a developer should see."""
    dead_letters._id({"name": "Zenobia Quartzo"}, "name")
    raise ValueError("Zenobia Quartzo")


@dramatiq.actor(queue_name=BULK, max_retries=2, min_backoff=1, max_backoff=2, time_limit=60_000)
def fail_three_times() -> None:
    """Fail, and again."""
    raise WordsOfOurs("Again.")


@dramatiq.actor(queue_name=BULK, throws=WordsOfOurs, **NO_MORE)
def refuse() -> None:
    """An answer that is known."""
    raise WordsOfOurs("The password is wrong.")


@pytest.fixture
def broker(transactional_db: None) -> Iterator[Any]:
    broker: Any = dramatiq.get_broker()
    broker.flush_all()
    broker.client.delete(last_words.KEY)
    yield broker
    broker.flush_all()


@pytest.fixture
def work_is_done(broker: Any) -> Iterator[Callable[[], None]]:
    """Run a worker until its queues are empty."""
    worker = Worker(broker, worker_timeout=50, worker_threads=1)
    worker.start()

    def join() -> None:
        for queue in QUEUES:
            broker.join(queue, timeout=30_000)
        worker.join()

    yield join
    worker.stop()


@pytest.fixture
def periodic() -> Iterator[dramatiq.Actor[Any, Any]]:
    """An actor of a schedule, that fails."""

    @scheduled(every=timedelta(minutes=1))
    @dramatiq.actor(queue_name=BULK, **NO_MORE)
    def fail_each_minute() -> None:
        raise WordsOfOurs("The disk is full.")

    yield fail_each_minute
    del REGISTER["fail_each_minute"]
    del dramatiq.get_broker().actors["fail_each_minute"]


def collected() -> list[DeadLetter]:
    dead_letters.collect(NOW)
    return list(DeadLetter.objects.order_by("id"))


class TestCollecting:
    def test_keeps_what_was_to_be_done_why_it_was_not_and_whose_it_is(
        self, broker: Any, work_is_done: Callable[[], None], clinic: Clinic
    ) -> None:
        account = SourceAccount.objects.create(clinic=clinic, email="a@example.org", password="pw")
        task = Task.objects.create(kind="k", actor="fail_in_words", queue=BULK)
        send("fail_in_words", queue=BULK, account_id=str(account.id), task_id=str(task.id))
        work_is_done()

        (letter,) = collected()

        assert (letter.actor, letter.queue, letter.attempts) == ("fail_in_words", BULK, 1)
        assert letter.arguments == {"account_id": str(account.id), "task_id": str(task.id)}
        assert letter.reason == "The vendor moved this account to an unknown region."
        assert (letter.clinic_id, letter.task_id) == (clinic.id, task.id)
        assert timedelta(0) <= datetime.now(UTC) - letter.died_at < timedelta(minutes=1)
        assert broker.client.hlen("dramatiq:bulk.XQ.msgs") == broker.client.zcard("dramatiq:bulk.XQ") == 0
        assert broker.client.hlen(last_words.KEY) == 0

    def test_knows_the_clinic_of_a_user_and_of_who_asked(self, broker: Any, clinic: Clinic, admin: Member) -> None:
        task = Task.objects.create(kind="k", actor="a", queue=BULK, owner=admin.user)

        of_user = dead_letters._clinic_of({"user_id": str(admin.user.id)})
        of_task = dead_letters._clinic_of({"task_id": str(task.id)})

        assert (of_user, of_task) == (clinic.id, clinic.id)
        assert dead_letters._clinic_of({"user_id": "x", "account_id": str(uuid4())}) is None

    def test_counts_every_attempt(self, broker: Any, work_is_done: Callable[[], None]) -> None:
        send("fail_three_times", queue=BULK)
        work_is_done()

        (letter,) = collected()

        assert (letter.attempts, letter.reason) == (3, "Again.")

    def test_tells_no_value_of_an_error_that_is_not_ours_and_puts_none_into_redis(
        self, broker: Any, work_is_done: Callable[[], None]
    ) -> None:
        send("fail_with_a_value", queue=BULK)
        work_is_done()
        content = [broker.client.hgetall(key) for key in ("dramatiq:bulk.XQ.msgs", last_words.KEY)]

        (letter,) = collected()

        assert letter.reason == "ValueError"
        assert b"Zenobia" not in b"".join(value for hash_ in content for value in hash_.values())

    def test_leaves_no_traceback_in_a_message_that_is_tried_again(self, broker: Any) -> None:
        message: Any = dramatiq.Message("bulk", "fail_three_times", (), {}, {"traceback": "Zenobia", "retries": 1})

        broker.enqueue(message, delay=60_000)

        (waiting,) = broker.client.hvals("dramatiq:bulk.DQ.msgs")
        assert b"Zenobia" not in waiting
        assert dramatiq.Message.decode(waiting).options["retries"] == 1

    def test_makes_no_letter_of_an_answer_that_the_actor_declares(
        self, broker: Any, work_is_done: Callable[[], None]
    ) -> None:
        send("refuse", queue=BULK)
        work_is_done()

        assert collected() == []

    def test_makes_one_of_what_waited_too_long_and_of_what_nobody_can_do(
        self, broker: Any, work_is_done: Callable[[], None]
    ) -> None:
        long_ago = int((datetime.now(UTC) - timedelta(hours=2)).timestamp() * 1000)
        broker.enqueue(dramatiq.Message(BULK, "fail_in_words", (), {}, {}, message_timestamp=long_ago))
        send("no_such_actor", queue=BULK)
        work_is_done()

        assert {(letter.actor, letter.reason) for letter in collected()} == {
            ("fail_in_words", "It waited longer than it is worth doing."),
            ("no_such_actor", "There is no actor no_such_actor."),
        }

    def test_makes_none_of_a_tasks_message_that_is_old_for_the_task_is_sent_again(
        self, broker: Any, work_is_done: Callable[[], None]
    ) -> None:
        task = Task.objects.create(kind="k", actor="fail_in_words", queue=BULK)
        long_ago = int((datetime.now(UTC) - timedelta(hours=2)).timestamp() * 1000)
        named = {"task_id": str(task.id)}
        broker.enqueue(dramatiq.Message(BULK, "fail_in_words", (), named, {}, message_timestamp=long_ago))
        work_is_done()

        task.refresh_from_db()
        assert (task.status, collected()) == ("pending", [])

    def test_says_in_the_task_why_nobody_begins_it_any_more(
        self, broker: Any, work_is_done: Callable[[], None]
    ) -> None:
        task = Task.objects.create(kind="k", actor="fail_in_words", queue=BULK)
        message = broker.enqueue(dramatiq.Message(BULK, "fail_in_words", (), {"task_id": str(task.id)}, {}))
        broker.client.set(BEGUN.format(message.options["redis_message_id"]), MOST_BEGINNINGS)
        work_is_done()

        task.refresh_from_db()
        assert task.status == "failed"
        assert task.error == f"Its process ended {MOST_BEGINNINGS} times while this ran."

    def test_keeps_of_a_schedule_the_newest_failure_and_none_that_was_only_late(
        self, broker: Any, work_is_done: Callable[[], None], periodic: dramatiq.Actor[Any, Any]
    ) -> None:
        long_ago = int((datetime.now(UTC) - timedelta(hours=2)).timestamp() * 1000)
        broker.enqueue(dramatiq.Message(BULK, periodic.actor_name, (), {}, {}, message_timestamp=long_ago))
        work_is_done()
        assert collected() == []

        for _ in range(3):
            periodic.send()
            work_is_done()
            collected()

        (letter,) = DeadLetter.objects.all()
        assert letter.reason == "The disk is full."

    def test_twice_makes_one_letter(self, broker: Any, work_is_done: Callable[[], None]) -> None:
        send("fail_in_words", queue=BULK)
        work_is_done()
        dead = broker.client.zrange("dramatiq:bulk.XQ", 0, -1, withscores=True)
        content = broker.client.hgetall("dramatiq:bulk.XQ.msgs")
        collected()
        # The collector was killed after its commit and before it took them out of Redis.
        broker.client.zadd("dramatiq:bulk.XQ", dict(dead))
        broker.client.hset("dramatiq:bulk.XQ.msgs", mapping=content)

        assert len(collected()) == 1
        assert broker.client.zcard("dramatiq:bulk.XQ") == 0

    def test_takes_nothing_out_of_redis_while_the_database_refuses(
        self, broker: Any, work_is_done: Callable[[], None]
    ) -> None:
        send("fail_in_words", queue=BULK)
        work_is_done()

        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE work_deadletter RENAME TO away")
        try:
            with pytest.raises(Exception, match="work_deadletter"):
                dead_letters.collect(NOW)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE away RENAME TO work_deadletter")

        assert [letter.reason for letter in collected()] == ["The vendor moved this account to an unknown region."]

    def test_makes_a_letter_of_what_nobody_can_read(self, broker: Any) -> None:
        broker.client.zadd("dramatiq:default.XQ", {"one": 1})
        broker.client.hset("dramatiq:default.XQ.msgs", "one", b"\xff{")

        (letter,) = collected()

        assert (letter.queue, letter.message_id, letter.reason) == (
            DEFAULT,
            "one",
            "This is no message that can be read.",
        )

    def test_asks_the_database_nothing_where_nothing_died(self, broker: Any) -> None:
        with CaptureQueriesContext(connection) as asked:
            dead_letters.collect(NOW)

        assert len(asked) == 0


class TestRequeue:
    def test_brings_arguments_without_a_name_back_to_their_places(self, broker: Any) -> None:
        broker.client.zadd("dramatiq:default.XQ", {"one": 1})
        message: Any = dramatiq.Message(DEFAULT, "sync_account", ("1",), {"more": None}, {})
        broker.client.hset("dramatiq:default.XQ.msgs", "one", message.encode())
        (letter,) = collected()

        dead_letters.requeue(dead_letters.letters(), letter.id, by=None, now=NOW)

        (sent,) = broker.client.hvals("dramatiq:default.msgs")
        again = dramatiq.Message.decode(sent)
        assert (list(again.args), again.kwargs) == (["1"], {"more": None})

    def test_does_what_a_task_that_has_failed_asked_for(self, broker: Any, work_is_done: Callable[[], None]) -> None:
        task = Task.objects.create(kind="k", actor="fail_in_words", queue=BULK)
        send("fail_in_words", queue=BULK, task_id=str(task.id))
        work_is_done()
        (first,) = collected()
        task.refresh_from_db()
        assert (task.status, first.task_id) == ("failed", task.id)

        dead_letters.requeue(dead_letters.letters(), first.id, by=None, now=NOW)
        work_is_done()

        assert [letter.task_id for letter in collected()] == [task.id, task.id]

    def test_a_letter_that_dies_again_is_another(self, broker: Any, work_is_done: Callable[[], None]) -> None:
        send("fail_in_words", queue=BULK)
        work_is_done()
        (first,) = collected()

        dead_letters.requeue(dead_letters.letters(), first.id, by=None, now=NOW)
        work_is_done()

        assert [letter.requeued_at for letter in collected()] == [NOW, None]


def test_old_letters_are_forgotten(db: None) -> None:
    def make(age: timedelta, requeued: timedelta | None = None) -> DeadLetter:
        return DeadLetter.objects.create(
            message_id=str(uuid4()),
            actor="a",
            queue=BULK,
            died_at=NOW - age,
            requeued_at=NOW - requeued if requeued else None,
        )

    kept = {make(timedelta(days=179)).id, make(timedelta(days=60), timedelta(days=29)).id}
    make(timedelta(days=181))
    make(timedelta(days=60), timedelta(days=31))

    assert dead_letters.forget_old_letters(NOW) == 2
    assert set(DeadLetter.objects.values_list("id", flat=True)) == kept


class TestCommand:
    @pytest.fixture
    def letter(self, db: None) -> DeadLetter:
        return DeadLetter.objects.create(
            message_id=str(uuid4()), actor="sync_account", queue=DEFAULT, died_at=NOW, reason="Too long.", attempts=4
        )

    def run(self, *words: str) -> str:
        out = StringIO()
        call_command("dead_letters", *words, stdout=out)
        return out.getvalue()

    def test_lists_one_a_line(self, letter: DeadLetter) -> None:
        (line,) = self.run("list").splitlines()

        assert line.split("\t") == [
            str(letter.id), "2026-03-01 12:00:00", DEFAULT, "sync_account", "{}", "4 attempts", "Too long.",
        ]  # fmt: skip

    def test_requeues_and_lists_it_no_more(self, letter: DeadLetter, broker: Any) -> None:
        assert self.run("requeue", str(letter.id)) == f"{letter.id}: sent again\n"
        assert broker.client.llen("dramatiq:default") == 1
        assert self.run("list") == ""
        assert "sent again" in self.run("list", "--all")

    def test_discards_what_is_confirmed(self, letter: DeadLetter) -> None:
        assert self.run("discard", "--yes", str(letter.id)) == f"{letter.id}: discarded\n"
        assert not DeadLetter.objects.exists()

    @pytest.mark.parametrize("answer", ["", "n", "yes please", None])
    def test_discards_nothing_otherwise(
        self, letter: DeadLetter, answer: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", StringIO("" if answer is None else answer + "\n"))

        with pytest.raises(CommandError, match="nothing was discarded") as caught:
            self.run("discard", str(letter.id))

        assert caught.value.returncode == 2
        assert DeadLetter.objects.exists()

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("requeue", "x"), "x: not an id"),
            (("requeue", "01952f00-0000-7000-8000-000000000000"), "no such dead letter"),
            (("discard", "--yes", "01952f00-0000-7000-8000-000000000000"), "no such dead letter"),
        ],
    )
    def test_says_in_one_line_what_is_wrong(self, db: None, words: tuple[str, ...], said: str) -> None:
        with pytest.raises(CommandError, match=said) as caught:
            self.run(*words)

        assert caught.value.returncode == 2
        assert len(str(caught.value).splitlines()) == 1

    def test_does_not_send_one_twice(self, letter: DeadLetter, broker: Any) -> None:
        self.run("requeue", str(letter.id))

        with pytest.raises(CommandError, match="sent again already"):
            self.run("requeue", str(letter.id))


@pytest.mark.parametrize("role", list(Role))
def test_a_letter_of_a_users_mail_is_their_clinics(
    broker: Any, clinic: Clinic, member: Callable[..., Member], role: Role
) -> None:
    user = member(clinic, role).user

    assert dead_letters._clinic_of({"user_id": str(user.id), "notice": "password"}) == clinic.id

"""The outbox: what is put with a commit is delivered at least once, in order per lane, or given up in words."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import dramatiq
import pytest
from django.db import connection, transaction

from work import delivery, outbox
from work.delivery import GIVE_UP_AFTER, LONGEST_PAUSE, claim_next, deliver_due
from work.errors import EntryNotGivenUp, NotDelivered, Undeliverable
from work.models import OutboxEntry
from work.outbox import DELIVERERS, Entry
from work.queues import CRITICAL

State = OutboxEntry.State
KIND = "noted"
LASTING = timedelta(seconds=20)
SECOND = timedelta(seconds=1)


class Receiver:
    """What the deliverer of this test does: notes keys, or fails as it is told."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.failing: dict[str, Exception] = {}

    def deliver(self, entry: Entry) -> None:
        self.keys.append(entry.key)
        if error := self.failing.get(entry.key):
            raise error


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    outbox.delivers(KIND, attempts=4)(receiver.deliver)
    yield receiver
    del DELIVERERS[KIND]


@pytest.fixture
def clock(db: None) -> Clock:
    return Clock(datetime.now(UTC) + SECOND)


@pytest.fixture
def put(db: None) -> Callable[..., OutboxEntry]:
    def put(key: str, lane: str = "lane") -> OutboxEntry:
        with transaction.atomic():
            outbox.put(KIND, key=key, payload={"id": key}, lane=lane)
        return OutboxEntry.objects.get(key=key)

    return put


Put = Callable[..., OutboxEntry]


class TestPutting:
    def test_needs_a_transaction(self, transactional_db: None) -> None:
        with pytest.raises(transaction.TransactionManagementError):
            outbox.put(KIND, key="a", payload={}, lane="lane")

    def test_is_undone_with_the_transaction(self, db: None) -> None:
        with transaction.atomic():
            outbox.put(KIND, key="a", payload={}, lane="lane")
            transaction.set_rollback(True)

        assert not OutboxEntry.objects.exists()

    def test_the_same_key_again_adds_nothing(self, put: Put, receiver: Receiver, clock: Clock) -> None:
        put("a")
        put("a", "another lane")

        deliver_due(clock, lasting=LASTING)

        assert receiver.keys == ["a"]

    def test_a_delivered_key_again_adds_nothing(self, put: Put, receiver: Receiver, clock: Clock) -> None:
        put("a")
        deliver_due(clock, lasting=LASTING)
        put("a")

        assert deliver_due(clock, lasting=LASTING) == 0

    @pytest.mark.parametrize("key", ["", "a b", "a.b", "é", "a\n", "x" * 201])
    def test_a_key_that_no_header_takes_is_refused(self, db: None, key: str) -> None:
        with pytest.raises(ValueError, match="no key"):
            outbox.put(KIND, key=key, payload={}, lane="lane")

    @pytest.mark.django_db(transaction=True)
    def test_sends_one_hint_after_the_commit(self) -> None:
        broker = dramatiq.get_broker()
        # By its name: a queue whose actors nobody has imported is none of all.
        broker.flush(CRITICAL)
        waiting = broker.client.llen  # type: ignore[attr-defined]

        with transaction.atomic():
            outbox.put(KIND, key="a", payload={}, lane="lane")
            outbox.put(KIND, key="b", payload={}, lane="lane")
            assert waiting("dramatiq:critical") == 0

        assert waiting("dramatiq:critical") == 1
        broker.flush(CRITICAL)


class TestPuttingMany:
    def test_keeps_their_order_and_adds_each_key_once(self, put: Put) -> None:
        put("b", "first")
        entries = [outbox.Put(KIND, key, {"id": key}, lane) for key, lane in zip("cbaa", "2112", strict=True)]
        with transaction.atomic():
            outbox.put_many(entries)
            outbox.put_many([])

        assert list(OutboxEntry.objects.order_by("id").values_list("key", "lane")) == [
            ("b", "first"), ("c", "2"), ("a", "1"),
        ]  # fmt: skip

    def test_puts_nothing_where_one_has_no_key(self, db: None) -> None:
        with pytest.raises(ValueError, match="no key"):
            outbox.put_many([outbox.Put(KIND, key, {}, "lane") for key in ("a", "a b")])

        assert not OutboxEntry.objects.exists()


class TestALane:
    def test_is_delivered_in_order(self, put: Put, receiver: Receiver, clock: Clock) -> None:
        for key in "abc":
            put(key)

        assert deliver_due(clock, lasting=LASTING) == 3

        assert receiver.keys == ["a", "b", "c"]
        assert set(OutboxEntry.objects.values_list("state", "claimed_until")) == {(State.DELIVERED, None)}

    def test_that_fails_waits_for_its_first_and_holds_up_no_other(
        self, put: Put, receiver: Receiver, clock: Clock
    ) -> None:
        put("a1", "a")
        put("b1", "b")
        put("a2", "a")
        receiver.failing["a1"] = OSError("somebody@example.org")

        deliver_due(clock, lasting=LASTING)

        assert receiver.keys == ["a1", "b1"]
        failed = OutboxEntry.objects.get(key="a1")
        assert (failed.state, failed.attempts, failed.error) == (State.WAITING, 1, "It ended with OSError.")
        receiver.failing.clear()
        clock.now = failed.next_attempt_at
        deliver_due(clock, lasting=LASTING)
        assert receiver.keys == ["a1", "b1", "a1", "a2"]

    def test_goes_on_after_what_was_given_up(self, put: Put, receiver: Receiver, clock: Clock) -> None:
        put("a")
        put("b")
        receiver.failing["a"] = Undeliverable("There is no such address.")

        deliver_due(clock, lasting=LASTING)

        assert receiver.keys == ["a", "b"]
        given_up = OutboxEntry.objects.get(key="a")
        assert (given_up.state, given_up.error) == (State.GIVEN_UP, "There is no such address.")

    def test_has_one_at_a_time_under_way(self, put: Put, receiver: Receiver, clock: Clock) -> None:
        put("a")
        put("b")

        first, second = claim_next(clock()), claim_next(clock())

        assert first is not None
        assert (first.entry.key, second) == ("a", None)


class TestAClaim:
    def test_that_ran_out_is_taken_by_another_and_settles_nothing(
        self, put: Put, receiver: Receiver, clock: Clock
    ) -> None:
        entry = put("a")
        slow = claim_next(clock())
        clock.now += delivery.CLAIM
        other = claim_next(clock())
        assert slow is not None
        assert other is not None

        assert not delivery.attempt(slow, clock)

        entry.refresh_from_db()
        assert (entry.state, entry.attempts, entry.token) == (State.WAITING, 2, 2)
        assert delivery.attempt(other, clock)

    def test_that_a_clock_a_day_ahead_made_holds_up_nobody(self, put: Put, receiver: Receiver, clock: Clock) -> None:
        put("a")
        assert claim_next(clock() + timedelta(days=1)) is not None

        assert claim_next(clock()) is not None

    def test_holds_no_transaction_while_it_is_delivered(self, transactional_db: None, clock: Clock) -> None:
        seen = []
        outbox.delivers(KIND)(lambda entry: seen.append(connection.in_atomic_block))
        with transaction.atomic():
            outbox.put(KIND, key="a", payload={}, lane="lane")

        deliver_due(clock, lasting=LASTING)

        del DELIVERERS[KIND]
        assert seen == [False]


class TestFailing:
    def test_is_repeated_ever_later_and_given_up_in_words(self, put: Put, receiver: Receiver, clock: Clock) -> None:
        entry = put("a")
        receiver.failing["a"] = NotDelivered("It answered 500.")
        pauses = []
        for _ in range(3):
            deliver_due(clock, lasting=LASTING)
            entry.refresh_from_db()
            pauses.append((entry.next_attempt_at - clock()) / SECOND)
            clock.now = entry.next_attempt_at
        deliver_due(clock, lasting=LASTING)

        entry.refresh_from_db()
        assert 2.5 <= pauses[0] <= 5 <= pauses[1] <= 10 <= pauses[2] <= 20
        assert (entry.state, entry.attempts) == (State.GIVEN_UP, 4)
        assert entry.error == "It answered 500. It was given up after 4 attempts."

    def test_never_pauses_longer_than_an_hour(self) -> None:
        assert LONGEST_PAUSE / 2 <= delivery.pause(1_000) <= LONGEST_PAUSE

    def test_pauses_of_several_are_not_the_same(self) -> None:
        assert len({delivery.pause(5) for _ in range(20)}) > 10

    def test_waits_for_as_long_as_the_receiver_asks(self, put: Put, receiver: Receiver, clock: Clock) -> None:
        entry = put("a")
        receiver.failing["a"] = NotDelivered("It asks to wait.", not_before=clock() + timedelta(minutes=7))

        deliver_due(clock, lasting=LASTING)

        entry.refresh_from_db()
        assert entry.next_attempt_at == clock() + timedelta(minutes=7)

    def test_without_an_attempt_does_not_count(self, put: Put, receiver: Receiver, clock: Clock) -> None:
        entry = put("a")
        later = clock() + timedelta(minutes=1)
        receiver.failing["a"] = NotDelivered("The endpoint is paused.", not_before=later, counts=False)

        deliver_due(clock, lasting=LASTING)

        entry.refresh_from_db()
        assert (entry.attempts, entry.next_attempt_at) == (0, later)

    def test_for_a_day_is_enough_however_few_attempts_were_made(
        self, put: Put, receiver: Receiver, clock: Clock
    ) -> None:
        entry = put("a")
        receiver.failing["a"] = NotDelivered("The endpoint is paused.", counts=False)
        clock.now = entry.waiting_since + GIVE_UP_AFTER

        deliver_due(clock, lasting=LASTING)

        entry.refresh_from_db()
        assert entry.state == State.GIVEN_UP

    def test_of_a_kind_that_nobody_delivers_waits_for_a_newer_worker(self, put: Put, clock: Clock) -> None:
        entry = put("a")

        deliver_due(clock, lasting=LASTING)

        entry.refresh_from_db()
        assert (entry.state, entry.error) == (State.WAITING, "No worker knows how to deliver this.")


class TestSendingAgain:
    def test_makes_it_wait_as_if_it_were_new(self, put: Put, receiver: Receiver, clock: Clock) -> None:
        entry = put("a")
        receiver.failing["a"] = Undeliverable("No.")
        deliver_due(clock, lasting=LASTING)
        receiver.failing.clear()

        delivery.send_again(entry.id, clock())
        deliver_due(clock, lasting=LASTING)

        entry.refresh_from_db()
        assert (entry.state, entry.attempts, entry.error) == (State.DELIVERED, 1, "")

    def test_is_for_what_was_given_up_alone(self, put: Put, clock: Clock) -> None:
        with pytest.raises(EntryNotGivenUp):
            delivery.send_again(put("a").id, clock())


class TestPruning:
    def test_forgets_what_was_delivered_long_ago_and_keeps_the_rest(
        self, put: Put, receiver: Receiver, clock: Clock
    ) -> None:
        for key in "abc":
            put(key, key)
        receiver.failing = {"b": Undeliverable("No."), "c": NotDelivered("Later.")}
        deliver_due(clock, lasting=LASTING)

        def kept() -> list[str]:
            return sorted(OutboxEntry.objects.values_list("key", flat=True))

        assert delivery.prune(clock() + delivery.KEEP_DELIVERED) == 0
        assert delivery.prune(clock() + delivery.KEEP_DELIVERED + SECOND) == 1
        assert kept() == ["b", "c"]
        assert delivery.prune(clock() + delivery.KEEP_GIVEN_UP + SECOND) == 1
        assert kept() == ["c"]

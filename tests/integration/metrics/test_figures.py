"""What database and Redis tell the exporter, and what the role of the monitoring cannot ask for."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import dramatiq
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Clinic
from glucose.models import SourceAccount, VendorPatient
from patients.models import Patient
from project.actors import import_actors
from project.metrics.figures import TOLD, DatabaseFigures
from project.metrics.machine import MachineFigures
from project.metrics.queues import RedisFigures
from project.metrics.schedules import ScheduleFigures
from work import heartbeat
from work.models import DeadLetter, Lease, OutboxEntry, ScheduledRun, Task
from work.queues import QUEUES

PEOPLE: Final = ("patients_patient", "work_task", "work_deadletter", "work_lease", "accounts_user", "reading")


def told(figures: Any) -> dict[tuple[str, ...], float]:
    """Each number by its name and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in figures.collect()
        for sample in family.samples
    }


@pytest.fixture
def account(clinic: Clinic) -> SourceAccount:
    return SourceAccount.objects.create(clinic=clinic, email="follower@example.org", password="x")


@pytest.mark.django_db
class TestDatabase:
    def test_it_tells_every_figure_by_a_name_that_is_known(self) -> None:
        with connection.cursor() as cursor:
            for function, known in TOLD.items():
                cursor.execute(f"SELECT DISTINCT figure FROM secured.{function}()")  # noqa: S608 -- names of ours
                assert {name for (name,) in cursor.fetchall()} <= set(known)

    def test_the_lag_of_a_clinic_is_the_age_of_the_newest_reading_of_any_linked_person(
        self, clinic: Clinic, account: SourceAccount, make_patient: Callable[..., Patient]
    ) -> None:
        for minutes in (7, 500):
            newest = timezone.now() - timedelta(minutes=minutes)
            VendorPatient.objects.create(
                account=account, vendor_id=str(uuid4()), patient=make_patient(clinic), state="linked", newest_at=newest
            )
        nobody = timezone.now() - timedelta(minutes=1)
        VendorPatient.objects.create(account=account, vendor_id="unlinked", newest_at=nobody)

        found = told(DatabaseFigures())

        assert found["saude_sync_lag_seconds", str(clinic.id)] == pytest.approx(420, abs=30)
        assert found["saude_linked_people", "librelinkup", "15m"] == 1
        assert found["saude_linked_people", "librelinkup", "1d"] == 1
        assert found["saude_accounts", "librelinkup", "active"] == 1

    def test_it_tells_what_waits_and_what_was_given_up(self, clinic: Clinic, account: SourceAccount) -> None:
        Task.objects.create(kind="sync", actor="sync_account", queue="default")
        DeadLetter.objects.create(
            message_id="a", actor="sync_account", queue="bulk", reason="x", died_at=timezone.now()
        )
        since = timezone.now() - timedelta(minutes=5)
        OutboxEntry.objects.create(kind="notice_mail", key="k", lane="l", waiting_since=since)
        Lease.objects.create(name="scheduler", holder="host:1", expires_at=datetime(2030, 1, 1, tzinfo=UTC))
        done = datetime(2026, 1, 1, 0, 1, tzinfo=UTC)
        ScheduledRun.objects.create(
            schedule="sync_readings",
            period=done,
            started_at=done,
            finished_at=done + timedelta(seconds=3),
            outcome="done",
        )

        found = told(DatabaseFigures())

        assert found["saude_database_up",] == 1
        assert found["saude_tasks", "default", "pending"] == 1
        assert found["saude_dead_letters", "bulk"] == 1
        assert found["saude_outbox_entries", "notice_mail", "waiting"] == 1
        assert found["saude_outbox_oldest_seconds", "notice_mail"] == pytest.approx(300, abs=30)
        assert (
            found["saude_scheduler_lease_timestamp_seconds", "host:1"] == datetime(2030, 1, 1, tzinfo=UTC).timestamp()
        )
        assert found["saude_schedule_done_timestamp_seconds", "sync_readings"] == done.timestamp() + 3
        assert found["saude_schedule_seconds", "sync_readings"] == 3

    @pytest.mark.parametrize("table", PEOPLE)
    def test_the_role_of_the_monitoring_reads_no_table(self, table: str) -> None:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), as_monitoring() as cursor:
            cursor.execute(f"SELECT * FROM public.{table}")  # noqa: S608 -- names of ours

    @pytest.mark.parametrize("call", ["secured.actor()", "secured.member()"])
    def test_the_role_of_the_monitoring_calls_nothing_else(self, call: str) -> None:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), as_monitoring() as cursor:
            cursor.execute(f"SELECT * FROM {call}")  # noqa: S608 -- names of ours

    @pytest.mark.parametrize("function", sorted(TOLD))
    def test_the_role_of_the_monitoring_is_given_the_figures(self, function: str) -> None:
        with transaction.atomic(), as_monitoring() as cursor:
            cursor.execute(f"SELECT count(*) FROM secured.{function}()")  # noqa: S608 -- names of ours
            cursor.execute("RESET ROLE")

    @pytest.mark.parametrize("function", sorted(TOLD))
    def test_nobody_else_is(self, function: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE 'saude\\_%%'"
                " AND has_function_privilege(oid, %s, 'EXECUTE')",
                [f"secured.{function}()"],
            )
            assert {name for (name,) in cursor.fetchall()} - {"saude_owner"} == {"saude_monitoring"}


def as_monitoring() -> Any:
    """A cursor of a transaction that is the monitoring's."""
    cursor = connection.cursor()
    cursor.execute("SET LOCAL ROLE saude_monitoring")
    return cursor


@pytest.fixture
def broker() -> Iterator[Any]:
    broker: Any = dramatiq.get_broker()
    broker.flush_all()
    yield broker
    broker.flush_all()


class TestRedis:
    def test_it_tells_what_waits_in_each_queue_and_for_how_long(self, broker: Any) -> None:
        broker.declare_queue("default")
        minute_ago = int(timezone.now().timestamp() * 1000) - 60_000
        broker.enqueue(dramatiq.Message("default", "sync_account", (), {}, {}, "old", minute_ago))
        broker.enqueue(dramatiq.Message("default", "sync_account", (), {}, {}))
        broker.enqueue(dramatiq.Message("default", "sync_account", (), {}, {}), delay=60_000)

        found = told(RedisFigures())

        assert found["saude_redis_up",] == 1
        assert found["saude_queue_messages", "default", "waiting"] == 2
        assert found["saude_queue_messages", "default", "delayed"] == 1
        assert found["saude_queue_oldest_seconds", "default"] == pytest.approx(60, abs=20)
        assert found["saude_queue_oldest_seconds", "bulk"] == 0

    def test_a_message_that_was_tried_before_is_as_old_as_it_is_due(self, broker: Any) -> None:
        broker.declare_queue("default")
        now = int(timezone.now().timestamp() * 1000)
        broker.enqueue(dramatiq.Message("default", "sync_account", (), {}, {"eta": now - 1_000}, "a", now - 600_000))

        assert told(RedisFigures())["saude_queue_oldest_seconds", "default"] < 30

    def test_it_tells_when_a_worker_was_seen(self) -> None:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        heartbeat.beat(QUEUES, now)

        assert told(RedisFigures())["saude_queue_worker_seen_timestamp_seconds", "bulk"] == now.timestamp()

    def test_it_tells_which_hosts_are_left_alone(self) -> None:
        soon = int((timezone.now() + timedelta(minutes=1)).timestamp() * 1000)
        with heartbeat.connect() as client:
            client.hset("saude:circuit:api.example:443", mapping={"until": soon, "times": 1})
            client.hset("saude:circuit:other.example", mapping={"until": 5, "times": 1})
            client.zadd("saude:circuit:api.example:443:failing", {"account": 1})

        found = told(RedisFigures())

        assert {key[1]: value for key, value in found.items() if key[0] == "saude_circuit_open"} == {
            "api.example:443": 1,
            "other.example": 0,
        }

    def test_a_redis_that_is_away_is_a_figure(self, settings: Settings) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"

        assert told(RedisFigures()) == {("saude_redis_up",): 0}

    def test_what_another_program_wrote_stops_nothing(self, broker: Any) -> None:
        with heartbeat.connect() as client:
            client.rpush("dramatiq:bulk", "x")
            client.hset("dramatiq:bulk.msgs", "x", b"[]")

        assert told(RedisFigures())["saude_queue_messages", "bulk", "waiting"] == 1


def test_every_schedule_tells_its_period() -> None:
    import_actors()

    assert told(ScheduleFigures())["saude_schedule_every_seconds", "sync_readings"] == 300


def test_each_volume_tells_its_room(tmp_path: Any, settings: Settings) -> None:
    (tmp_path / "database").mkdir()
    settings.METRICS_VOLUMES = str(tmp_path)

    found = told(MachineFigures())

    assert 0 < found["saude_volume_bytes", "database", "free"] <= found["saude_volume_bytes", "database", "size"]

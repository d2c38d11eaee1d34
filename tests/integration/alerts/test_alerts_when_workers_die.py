"""Real worker processes, killed by SIGKILL in the middle of raising and of delivering: no alert is lost or doubled."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import dramatiq
import pytest
import redis
from django.conf import settings
from django.utils import timezone

from accounts.models import Webhook
from accounts.webhook_signing import new_secret
from analytics.alert_rules import AlertKind
from analytics.models import Alert, AlertEvent
from patients.models import Patient
from tests.conftest import Member, put
from tests.faults.waiting import until
from tests.integration.alerts.scene import ALL, Scene
from tests.integration.live.listening import database_url
from tests.integration.outbox.receiver import Receiver, receiving
from work.models import Notification, OutboxEntry
from work.queues import CRITICAL

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0
PATIENTS = 4


class Worker:
    """A process of ``python -m dramatiq`` with a queue of its own."""

    def __init__(self, log: Path) -> None:
        self.queue = f"test-{uuid4().hex[:8]}"
        self.key = f"test:{self.queue}"
        self.client: Any = redis.Redis.from_url(settings.REDIS_URL)
        self._log = log
        given = {"QUEUE": self.queue, "KEY": self.key, "DATABASE_URL": database_url(), "WEBHOOKS_ANYWHERE": "true"}
        command = [sys.executable, "-m", "dramatiq", "tests.integration.alerts.mortal_worker", "--queues", self.queue]
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [*command, "--processes", "1", "--threads", "1"],
                cwd=ROOT,
                env={**os.environ, **given},
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def send(self, actor: str, *arguments: str) -> None:
        """A message for one of its actors."""
        message: Any = dramatiq.Message(self.queue, actor, arguments, {}, {})
        dramatiq.get_broker().enqueue(message)

    def until_said(self, word: str) -> None:
        """Wait for it to be so far."""
        until(
            lambda: word.encode() in self.client.lrange(self.key, 0, -1),
            PATIENCE,
            f"{word}\n{self._log.read_text(errors='replace')[-4000:]}",
        )

    def kill(self) -> None:
        """The process and all that it started, at once."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(PATIENCE)

    def end(self) -> None:
        """Leave nothing."""
        self.kill()
        dramatiq.get_broker().flush(self.queue)
        dramatiq.get_broker().flush(CRITICAL)
        self.client.delete(self.key)
        self.client.close()


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[list[Worker]]:
    """All that are needed, started at once, for each takes seconds to start."""
    made = [Worker(tmp_path / f"log{number}") for number in range(4)]
    yield made
    for worker in made:
        worker.end()


def everybody_low(scene: Scene, receiver: Receiver) -> Webhook:
    """Patients who are low since just now, and a program that wants to know."""
    scene.now = timezone.now().replace(microsecond=0)
    scene.only(AlertKind.URGENT_LOW)
    for patient in [scene.patient, *(scene.make_patient(scene.patient.clinic, scene.clinician) for _ in range(3))]:
        put(patient, 50, start=scene.now, now=scene.now)
    return Webhook.objects.create(
        clinic=scene.patient.clinic, url=receiver.url, events=ALL, secret=new_secret(), created_at=scene.now
    )


@pytest.mark.timeout(180)
def test_no_alert_is_lost_and_none_doubled(
    workers: list[Worker],
    patient: Patient,
    clinician: Member,
    admin: Member,
    make_patient: Callable[..., Patient],
) -> None:
    first, second, third, fourth = workers
    with receiving() as receiver:
        webhook = everybody_low(Scene(patient, clinician, admin, make_patient), receiver)

        # Alerts, history and notifications are written, and nothing is committed.
        first.send("evaluate", "put_many")
        first.until_said("stopped")
        first.kill()
        assert (Alert.objects.count(), Notification.objects.count(), OutboxEntry.objects.count()) == (0, 0, 0)

        # All is committed, and nobody has told the broker that it is done.
        second.send("evaluate")
        second.until_said("stopped")
        second.kill()
        assert Alert.objects.count() == PATIENTS

        # The receiver has done the first, and the sender dies before it has the answer.
        receiver.hold()
        third.send("evaluate_and_deliver")
        until(lambda: receiver.done, PATIENCE, "the first request")
        third.kill()
        receiver.release()

        # As after the time that a claim lasts.
        OutboxEntry.objects.exclude(claimed_until=None).update(claimed_until=timezone.now())
        fourth.send("evaluate_and_deliver")
        fourth.until_said("delivered")

    alerts = list(Alert.objects.values_list("id", "patient_id"))
    assert len({patient_id for _, patient_id in alerts}) == len(alerts) == PATIENTS
    assert list(AlertEvent.objects.values_list("what", flat=True)) == ["opened"] * PATIENTS
    assert list(Notification.objects.values_list("kind", "user_id")) == [("alert_opened", clinician.user.id)] * PATIENTS
    assert sorted(receiver.done) == sorted(f"alert:{alert}:opened:{webhook.id}" for alert, _ in alerts)
    # The kill did something: one was sent twice, under the same key.
    requests = Counter(headers["webhook-id"] for headers, _ in receiver.requests)
    assert sorted(requests.values()) == [1] * (PATIENTS - 1) + [2]
    told = OutboxEntry.objects.filter(kind="webhook")
    assert set(told.values_list("state", flat=True)) == {OutboxEntry.State.DELIVERED}

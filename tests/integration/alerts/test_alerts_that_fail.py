"""One patient whom looking at fails holds up nobody else, is noted, and is looked at again ever later."""

import logging
from datetime import time, timedelta

import pytest
from django.db import connection, transaction

from accounts.models import Clinic
from analytics.alert_rules import AlertKind
from analytics.models import Alert, AlertRule, AlertState
from analytics.services.alert_evaluation import FIRST_PAUSE, LONGEST_PAUSE
from glucose.models import SourceAccount
from patients.models import Patient
from tests.conftest import put
from tests.integration.alerts.scene import START, Scene
from work.models import Notification

URGENT = AlertKind.URGENT_LOW


@pytest.fixture
def others(scene: Scene) -> list[Patient]:
    """Patients about the poisoned one, each of whom is low as they are."""
    scene.only(URGENT)
    others = [scene.make_patient(scene.patient.clinic, scene.clinician) for _ in range(4)]
    for patient in (scene.patient, *others):
        put(patient, 50, start=scene.now, now=scene.now)
    return others


def poison(patient: Patient) -> None:
    """A zone that no calendar has: whether these are quiet hours cannot be told."""
    Patient.objects.filter(id=patient.id).update(timezone="Mars/Olympus")


def heal(patient: Patient) -> None:
    Patient.objects.filter(id=patient.id).update(timezone="America/Sao_Paulo")


def state(scene: Scene) -> AlertState:
    return AlertState.objects.get(patient=scene.patient)


def test_a_poisoned_clinic_holds_up_the_accounts_of_no_other(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    poisoned = Clinic.objects.create(name="Poisoned")
    for clinic in (poisoned, scene.patient.clinic):
        SourceAccount.objects.create(clinic=clinic, email="a@example.org", password="x", state="bad_credentials")
    hours = {"quiet_start": time(8), "quiet_end": time(9), "quiet_zone": "Mars/Olympus"}
    AlertRule.objects.create(clinic=poisoned, kind=AlertKind.ACCOUNT_ACTION, set_by=scene.admin.user, **hours)

    with caplog.at_level(logging.ERROR):
        scene.watch()

    assert scene.alert().clinic_id == scene.patient.clinic_id
    (said,) = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert str(poisoned.id) in said


class TestAPoisonedPatient:
    @pytest.mark.parametrize("place", [0, 2, 4])
    def test_holds_up_nobody_else(self, scene: Scene, others: list[Patient], place: int) -> None:
        patients = sorted([scene.patient, *others], key=lambda patient: patient.id)
        poisoned = patients.pop(place)
        poison(poisoned)

        assert scene.look() == 5

        assert set(Alert.objects.values_list("patient_id", flat=True)) == {patient.id for patient in patients}
        assert Notification.objects.filter(kind="alert_opened").count() == 4
        assert list(AlertState.objects.filter(failures=1).values_list("patient_id", flat=True)) == [poisoned.id]

    def test_holds_up_nobody_else_by_a_time_that_cannot_be_read(self, scene: Scene, others: list[Patient]) -> None:
        scene.look()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE analytics_alert SET started_at = 'infinity' WHERE patient_id = %s", [scene.patient.id]
            )
        scene.go(5)
        for patient in (scene.patient, *others):
            put(patient, 100, start=scene.now, now=scene.now)
        scene.look()

        assert Alert.objects.filter(closed_at=None).count() == 1
        assert Alert.objects.filter(ending="over", patient__in=others).count() == 4

    def test_is_logged_with_their_id_and_without_the_words_of_the_error(
        self, scene: Scene, others: list[Patient], caplog: pytest.LogCaptureFixture
    ) -> None:
        poison(scene.patient)

        with caplog.at_level(logging.ERROR):
            scene.look()

        (said,) = [record.getMessage() for record in caplog.records]
        assert str(scene.patient.id) in said
        assert "ZoneInfoNotFoundError" in said
        assert "Mars" not in caplog.text

    def test_is_looked_at_again_ever_later_and_alone(self, scene: Scene, others: list[Patient]) -> None:
        poison(scene.patient)
        scene.look()
        pauses = []
        for failures in range(1, 7):
            began, retry_at = scene.now, state(scene).retry_at
            assert retry_at is not None
            pauses.append(retry_at - began)
            scene.now = retry_at - timedelta(seconds=1)
            scene.look()
            assert state(scene).failures == failures
            scene.now = retry_at
            scene.look()
            assert state(scene).failures == failures + 1

        assert pauses == [min(FIRST_PAUSE * 2**number, LONGEST_PAUSE) for number in range(6)]
        assert state(scene).failing_since == START
        assert Alert.objects.count() == len(others)

    def test_is_alarmed_of_once_it_is_mended(self, scene: Scene, others: list[Patient]) -> None:
        poison(scene.patient)
        scene.look()
        heal(scene.patient)
        scene.look()
        assert Alert.objects.filter(patient=scene.patient).count() == 0

        scene.now += FIRST_PAUSE
        scene.look()

        assert Alert.objects.filter(patient=scene.patient).count() == 1
        found = state(scene)
        assert (found.failures, found.failing_since, found.retry_at, found.error) == (0, None, None, "")

    def test_does_not_wait_for_what_a_clock_that_was_ahead_said(self, scene: Scene, others: list[Patient]) -> None:
        poison(scene.patient)
        scene.go(60 * 24)
        scene.look()
        heal(scene.patient)
        scene.go(-60 * 24)

        assert scene.look() > 0
        assert state(scene).failures == 0

    def test_is_noted_before_the_next_one_is_looked_at(self, scene: Scene, others: list[Patient]) -> None:
        poison(scene.patient)
        with transaction.atomic():
            scene.look()
            transaction.set_rollback(True)

        scene.look()

        assert state(scene).failures == 1

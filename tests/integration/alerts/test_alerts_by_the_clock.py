"""What no reading brings: silence, a sensor's end, quiet hours, snooze, escalation, and accounts."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from analytics.alert_clock import Step, Waiting, next_step_at, quiet_until, steps
from analytics.alert_rules import AlertKind, Rule
from analytics.models import Alert
from analytics.services.alert_handling import acknowledge, snooze
from glucose.models import Sensor, SourceAccount
from patients.models import Patient
from tests.conftest import put
from tests.integration.alerts.scene import START, Scene

URGENT, SILENT = AlertKind.URGENT_LOW, AlertKind.NO_DATA
ENDING, ACCOUNT = AlertKind.SENSOR_ENDING, AlertKind.ACCOUNT_ACTION
NIGHT = Rule(quiet_start=time(22), quiet_end=time(7))


class TestSilence:
    def test_is_told_after_so_many_minutes_and_is_over_with_the_next_reading(self, scene: Scene) -> None:
        scene.only(SILENT)
        scene.rule(SILENT, scene.patient, minutes=30)
        scene.read(100)
        scene.go(29)
        assert (scene.look(), scene.alerts()) == (1, [])
        scene.go(1)
        scene.look()
        assert scene.alert().started_at == START

        scene.go(10)
        scene.read(100)

        assert (scene.alert().ending, scene.alert().ended_at) == ("over", START + timedelta(minutes=40))

    def test_is_told_once(self, scene: Scene) -> None:
        scene.only(SILENT)
        scene.read(100)
        for _ in range(5):
            scene.go(60)
            scene.look()

        assert scene.history().count("opened") == 1

    def test_goes_on_where_only_old_readings_come(self, scene: Scene) -> None:
        scene.only(SILENT)
        scene.read(100)
        scene.go(90)
        scene.look()

        scene.read(100, ago=61)

        assert (len(scene.alerts()), scene.alert().closed_at) == (1, None)

    def test_of_long_ago_alarms_nobody(self, scene: Scene) -> None:
        scene.only(SILENT)

        scene.read(100, ago=60 * 24 * 30)

        assert scene.alerts() == []

    def test_of_somebody_who_never_had_a_reading_alarms_nobody(self, scene: Scene) -> None:
        scene.go(600)
        scene.look()

        assert scene.alerts() == []


class TestAPatientWhoCannotBeLookedAt:
    def test_holds_up_nobody_else(self, scene: Scene) -> None:
        scene.only(SILENT)
        one, another = (scene.make_patient(scene.patient.clinic) for _ in range(2))
        Patient.objects.filter(id=scene.patient.id).update(timezone="Mars/Olympus")
        for patient in (one, another):
            put(patient, 100, start=scene.now, now=scene.now)
        scene.read(100)
        scene.go(61)

        scene.look()

        assert {alert.patient_id for alert in Alert.objects.all()} == {one.id, another.id}

    def test_is_looked_at_soon_after_that_is_mended(self, scene: Scene) -> None:
        scene.only(SILENT)
        Patient.objects.filter(id=scene.patient.id).update(timezone="Mars/Olympus")
        scene.read(100)
        scene.go(61)
        scene.look()
        assert scene.alerts() == []

        Patient.objects.filter(id=scene.patient.id).update(timezone="UTC")
        scene.go(1)
        scene.look()

        assert len(scene.alerts()) == 1


class TestASensorThatEnds:
    def wear(self, scene: Scene, activated_at: datetime) -> Sensor:
        return Sensor.objects.create(patient=scene.patient, serial=f"S{activated_at}", activated_at=activated_at)

    def test_is_told_of_so_many_hours_before_and_is_over_with_its_end(self, scene: Scene) -> None:
        scene.only(ENDING)
        self.wear(scene, START - timedelta(days=12, hours=23))
        scene.read(100)
        assert scene.alerts() == []
        scene.go(60)
        scene.look()
        assert scene.alert().closed_at is None

        scene.go(60 * 24)
        scene.look()

        assert scene.alert().ending == "over"

    def test_is_over_with_its_end_though_somebody_acknowledged_it(self, scene: Scene) -> None:
        scene.only(ENDING)
        self.wear(scene, START - timedelta(days=13, hours=1))
        scene.read(100)
        acknowledge(scene.clinician.caller, scene.alert().id, now=scene.now)
        # Once nobody is looked at for the rules that were just set.
        scene.go(5)
        scene.look()

        scene.go(60 * 23 - 5)
        assert scene.look() == 1

        assert (scene.alert().ending, scene.alert().ended_at) == ("over", START + timedelta(hours=23))

    def test_is_over_where_another_one_is_put_on(self, scene: Scene) -> None:
        scene.only(ENDING)
        self.wear(scene, START - timedelta(days=13, hours=1))
        scene.read(100)
        self.wear(scene, START + timedelta(minutes=1))
        scene.go(5)

        scene.read(100)

        assert scene.alert().ending == "over"


class TestQuietHours:
    @pytest.mark.parametrize(
        ("moment", "told"),
        [
            ("2026-03-01T21:59:00-03:00", "2026-03-01T21:59:00-03:00"),
            ("2026-03-01T22:00:00-03:00", "2026-03-02T07:00:00-03:00"),
            ("2026-03-02T06:59:00-03:00", "2026-03-02T07:00:00-03:00"),
            ("2026-03-02T07:00:00-03:00", "2026-03-02T07:00:00-03:00"),
        ],
    )
    def test_are_those_of_the_patients_clock(self, moment: str, told: str) -> None:
        found = quiet_until(NIGHT, "America/Sao_Paulo", datetime.fromisoformat(moment))

        assert found == datetime.fromisoformat(told)

    def test_are_those_of_another_clock_where_the_rule_says_so(self) -> None:
        rule = Rule(quiet_start=time(12), quiet_end=time(13), quiet_zone="Asia/Kolkata")

        noon = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)

        assert quiet_until(rule, "UTC", noon) == noon + timedelta(hours=1)

    def test_are_none_where_both_ends_are_the_same(self) -> None:
        assert quiet_until(Rule(), "UTC", START) == START

    @pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
    def test_end_by_the_clock_on_days_that_it_changes(self, day: str) -> None:
        moment = datetime.fromisoformat(f"{day}T00:30:00+00:00")

        assert quiet_until(NIGHT, "Europe/London", moment).isoformat() in (
            f"{day}T06:00:00+00:00",
            f"{day}T07:00:00+00:00",
        )

    def test_hold_an_alert_back_until_they_are_over(self, scene: Scene) -> None:
        scene.only(URGENT)
        # It is nine where the patient lives.
        scene.rule(URGENT, quiet_start=time(8), quiet_end=time(9, 30))
        scene.read(50)
        assert (scene.alert().told_at, scene.told(), scene.entries("alert_mail")) == (None, {}, [])
        scene.go(29)
        scene.read(50)
        assert scene.told() == {}

        scene.go(1)
        scene.look()

        assert scene.alert().told_at == START + timedelta(minutes=30)
        assert scene.history() == ["opened", "told"]
        assert scene.entries("alert_mail") == ["opened"]

    def test_keep_what_was_over_before_their_end(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.webhook()
        scene.rule(URGENT, quiet_start=time(8), quiet_end=time(9, 30))
        scene.follow(50, 100)
        scene.go(60)
        scene.look()

        assert (scene.history(), scene.told(), scene.entries("webhook")) == (["opened", "closed"], {}, [])

    def test_hold_back_reminders_and_escalation(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.rule(URGENT, quiet_start=time(9, 10), quiet_end=time(10))
        scene.read(50)
        snooze(scene.clinician.caller, scene.alert().id, minutes=20, now=scene.now)
        scene.go(30)
        scene.read(50)
        assert scene.history() == ["opened", "snoozed"]
        assert scene.alert().next_at == START + timedelta(hours=1)

        scene.go(30)
        scene.look()

        assert scene.history() == ["opened", "snoozed", "reminded", "escalated"]

    def test_do_not_end_a_snooze(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.rule(URGENT, quiet_start=time(8), quiet_end=time(9, 30), escalate_after_minutes=0)
        scene.read(50)
        scene.go(20)
        snooze(scene.clinician.caller, scene.alert().id, minutes=60, now=scene.now)
        scene.go(59)
        scene.look()
        assert scene.told() == {}

        scene.go(1)
        scene.look()
        scene.go(1)
        scene.look()

        assert scene.history() == ["opened", "snoozed", "told"]
        assert scene.alert().snoozed_until is None

    def test_that_are_taken_back_hold_back_nothing(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.rule(URGENT, quiet_start=time(8), quiet_end=time(12))
        scene.read(50)
        scene.go(2)
        scene.rule(URGENT, quiet_start=time(0), quiet_end=time(0))

        scene.look()

        assert scene.alert().told_at == scene.now

    def test_that_are_made_longer_hold_it_back_for_longer(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.rule(URGENT, quiet_start=time(8), quiet_end=time(9, 30))
        scene.read(50)
        scene.go(2)
        scene.rule(URGENT, quiet_start=time(8), quiet_end=time(9, 40))
        scene.go(28)
        scene.look()
        assert scene.alert().told_at is None

        scene.go(10)
        scene.look()

        assert scene.alert().told_at == scene.now

    @pytest.mark.parametrize(
        ("moment", "told"),
        [
            # The hour from one comes twice; what is raised in the second is not held back by the first.
            ("2026-10-25T00:29:00+00:00", "2026-10-25T00:30:00+00:00"),
            ("2026-10-25T00:31:00+00:00", "2026-10-25T00:31:00+00:00"),
            ("2026-10-25T01:15:00+00:00", "2026-10-25T01:15:00+00:00"),
            # There is no half past one.
            ("2026-03-29T00:59:00+00:00", "2026-03-29T01:30:00+00:00"),
            ("2026-03-29T01:00:00+00:00", "2026-03-29T01:00:00+00:00"),
        ],
    )
    def test_end_once_where_the_clock_changes(self, moment: str, told: str) -> None:
        rule = Rule(quiet_start=time(23), quiet_end=time(1, 30))

        found = quiet_until(rule, "Europe/London", datetime.fromisoformat(moment))

        assert found == datetime.fromisoformat(told)


class TestEscalation:
    def test_comes_when_the_rule_says_now(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.rule(URGENT, escalate_after_minutes=120)
        scene.read(50)
        scene.go(30)
        scene.rule(URGENT, escalate_after_minutes=20)

        scene.look()

        assert scene.history() == ["opened", "escalated"]

    def test_comes_no_more_where_the_rule_took_it_back(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.read(50)
        scene.go(10)
        scene.rule(URGENT, escalate_after_minutes=0)
        scene.go(60)
        scene.look()

        assert scene.history() == ["opened"]

    def test_tells_the_administrators_what_nobody_acknowledged(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.webhook()
        scene.read(50)
        scene.go(14)
        scene.look()
        assert scene.told() == {(scene.clinician.user.username, "alert_opened"): 1}

        scene.go(1)
        scene.look()
        scene.go(1)
        scene.look()

        assert scene.told()[(scene.admin.user.username, "alert_escalated")] == 1
        assert sum(scene.told().values()) == 2
        assert scene.entries("webhook") == ["opened", "escalated"]
        assert scene.entries("alert_mail") == ["opened", "escalated"]

    def test_does_not_come_where_somebody_acknowledged_it(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.read(50)
        acknowledge(scene.clinician.caller, scene.alert().id, now=scene.now)
        scene.go(60)
        scene.look()

        assert scene.history() == ["opened", "acknowledged"]

    def test_waits_for_the_end_of_a_snooze_which_reminds(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.read(50)
        snooze(scene.clinician.caller, scene.alert().id, minutes=20, now=scene.now)
        scene.go(19)
        scene.look()
        assert scene.history() == ["opened", "snoozed"]

        scene.go(1)
        scene.look()

        assert scene.history() == ["opened", "snoozed", "reminded", "escalated"]
        assert scene.told()[(scene.clinician.user.username, "alert_reminded")] == 1
        assert scene.alert().snoozed_until is None

    def test_goes_at_once_to_administrators_where_nobody_cares_for_the_patient(self, scene: Scene) -> None:
        scene.only(URGENT)
        patient = scene.make_patient(scene.patient.clinic)

        scene.read(50, patient=patient)

        assert scene.told() == {(scene.admin.user.username, "alert_opened"): 1}

    def test_never_comes_where_it_was_switched_off(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.rule(URGENT, escalate_after_minutes=0)
        scene.read(50)
        scene.go(120)
        scene.look()

        assert scene.history() == ["opened"]


class TestWhatIsDue:
    def waiting(self, **more: object) -> Waiting:
        fields = {
            "tell_at": START, "told": True, "acknowledged": False, "escalate_at": None, "escalated": False,
            "snoozed_until": None,
        } | more  # fmt: skip
        return Waiting(**fields)  # type: ignore[arg-type]

    def test_is_telling_once_the_time_has_come(self) -> None:
        assert steps(self.waiting(told=False), START) == [Step.TELL]
        assert steps(self.waiting(told=False), START - timedelta(seconds=1)) == []
        assert steps(self.waiting(), START) == []

    def test_is_nothing_that_somebody_has_acknowledged(self) -> None:
        known = self.waiting(told=False, acknowledged=True, escalate_at=START, snoozed_until=START)

        assert (steps(known, START), next_step_at(known)) == ([], None)

    def test_is_nothing_before_the_time_that_it_says(self) -> None:
        later = START + timedelta(minutes=5)
        for waiting in (
            self.waiting(told=False, tell_at=later),
            self.waiting(escalate_at=later),
            self.waiting(escalate_at=START, snoozed_until=later),
        ):
            assert next_step_at(waiting) == later
            assert steps(waiting, later - timedelta(seconds=1)) == []
            assert steps(waiting, later) != []


class TestAnAccountThatWaits:
    @pytest.fixture
    def account(self, scene: Scene) -> SourceAccount:
        return SourceAccount.objects.create(clinic=scene.patient.clinic, email="a@example.org", password="x")

    def test_is_told_to_the_administrators_until_it_is_well(self, scene: Scene, account: SourceAccount) -> None:
        scene.watch()
        assert scene.told() == {}
        SourceAccount.objects.update(state="bad_credentials")
        scene.watch()
        scene.watch()
        assert (scene.alert().subject_id, scene.alert().patient_id) == (account.id, None)
        assert scene.told() == {(scene.admin.user.username, "alert_opened"): 1}

        SourceAccount.objects.update(state="active")
        scene.watch()

        assert scene.alert().ending == "over"

    @pytest.mark.parametrize("state", ["disabled", "rate_limited", "unreachable", "locked_out"])
    def test_is_none_that_a_person_switched_off_or_that_ends_by_itself(
        self, scene: Scene, account: SourceAccount, state: str
    ) -> None:
        SourceAccount.objects.update(state=state)
        scene.watch()

        assert scene.history() == []

    def test_is_not_told_where_the_clinic_does_not_want_it(self, scene: Scene, account: SourceAccount) -> None:
        scene.rule(ACCOUNT, enabled=False)
        SourceAccount.objects.update(state="terms_required")
        scene.watch()

        assert scene.history() == []


def test_a_patient_who_is_deleted_alarms_nobody_any_more(scene: Scene) -> None:
    scene.only(URGENT)
    scene.webhook()
    scene.read(50)
    Patient.objects.filter(id=scene.patient.id).update(deleted_at=scene.now, data_version=99)
    scene.go(60)

    scene.look()

    assert scene.history() == ["opened", "closed"]
    assert scene.alert().ending == "withdrawn"


def test_a_patient_who_is_paused_alarms_nobody_any_more_though_no_data_of_theirs_moved(scene: Scene) -> None:
    scene.only(SILENT)
    scene.rule(SILENT, escalate_after_minutes=0)
    scene.read(100)
    scene.go(60)
    scene.look()
    assert scene.alert().closed_at is None
    Patient.objects.filter(id=scene.patient.id).update(status="paused")
    scene.go(5)

    scene.look()

    assert (scene.alert().ending, scene.look()) == ("withdrawn", 0)


def test_a_rule_is_followed_though_a_clock_that_was_ahead_looked_last(scene: Scene) -> None:
    scene.only(SILENT)
    scene.rule(SILENT, enabled=False)
    scene.read(100)
    scene.go(60 * 24)
    Patient.objects.filter(id=scene.patient.id).update(data_version=99)
    scene.look()
    scene.go(-60 * 24 + 50)
    scene.rule(SILENT, enabled=True, minutes=45)

    scene.look()

    assert scene.history() == ["opened"]
    scene.go(2)
    scene.look()
    assert scene.look() == 0


def test_the_actors_look_at_patients_and_accounts(scene: Scene) -> None:
    from analytics.tasks import evaluate_alerts, watch_accounts_in_need

    scene.only(URGENT, ACCOUNT)
    SourceAccount.objects.create(
        clinic=scene.patient.clinic, email="a@example.org", password="x", state="terms_required"
    )
    with time_machine.travel(START):
        scene.read(100)
        Patient.objects.filter(id=scene.patient.id).update(data_version=99)

        evaluate_alerts.fn()
        watch_accounts_in_need.fn()

    assert scene.alert().kind == "account_action"
    assert scene.patient.alert_state.version == 99

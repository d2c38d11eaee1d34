"""Alerts of glucose: one an episode, closed when it is over, and nothing old."""

from datetime import timedelta

import pytest

from analytics.alert_rules import AlertKind
from analytics.models import AlertState
from api.windows import Window
from glucose.services.exclusions import exclude
from patients.models import Patient
from tests.integration.alerts.scene import START, Scene

LOW, URGENT, HIGH, FALLING = AlertKind.LOW, AlertKind.URGENT_LOW, AlertKind.HIGH, AlertKind.FALLING_FAST


class TestAnEpisode:
    def test_opens_one_alert_and_closes_it(self, scene: Scene) -> None:
        scene.only(URGENT)

        scene.follow(90, 53, 50, 60, 64, 90)

        alert = scene.alert()
        assert (alert.kind, alert.mg_dl, alert.ending) == ("urgent_low", 53, "over")
        assert alert.started_at == START + timedelta(minutes=5) == alert.opened_at
        assert alert.ended_at == START + timedelta(minutes=20) == alert.closed_at
        assert scene.history() == ["opened", "closed"]
        opened, closed = alert.events.order_by("id")
        assert (opened.reading_at, opened.mg_dl) == (START + timedelta(minutes=5), 53)
        assert (closed.reading_at, closed.mg_dl) == (START + timedelta(minutes=20), 64)

    def test_that_comes_again_is_another_alert(self, scene: Scene) -> None:
        scene.only(URGENT)

        scene.follow(53, 64, 53, 64)

        assert [alert.ending for alert in scene.alerts()] == ["over", "over"]

    def test_of_each_kind_has_an_alert_of_its_own(self, scene: Scene) -> None:
        scene.only(URGENT, LOW)

        scene.follow(69, 60, 52, 50)

        assert sorted(alert.kind for alert in scene.alerts()) == ["low", "urgent_low"]

    def test_is_told_by_a_fall(self, scene: Scene) -> None:
        scene.only(FALLING)

        scene.follow(200, 180, 160, 140, 138, 137, 136)

        alert = scene.alert()
        assert (alert.kind, alert.ending) == ("falling_fast", "over")

    def test_is_looked_for_by_the_patients_own_rule(self, scene: Scene) -> None:
        scene.only(HIGH)
        scene.rule(HIGH, minutes=0)
        scene.rule(HIGH, scene.patient, threshold_mg_dl=180)

        scene.follow(181)

        assert scene.alert().mg_dl == 181

    def test_of_a_patient_who_is_paused_alarms_nobody(self, scene: Scene) -> None:
        Patient.objects.filter(id=scene.patient.id).update(status="paused")

        scene.follow(40, 40, 40)

        assert scene.alerts() == []


class TestLateData:
    def test_of_an_episode_in_the_past_raises_nothing(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.read(100, 100)

        scene.read(50, 50, 50, 100, ago=45)

        assert scene.alerts() == []

    def test_that_ends_long_ago_raises_nothing_though_it_ends_low(self, scene: Scene) -> None:
        scene.only(URGENT)

        scene.read(50, 50, ago=31)

        assert scene.alerts() == []

    def test_raises_what_still_goes_on(self, scene: Scene) -> None:
        scene.only(URGENT)

        scene.read(*[50] * 20)

        assert scene.alert().started_at == START - timedelta(minutes=95)

    def test_into_an_open_alert_raises_no_other(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.read(50)
        scene.go(15)
        scene.read(50)

        scene.read(100, ago=10)

        assert (len(scene.alerts()), scene.alert().closed_at) == (1, None)

    def test_that_was_there_before_changes_nothing(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.follow(53, 64)
        state = AlertState.objects.get()

        scene.read(53, ago=10)

        assert AlertState.objects.get() == state
        assert scene.history() == ["opened", "closed"]


class TestAnAlert:
    def test_ends_where_its_reading_is_excluded(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.read(100, 50)
        window = Window(scene.now - timedelta(minutes=1), scene.now + timedelta(minutes=1))
        exclude(scene.clinician.caller, scene.patient.id, window, {"reason": "compression_low"}, now=scene.now)

        scene.look()

        assert scene.alert().ending == "withdrawn"

    def test_ends_where_its_rule_is_switched_off(self, scene: Scene) -> None:
        scene.read(50)
        scene.go(2)
        scene.rule(URGENT, scene.patient, enabled=False)

        scene.look()

        (alert,) = scene.alerts(URGENT)
        assert alert.ending == "withdrawn"

    def test_ends_where_no_reading_tells_of_it_for_hours(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.read(50)
        scene.go(179)
        scene.look()
        assert scene.alert().closed_at is None

        scene.go(1)
        scene.look()

        assert (scene.alert().ending, scene.alert().ended_at) == ("unseen", START)

    def test_is_raised_again_after_that(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.read(50)
        scene.go(200)

        scene.read(50)

        assert [alert.closed_at is None for alert in scene.alerts()] == [False, True]

    def test_lasts_longer_than_what_is_looked_at(self, scene: Scene) -> None:
        scene.only(HIGH)
        scene.follow(*[300] * 60)
        assert [alert.closed_at for alert in scene.alerts()] == [None]

        scene.follow(240, 230)

        assert scene.alert().ending == "over"


class TestWhoIsLookedAt:
    def test_is_nobody_whose_data_did_not_move(self, scene: Scene) -> None:
        scene.read(100)

        assert scene.look() == 0

    def test_is_everybody_after_a_rule_was_changed_until_clocks_cannot_be_off(self, scene: Scene) -> None:
        scene.read(100)
        scene.go(2)
        scene.rule(LOW, threshold_mg_dl=80)
        assert scene.look() == 1
        scene.go(2)
        scene.look()
        scene.go(2)

        assert scene.look() == 0

    @pytest.mark.parametrize("count", [450])
    def test_is_everybody_in_batches(self, scene: Scene, count: int) -> None:
        for _ in range(count):
            scene.make_patient(scene.patient.clinic)

        assert scene.look() == count + 1

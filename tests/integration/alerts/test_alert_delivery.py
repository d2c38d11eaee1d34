"""Whom an alert reaches: each destination once, in the transaction that changed it, by ids only."""

import json
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from analytics.alert_rules import AlertKind
from analytics.models import Alert
from analytics.services.alert_handling import acknowledge
from analytics.services.alert_mail import mail_alert
from analytics.services.alert_words import alert_of_event
from tests.integration.alerts.scene import Scene
from work.models import Notification, OutboxEntry
from work.notifications import WORDS
from work.outbox import Entry, Undeliverable

URGENT = AlertKind.URGENT_LOW


def entry(key: str = "k", **payload: str) -> Entry:
    return Entry("alert_mail", key, "lane", payload, 1, timezone.now())


class TestAnEpisode:
    def test_goes_to_each_destination_once(self, scene: Scene) -> None:
        scene.only(URGENT)
        first, second = scene.webhook(), scene.webhook()

        scene.follow(90, 50, 45, 100, 100)

        alert = scene.alert()
        assert scene.told() == {
            (scene.clinician.user.username, "alert_opened"): 1,
            (scene.clinician.user.username, "alert_closed"): 1,
        }
        assert sorted(OutboxEntry.objects.values_list("key", flat=True)) == sorted(
            [
                f"alert:{alert.id}:opened:mail:{scene.clinician.user.id}",
                *(f"alert:{alert.id}:{what}:{one.id}" for one in (first, second) for what in ("opened", "closed")),
            ]
        )

    def test_is_told_to_a_destination_in_its_order(self, scene: Scene) -> None:
        scene.only(URGENT)
        webhook = scene.webhook()
        scene.read(50, 100)

        rows = OutboxEntry.objects.filter(kind="webhook").order_by("id")

        assert scene.entries("webhook") == ["opened", "closed"]
        assert {row.lane for row in rows} == {f"patient:{scene.patient.id}:webhook:{webhook.id}"}
        assert rows[0].payload == {
            "webhook": str(webhook.id), "event": "alert.opened", "subject": {"alert": str(scene.alert().id)},
        }  # fmt: skip

    def test_goes_where_the_clinic_says(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.webhook()
        scene.rule(URGENT, channels=["mail"])

        scene.read(50)

        assert (scene.told(), scene.entries("webhook"), scene.entries("alert_mail")) == ({}, [], ["opened"])

    def test_reaches_nobody_where_the_transaction_fails(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.webhook()
        with transaction.atomic():
            scene.read(50)
            transaction.set_rollback(True)

        assert (Alert.objects.count(), OutboxEntry.objects.count(), Notification.objects.count()) == (0, 0, 0)

    def test_is_told_by_ids_only(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.webhook()
        scene.read(47, 44)

        said = json.dumps(
            [
                list(OutboxEntry.objects.values("payload", "lane", "key")),
                list(Notification.objects.values("subject", "kind")),
            ]
        )

        assert not {"47", "44", "Ana"} & set(said.replace('"', " ").replace(":", " ").split())

    def test_does_not_reach_who_was_switched_off(self, scene: Scene) -> None:
        scene.only(URGENT)
        User.objects.filter(id=scene.clinician.user.id).update(is_active=False)

        scene.read(50)

        assert scene.told() == {(scene.admin.user.username, "alert_opened"): 1}


class TestAnAcknowledgement:
    def test_is_told_to_programs_once(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.webhook()
        scene.read(50)
        for _ in range(2):
            acknowledge(scene.clinician.caller, scene.alert().id, now=scene.now)

        assert scene.entries("webhook") == ["opened", "acknowledged"]
        assert scene.history() == ["opened", "acknowledged"]


class TestAMail:
    @pytest.fixture
    def alert(self, scene: Scene) -> Alert:
        scene.only(URGENT)
        scene.read(47)
        User.objects.filter(id=scene.clinician.user.id).update(email="bia@example.org")
        return scene.alert()

    @pytest.mark.parametrize(
        ("language", "subject"),
        [
            ("en", "A new alert: urgent low glucose"),
            ("pt-br", "Um novo alerta: glicose muito baixa"),
            ("es", "Una alerta nueva: glucosa muy baja"),
        ],
    )
    def test_is_in_the_readers_language(self, scene: Scene, alert: Alert, language: str, subject: str) -> None:
        user = User.objects.get(id=scene.clinician.user.id)
        user.email, user.language = "bia@example.org", language
        user.save()

        mail_alert(entry(alert=str(alert.id), user=str(user.id), what="opened"))

        (sent,) = mail.outbox
        assert sent.subject == subject

    @pytest.mark.parametrize("what", ["opened", "reminded", "escalated"])
    def test_holds_no_name_and_no_value(self, scene: Scene, alert: Alert, what: str) -> None:
        user = User.objects.get(id=scene.clinician.user.id)
        user.email = "bia@example.org"
        user.save()

        mail_alert(entry(alert=str(alert.id), user=str(user.id), what=what))

        (sent,) = mail.outbox
        text = f"{sent.subject}{sent.body}".replace(str(alert.id), "")
        assert str(alert.id) in sent.body
        assert "Ana" not in text
        assert "Souza" not in text
        assert "47" not in text

    def test_is_given_up_where_there_is_nobody_to_read_it(self, scene: Scene, alert: Alert) -> None:
        with pytest.raises(Undeliverable):
            mail_alert(entry(alert=str(alert.id), user=str(uuid4()), what="opened"))
        with pytest.raises(Undeliverable):
            mail_alert(entry(alert=str(uuid4()), user=str(scene.clinician.user.id), what="opened"))


class TestWords:
    def test_of_a_notification_say_what_became_of_whose_alert(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.follow(50, 100)
        (alert,) = scene.alerts()
        subject = {"alert": str(alert.id)}

        assert WORDS["alert_opened"]([subject]) == [
            "Urgent low of Ana Souza since 2026-03-01 12:00 UTC is a new alert."
        ]
        assert WORDS["alert_closed"]([subject]) == ["Urgent low of Ana Souza since 2026-03-01 12:00 UTC is over."]

    def test_do_not_say_that_it_is_over_where_nobody_knows(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.read(50)
        scene.go(181)
        scene.look()
        (alert,) = scene.alerts()

        (said,) = WORDS["alert_closed"]([{"alert": str(alert.id)}])

        assert said == (
            "Urgent low of Ana Souza since 2026-03-01 12:00 UTC is closed, for no reading has told of it for hours."
        )
        told = alert_of_event(alert.clinic_id, {"alert": str(alert.id)})
        assert told is not None
        assert told["ending"] == "unseen"

    def test_say_that_a_rule_took_it_back(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.read(50)
        scene.go(2)
        scene.rule(URGENT, scene.patient, enabled=False)
        scene.look()

        (said,) = WORDS["alert_closed"]([{"alert": str(scene.alert().id)}])

        assert said is not None
        assert said.endswith("is withdrawn: by later data or another rule there is none.")

    def test_of_what_is_gone_are_none(self, db: None) -> None:
        assert WORDS["alert_opened"]([{"alert": str(uuid4())}]) == [None]

    def test_for_programs_are_ids_kinds_and_times_of_the_clinics_own(self, scene: Scene) -> None:
        scene.only(URGENT)
        scene.read(50)
        alert = scene.alert()

        said = alert_of_event(alert.clinic_id, {"alert": str(alert.id)})

        assert said is not None
        assert said["patient"] == str(scene.patient.id)
        assert "mg_dl" not in said
        assert alert_of_event(uuid4(), {"alert": str(alert.id)}) is None

"""Whom an alert reaches, and by what: notifications, mails and webhooks, put into the transaction that changed it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from accounts.models import Membership
from accounts.roles import Role
from accounts.webhooks import webhooks_of
from analytics.alert_rules import Channel
from analytics.models import Alert, AlertEvent
from patients.models import CareAssignment
from work.notifications import Subject, notify_all
from work.outbox import Put, put_many

What = AlertEvent.What
PAGED: Final = frozenset({What.OPENED, What.REMINDED, What.ESCALATED, What.CLOSED})
# Nobody needs a mail to know that something is over.
MAILED: Final = frozenset({What.OPENED, What.REMINDED, What.ESCALATED})
# A program has no snooze.
TOLD_TO_PROGRAMS: Final = frozenset({What.OPENED, What.ESCALATED, What.ACKNOWLEDGED, What.CLOSED})


@dataclass(frozen=True, slots=True)
class Telling:
    """Something that became of an alert, which goes by these channels."""

    alert: Alert
    what: AlertEvent.What
    channels: Sequence[Channel]
    at: datetime


@dataclass(slots=True)
class People:
    """Who cares for the patients of some alerts, and who administers their clinics."""

    carers: dict[UUID, list[UUID]] = field(default_factory=dict)
    admins: dict[UUID, list[UUID]] = field(default_factory=dict)

    @classmethod
    def of(cls, alerts: Iterable[Alert]) -> "People":
        """Everybody whom the alerts may reach."""
        patients = {alert.patient_id for alert in alerts if alert.patient_id}
        found = cls()
        caring = CareAssignment.objects.filter(patient_id__in=patients, user__is_active=True).order_by("user_id")
        for patient_id, user_id in caring.values_list("patient_id", "user_id"):
            found.carers.setdefault(patient_id, []).append(user_id)
        rows = Membership.objects.filter(
            clinic_id__in={alert.clinic_id for alert in alerts}, role=Role.ADMIN, user__is_active=True
        )
        for clinic_id, user_id in rows.order_by("user_id").values_list("clinic_id", "user_id"):
            found.admins.setdefault(clinic_id, []).append(user_id)
        return found

    def told(self, telling: Telling) -> list[UUID]:
        """Those who care for the patient; the administrators where nobody does, or nobody of them answered."""
        alert = telling.alert
        admins = self.admins.get(alert.clinic_id, [])
        carers = self.carers.get(alert.patient_id, []) if alert.patient_id else []
        if telling.what is What.ESCALATED:
            return [one for one in admins if one not in carers] or carers
        if not carers or alert.escalated_at is None:
            return carers or admins
        return sorted({*carers, *admins})


def deliver(tellings: Sequence[Telling]) -> None:
    """Put all of it into the caller's transaction; each to a destination once."""
    if not tellings:
        return
    people = People.of([telling.alert for telling in tellings])
    webhooks: dict[tuple[UUID, str], list[UUID]] = {}
    puts: list[Put] = []
    pages: list[tuple[UUID, str, Subject]] = []
    for telling in tellings:
        told = people.told(telling)
        if Channel.PAGE in telling.channels and telling.what in PAGED:
            pages += [(user_id, f"alert_{telling.what}", {"alert": str(telling.alert.id)}) for user_id in told]
        if Channel.MAIL in telling.channels and telling.what in MAILED:
            puts += [_mail(telling, user_id) for user_id in told]
        if Channel.WEBHOOK in telling.channels and telling.what in TOLD_TO_PROGRAMS:
            puts += [_webhook(telling, webhook) for webhook in _wanting(telling, webhooks)]
    notify_all(pages)
    put_many(puts)


def _wanting(telling: Telling, known: dict[tuple[UUID, str], list[UUID]]) -> list[UUID]:
    asked = (telling.alert.clinic_id, f"alert.{telling.what}")
    if asked not in known:
        known[asked] = list(webhooks_of(*asked).values_list("id", flat=True))
    return known[asked]


def _mail(telling: Telling, user_id: UUID) -> Put:
    # A reminder comes after each snooze.
    again = f":{int(telling.at.timestamp())}" if telling.what is What.REMINDED else ""
    payload = {"alert": str(telling.alert.id), "user": str(user_id), "what": str(telling.what)}
    key, lane = f"{_key(telling)}{again}:mail:{user_id}", f"{_lane(telling.alert)}:mail:{user_id}"
    return Put("alert_mail", key, payload, lane)


def _webhook(telling: Telling, webhook_id: UUID) -> Put:
    payload = {
        "webhook": str(webhook_id),
        "event": f"alert.{telling.what}",
        "subject": {"alert": str(telling.alert.id)},
    }
    return Put("webhook", f"{_key(telling)}:{webhook_id}", payload, f"{_lane(telling.alert)}:webhook:{webhook_id}")


def _key(telling: Telling) -> str:
    return f"alert:{telling.alert.id}:{telling.what}"


def _lane(alert: Alert) -> str:
    return f"patient:{alert.patient_id}" if alert.patient_id else f"account:{alert.subject_id}"

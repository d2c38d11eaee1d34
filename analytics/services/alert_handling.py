"""What people do about alerts: acknowledge and snooze them. Who sees one, and whose role allows it, may."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.callers import Caller
from accounts.roles import Act
from analytics.alert_clock import REACH, earliest, next_step_at
from analytics.alert_rules import GLUCOSE, AlertKind
from analytics.errors import AlertClosed
from analytics.models import Alert, AlertEvent
from analytics.selectors.alert_rules import rule_book
from analytics.selectors.alerts import alert_of
from analytics.services.alert_changes import waiting
from analytics.services.alert_delivery import Telling, deliver


def acknowledge(caller: Caller, alert_id: UUID, *, now: datetime) -> Alert:
    """Say that somebody looks after it: nobody is reminded, and it escalates no more. A second time keeps the first."""
    alert = alert_of(caller, alert_id)
    caller.require(Act.HANDLE_ALERTS)
    with transaction.atomic():
        alert = Alert.objects.select_for_update().get(id=alert.id)
        if alert.acknowledged_at is None:
            alert.acknowledged_at, alert.acknowledged_by_id, alert.snoozed_until = now, caller.user_id, None
            _save(alert, AlertEvent.What.ACKNOWLEDGED, caller, now)
            _tell(alert, now)
    return alert_of(caller, alert_id)


def snooze(caller: Caller, alert_id: UUID, *, minutes: int, now: datetime) -> Alert:
    """Leave everybody alone with it for so long, counted from now; then they are reminded, if it is still open."""
    alert = alert_of(caller, alert_id)
    caller.require(Act.HANDLE_ALERTS)
    with transaction.atomic():
        alert = Alert.objects.select_for_update().get(id=alert.id)
        if alert.closed_at is not None:
            raise AlertClosed
        alert.snoozed_until = now + timedelta(minutes=minutes)
        _save(alert, AlertEvent.What.SNOOZED, caller, now)
    return alert_of(caller, alert_id)


def _save(alert: Alert, what: AlertEvent.What, caller: Caller, now: datetime) -> None:
    if alert.closed_at is None:
        unseen_at = alert.seen_until + REACH if AlertKind(alert.kind) in GLUCOSE else None
        alert.next_at = earliest([next_step_at(waiting(alert)), unseen_at])
    alert.save(update_fields=["acknowledged_at", "acknowledged_by", "snoozed_until", "next_at"])
    AlertEvent.objects.create(alert=alert, what=what, at=now, user_id=caller.user_id, until=alert.snoozed_until)


def _tell(alert: Alert, now: datetime) -> None:
    """Programs that were told of it are told that somebody has it."""
    if alert.told_at is not None:
        rules = rule_book([alert.clinic_id], [alert.patient_id] if alert.patient_id else [])
        rule = rules.standing(AlertKind(alert.kind), alert.clinic_id, alert.patient_id).rule
        deliver([Telling(alert, AlertEvent.What.ACKNOWLEDGED, rule.channels, now)])

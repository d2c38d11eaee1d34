"""Alerts as clients see them, and what they send about them."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from analytics.models import KINDS, Alert, AlertEvent
from api.bodies import StrictSerializer
from patients.serializers import WholeField
from patients.units import UNITS, from_mg_dl


class SnoozeBodySerializer(StrictSerializer):
    """For how long everybody is left alone with it."""

    minutes = WholeField(min_value=1, max_value=720, help_text="Counted from now.")


class AlertPersonSerializer(serializers.Serializer[Any]):
    """Who did it."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class AlertPatientSerializer(serializers.Serializer[Any]):
    """Whom it is about."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class AlertSerializer(serializers.Serializer[Any]):
    """One episode that somebody was told of, or will be after the quiet hours."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=KINDS)
    patient = AlertPatientSerializer(allow_null=True, help_text="Null for account_action.")
    sensor = serializers.UUIDField(allow_null=True, help_text="Of sensor_ending.")
    account = serializers.UUIDField(allow_null=True, help_text="Of account_action.")
    state = serializers.ChoiceField(choices=["open", "closed"])
    value = serializers.FloatField(allow_null=True, help_text="Glucose of the reading that opened it, if one did.")
    unit = serializers.ChoiceField(choices=UNITS)
    started_at = serializers.DateTimeField(help_text="When the episode began.")
    opened_at = serializers.DateTimeField(help_text="When it was noticed.")
    told_at = serializers.DateTimeField(allow_null=True, help_text="Null while quiet hours hold it back.")
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = AlertPersonSerializer(allow_null=True)
    snoozed_until = serializers.DateTimeField(allow_null=True)
    escalate_at = serializers.DateTimeField(allow_null=True)
    escalated_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True, help_text="When the episode was over.")
    closed_at = serializers.DateTimeField(allow_null=True)
    ending = serializers.ChoiceField(choices=Alert.Ending.choices, allow_null=True)


class AlertEventSerializer(serializers.Serializer[Any]):
    """Something that became of an alert."""

    what = serializers.ChoiceField(choices=AlertEvent.What.choices)
    at = serializers.DateTimeField()
    by = AlertPersonSerializer(allow_null=True, help_text="Null where nobody did it.")
    reading_at = serializers.DateTimeField(allow_null=True, help_text="Of the reading that did it.")
    value = serializers.FloatField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True, help_text="How long it is snoozed.")


class AlertDetailSerializer(AlertSerializer):
    """An alert with its history, oldest first."""

    events = AlertEventSerializer(many=True)


def alert_answer(alert: Alert, unit: str) -> dict[str, Any]:
    """An alert, ready for JSON."""
    patient = alert.patient
    return {
        "id": alert.id,
        "kind": alert.kind,
        "patient": {"id": patient.id, "name": patient.name} if patient else None,
        "sensor": alert.subject_id if patient else None,
        "account": None if patient else alert.subject_id,
        "state": "open" if alert.closed_at is None else "closed",
        "value": value_in(alert.mg_dl, unit),
        "unit": unit,
        "started_at": alert.started_at,
        "opened_at": alert.opened_at,
        "told_at": alert.told_at,
        "acknowledged_at": alert.acknowledged_at,
        "acknowledged_by": person(alert.acknowledged_by),
        "snoozed_until": alert.snoozed_until,
        "escalate_at": alert.escalate_at,
        "escalated_at": alert.escalated_at,
        "ended_at": alert.ended_at,
        "closed_at": alert.closed_at,
        "ending": alert.ending or None,
    }


def alert_detail_answer(alert: Alert, unit: str) -> dict[str, Any]:
    """An alert that was read with its history, ready for JSON."""
    return alert_answer(alert, unit) | {"events": [_event(event, unit) for event in alert.events.all()]}


def value_in(mg_dl: int | None, unit: str) -> float | None:
    """Glucose in the unit, or nothing."""
    if mg_dl is None or unit == "mg/dL":
        return mg_dl
    return round(from_mg_dl(mg_dl, unit), 6)


def person(user: User | None) -> dict[str, Any] | None:
    """A user by id and name, or nobody."""
    return {"id": user.id, "name": user.name} if user else None


def _event(event: AlertEvent, unit: str) -> dict[str, Any]:
    return {
        "what": event.what,
        "at": event.at,
        "by": person(event.user),
        "reading_at": event.reading_at,
        "value": value_in(event.mg_dl, unit),
        "until": event.until,
    }

"""Sensors, gaps and sync truth as clients see them."""

from datetime import datetime, timedelta
from typing import Any

from rest_framework import serializers

from api.bodies import InstantField, StrictSerializer
from glucose.gap_ledger import Cause, GapState
from glucose.models import Gap, Sensor
from glucose.selectors.gaps import Ongoing
from glucose.sync_truth import TruthOfDay

STATES = tuple(GapState)
CAUSES = [
    (Cause.UNKNOWN, "unknown"),
    (Cause.PHONE, "the vendor was asked and had nothing"),
    (Cause.ACCOUNT, "the account could not be visited"),
    (Cause.SYNC, "nobody asked the vendor"),
]
MINUTE = timedelta(minutes=1)


class SensorSerializer(serializers.Serializer[Any]):
    """A sensor that the patient wore; during a swap two of them have no end."""

    id = serializers.UUIDField()
    serial = serializers.CharField()
    activated_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True, help_text="When another one had taken over.")
    first_seen_at = serializers.DateTimeField()


class GapSerializer(serializers.Serializer[Any]):
    """A part of the time that had no readings when it was noticed, and what became of it."""

    id = serializers.UUIDField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    state = serializers.ChoiceField(choices=STATES)
    cause = serializers.ChoiceField(choices=CAUSES)
    noticed_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    tries = serializers.IntegerField(help_text="How often the vendor was asked for it.")
    next_try_at = serializers.DateTimeField(allow_null=True)


class OngoingSerializer(serializers.Serializer[Any]):
    """A silence that lasts; it becomes a gap when the next reading comes."""

    start = serializers.DateTimeField()
    cause = serializers.ChoiceField(choices=CAUSES)
    minutes = serializers.IntegerField(help_text="From its start to now.")


class MissingMinutesSerializer(serializers.Serializer[Any]):
    """Missing minutes of one cause."""

    cause = serializers.ChoiceField(choices=CAUSES)
    fillable = serializers.BooleanField(help_text="Whether the vendor may still have them; else they are lost.")
    minutes = serializers.IntegerField()


class TruthOfDaySerializer(serializers.Serializer[Any]):
    """A local day in minutes: received, fillable and lost are together what was expected."""

    date = serializers.DateField()
    minutes = serializers.IntegerField(help_text="Of the day: 1,380 or 1,500 where clocks change.")
    expected = serializers.IntegerField()
    received = serializers.IntegerField()
    fillable = serializers.IntegerField()
    lost = serializers.IntegerField()
    causes = MissingMinutesSerializer(many=True)


class RebuildSerializer(StrictSerializer):
    """Which window to rebuild: the 14 days up to its end, which is now, where nothing is said."""

    start = InstantField(required=False)
    end = InstantField(required=False)


def sensor_answer(sensor: Sensor) -> dict[str, Any]:
    """A sensor, ready for JSON."""
    return {
        "id": sensor.id,
        "serial": sensor.serial,
        "activated_at": sensor.activated_at,
        "ended_at": sensor.ended_at,
        "first_seen_at": sensor.first_seen_at,
    }


def gap_answer(gap: Gap) -> dict[str, Any]:
    """A gap, ready for JSON."""
    return {
        "id": gap.id,
        "start": gap.start,
        "end": gap.end,
        "minutes": round((gap.end - gap.start) / MINUTE),
        "state": gap.state,
        "cause": gap.cause,
        "noticed_at": gap.noticed_at,
        "closed_at": gap.closed_at,
        "tries": gap.tries,
        "next_try_at": gap.next_try_at,
    }


def ongoing_answer(ongoing: Ongoing | None, now: datetime) -> dict[str, Any] | None:
    """A silence, ready for JSON; None where there is none."""
    if ongoing is None:
        return None
    return {"start": ongoing.start, "cause": ongoing.cause, "minutes": round((now - ongoing.start) / MINUTE)}


def truth_answer(day: TruthOfDay) -> dict[str, Any]:
    """A day's sync truth, ready for JSON."""
    return {
        "date": day.date,
        "minutes": day.minutes,
        "expected": day.expected,
        "received": day.received,
        "fillable": day.fillable,
        "lost": day.lost,
        "causes": [
            {"cause": share.cause, "fillable": share.fillable, "minutes": share.minutes} for share in day.causes
        ],
    }

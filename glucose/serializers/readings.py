"""Readings as clients see them."""

from datetime import datetime
from typing import Any

from django.conf import settings
from rest_framework import serializers

from glucose.models import LatestReading
from glucose.provenance import CLIENT_SOURCES, WIRE_NAMES
from glucose.selectors.readings import ReadingRow
from glucose.serializers.treatments import MARKS
from patients.units import UNITS, from_mg_dl

VALUE_HELP = "Glucose in the answer's unit."


class ReadingSerializer(serializers.Serializer[Any]):
    """A reading as a row."""

    time = serializers.DateTimeField()
    value = serializers.FloatField(help_text=VALUE_HELP)
    unit = serializers.ChoiceField(choices=UNITS)
    trend = serializers.IntegerField(allow_null=True, help_text="1 falling fast to 5 rising fast.")
    source = serializers.ChoiceField(choices=sorted(WIRE_NAMES.values()))  # type: ignore[assignment]
    utc_offset_minutes = serializers.IntegerField()
    excluded = serializers.BooleanField()
    out_of_range = serializers.IntegerField(help_text="-1 where the sensor said LO, 1 where it said HI, else 0.")


class ReadingColumnsSerializer(serializers.Serializer[Any]):
    """A window in columns."""

    patient = serializers.UUIDField()
    unit = serializers.ChoiceField(choices=UNITS)
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    count = serializers.IntegerField()
    time = serializers.ListField(child=serializers.IntegerField(), help_text="Epoch milliseconds, oldest first.")
    value = serializers.ListField(child=serializers.FloatField(), help_text=VALUE_HELP)
    treatments = MARKS


class UploadedReadingSerializer(serializers.Serializer[Any]):
    """A reading of a bulk post."""

    time = serializers.DateTimeField(help_text="With an offset; kept to the second.")
    value = serializers.FloatField(help_text="20 to 600 mg/dL.")
    unit = serializers.ChoiceField(choices=UNITS, required=False)
    trend = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=sorted(CLIENT_SOURCES), required=False, allow_null=True
    )
    cadence_minutes = serializers.ChoiceField(choices=[1, 5, 15], required=False, allow_null=True)


class UploadSerializer(serializers.Serializer[Any]):
    """Up to 10,000 readings. It documents the body; glucose/uploads.py reads it."""

    readings = UploadedReadingSerializer(many=True)


class RejectedSerializer(serializers.Serializer[Any]):
    """A reading that was not stored, and why."""

    index = serializers.IntegerField()
    reason = serializers.CharField()


class ReceiptSerializer(serializers.Serializer[Any]):
    """What became of a bulk post; a duplicate tells minutes that a stored reading tells already."""

    received = serializers.IntegerField()
    stored = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    rejected = RejectedSerializer(many=True)


class NamedPatientSerializer(serializers.Serializer[Any]):
    """Whose reading it is."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class LatestSerializer(serializers.Serializer[Any]):
    """The newest reading of a patient."""

    patient = NamedPatientSerializer()
    time = serializers.DateTimeField()
    value = serializers.FloatField(help_text=VALUE_HELP)
    unit = serializers.ChoiceField(choices=UNITS)
    trend = serializers.IntegerField(allow_null=True)
    source = serializers.ChoiceField(choices=sorted(WIRE_NAMES.values()))  # type: ignore[assignment]
    age_seconds = serializers.IntegerField()
    stale = serializers.BooleanField()
    out_of_range = serializers.IntegerField()
    excluded = serializers.BooleanField(help_text="Whether a clinician took it out of the statistics.")


class LiveEventSerializer(serializers.Serializer[Any]):
    """One of the Server-Sent Events of new readings."""

    event = serializers.ChoiceField(choices=["reading", "reset"])
    data = serializers.CharField(  # type: ignore[assignment]
        help_text="JSON. Of `reading` what `readings/latest/` answers (Latest), of `reset` the `reason`."
    )
    id = serializers.CharField(required=False, help_text="Where to go on, as `Last-Event-ID`.")


def reading_answer(row: ReadingRow, unit: str) -> dict[str, Any]:
    """A reading, ready for JSON."""
    return {
        "time": row.time,
        "value": shown(row.mg_dl, unit),
        "unit": unit,
        "trend": row.trend,
        "source": WIRE_NAMES[row.source],
        "utc_offset_minutes": row.utc_offset_minutes,
        "excluded": row.excluded,
        "out_of_range": row.out_of_range,
    }


def latest_answer(latest: LatestReading, unit: str, now: datetime) -> dict[str, Any]:
    """A newest reading, ready for JSON."""
    age = int((now - latest.time).total_seconds())
    return {
        "patient": {"id": latest.patient_id, "name": latest.patient.name},
        "time": latest.time,
        "value": shown(latest.mg_dl, unit),
        "unit": unit,
        "trend": latest.trend,
        "source": WIRE_NAMES[latest.source],
        "age_seconds": max(age, 0),
        "stale": age > settings.STALE_AFTER_MINUTES * 60,
        "out_of_range": latest.out_of_range,
        "excluded": latest.excluded,
    }


def shown(mg_dl: int, unit: str) -> float:
    """A value in the unit; mmol/L to 6 decimals, as everything that is answered."""
    return mg_dl if unit == "mg/dL" else round(from_mg_dl(mg_dl, unit), 6)

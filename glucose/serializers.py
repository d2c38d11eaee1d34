"""Readings and accounts as clients see them."""

from datetime import datetime
from typing import Any

from django.conf import settings
from rest_framework import serializers

from api.bodies import StrictSerializer
from glucose.account_states import ACTION_NEEDED, CHOICES, AccountState
from glucose.models import LatestReading, SourceAccount, VendorPatient
from glucose.provenance import CLIENT_SOURCES, WIRE_NAMES
from glucose.selectors.readings import ReadingRow
from glucose.sources.librelinkup_client import REGIONS
from patients.serializers import PatientBodySerializer
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


class NewAccountSerializer(StrictSerializer):
    """An account to follow patients from."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=256, write_only=True, trim_whitespace=False)
    region = serializers.ChoiceField(choices=["", *sorted(REGIONS)], required=False)


class AccountChangeSerializer(StrictSerializer):
    """What may change; a disabled account is active again when its state is set so."""

    password = serializers.CharField(max_length=256, write_only=True, required=False, trim_whitespace=False)
    region = serializers.ChoiceField(choices=["", *sorted(REGIONS)], required=False)
    state = serializers.ChoiceField(choices=[AccountState.ACTIVE, AccountState.DISABLED], required=False)


class AccountSerializer(serializers.Serializer[Any]):
    """An account; its password is never answered."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    region = serializers.CharField()
    state = serializers.ChoiceField(choices=CHOICES)
    state_detail = serializers.CharField()
    action_needed = serializers.CharField(allow_null=True, help_text="What a person must do; null where nothing.")
    last_success_at = serializers.DateTimeField(allow_null=True)
    next_attempt_at = serializers.DateTimeField(allow_null=True, help_text="Not before; null for the next round.")
    patients = serializers.ListField(child=serializers.UUIDField())


class TaskIdSerializer(serializers.Serializer[Any]):
    """The task that was started."""

    task = serializers.UUIDField()


class VendorPatientSerializer(serializers.Serializer[Any]):
    """A person whom the account follows."""

    vendor_id = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    state = serializers.ChoiceField(choices=VendorPatient.State.choices)
    patient = serializers.UUIDField(allow_null=True)
    first_seen_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()


class LinkSerializer(PatientBodySerializer):
    """Either ``patient``, or ``create: true`` with what is known of the new patient; the name is the vendor's."""

    patient = serializers.UUIDField(required=False)
    create = serializers.BooleanField(required=False)  # type: ignore[assignment]

    def get_fields(self) -> dict[str, Any]:
        """Nothing about a new patient is required here."""
        fields: dict[str, Any] = super().get_fields()
        fields["name"].required = fields["timezone"].required = False
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two ways."""
        create = attrs.pop("create", False)
        if create == ("patient" in attrs):
            raise serializers.ValidationError("Say either patient, or create: true.")
        if not create and len(attrs) > 1:
            raise serializers.ValidationError("With patient, nothing else can be said.")
        return attrs


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
    }


def account_answer(account: SourceAccount, patients: list[Any]) -> dict[str, Any]:
    """An account, ready for JSON."""
    return {
        "id": account.id,
        "email": account.email,
        "region": account.region,
        "state": account.state,
        "state_detail": account.state_detail,
        "action_needed": ACTION_NEEDED.get(AccountState(account.state)),
        "last_success_at": account.last_success_at,
        "next_attempt_at": account.next_attempt_at,
        "patients": patients,
    }


def vendor_patient_answer(person: VendorPatient) -> dict[str, Any]:
    """A person of an account, ready for JSON."""
    return {
        "vendor_id": person.vendor_id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "state": person.state,
        "patient": person.patient_id,
        "first_seen_at": person.first_seen_at,
        "last_seen_at": person.last_seen_at,
    }


def shown(mg_dl: int, unit: str) -> float:
    """A value in the unit; mmol/L to 6 decimals, as everything that is answered."""
    return mg_dl if unit == "mg/dL" else round(from_mg_dl(mg_dl, unit), 6)

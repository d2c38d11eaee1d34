"""Treatments as clients see them."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from api.bodies import StrictSerializer
from glucose.models import Treatment, TreatmentRemoval
from glucose.provenance import CLIENT_SOURCES, WIRE_NAMES
from glucose.selectors.treatments import TreatmentMark
from glucose.serializers.exclusions import ClinicianSerializer
from glucose.treatments import TreatmentKind

KINDS = [kind.value for kind in TreatmentKind]
TREATMENT_UNITS = ["U", "g"]
DURATION_HELP = "Over how long: of a basal always, of a bolus where it was spread out."


class TreatmentMarkSerializer(serializers.Serializer[Any]):
    """A treatment as it is shown beside readings."""

    id = serializers.UUIDField()
    time = serializers.DateTimeField()
    utc_offset_minutes = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=KINDS)
    amount = serializers.FloatField(help_text="In U, carbohydrates in g; of a basal what was given over its minutes.")
    unit = serializers.ChoiceField(choices=TREATMENT_UNITS)
    duration_minutes = serializers.IntegerField(allow_null=True, help_text=DURATION_HELP)
    source = serializers.ChoiceField(choices=sorted(WIRE_NAMES.values()))  # type: ignore[assignment]


MARKS = TreatmentMarkSerializer(many=True, required=False, help_text="With include=treatments, oldest first.")


class TreatmentRemovalSerializer(serializers.Serializer[Any]):
    """That a treatment was taken back; it counts again where it was restored."""

    removed_at = serializers.DateTimeField()
    removed_by = ClinicianSerializer()
    reason = serializers.CharField()
    restored_at = serializers.DateTimeField(allow_null=True)
    restored_by = ClinicianSerializer(allow_null=True)


class TreatmentSerializer(TreatmentMarkSerializer):
    """A treatment, and whether it was taken back."""

    note = serializers.CharField()
    received_at = serializers.DateTimeField()
    removed = serializers.BooleanField(help_text="Whether it is taken back now.")
    removals = TreatmentRemovalSerializer(many=True)


class UploadedTreatmentSerializer(serializers.Serializer[Any]):
    """A treatment of a bulk post."""

    time = serializers.DateTimeField(help_text="With an offset; kept to the second.")
    kind = serializers.ChoiceField(choices=KINDS)
    amount = serializers.FloatField(help_text="In U, carbohydrates in g; kept to 4 decimals.")
    unit = serializers.ChoiceField(choices=TREATMENT_UNITS, required=False)
    duration_minutes = serializers.IntegerField(
        min_value=1, max_value=1440, required=False, allow_null=True, help_text=DURATION_HELP
    )
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=sorted(CLIENT_SOURCES), required=False, allow_null=True
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class TreatmentUploadSerializer(serializers.Serializer[Any]):
    """Up to 10,000 treatments. It documents the body; glucose/treatment_uploads.py reads it."""

    treatments = UploadedTreatmentSerializer(many=True)


class RemovalBodySerializer(StrictSerializer):
    """Why a treatment is taken back."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000)


def mark_answer(row: Treatment | TreatmentMark) -> dict[str, Any]:
    """A treatment beside readings, ready for JSON."""
    return {
        "id": row.id,
        "time": row.time,
        "utc_offset_minutes": row.utc_offset_minutes,
        "kind": row.kind,
        "amount": float(row.amount),
        "unit": row.unit,
        "duration_minutes": row.duration_minutes,
        "source": WIRE_NAMES[row.source],
    }


def treatment_answer(row: Treatment) -> dict[str, Any]:
    """A treatment with its removals, ready for JSON."""
    removals = list(row.removals.all())
    return mark_answer(row) | {
        "note": row.note,
        "received_at": row.received_at,
        "removed": any(one.restored_at is None for one in removals),
        "removals": [_removal(one) for one in removals],
    }


def _removal(one: TreatmentRemoval) -> dict[str, Any]:
    return {
        "removed_at": one.removed_at,
        "removed_by": _person(one.removed_by),
        "reason": one.reason,
        "restored_at": one.restored_at,
        "restored_by": _person(one.restored_by) if one.restored_by else None,
    }


def _person(user: User) -> dict[str, Any]:
    return {"id": user.id, "name": user.name}

"""Exclusions as clients see them."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from api.bodies import InstantField, StrictSerializer
from glucose.models import Exclusion

BOTH = ("start", "end")


class ExclusionBodySerializer(StrictSerializer):
    """What to exclude: one reading by its time, or a range."""

    time = InstantField(required=False, help_text="Of the one reading that is excluded.")
    start = InstantField(required=False, help_text="Instead of time: the first instant of a range.")
    end = InstantField(required=False, help_text="The first instant after the range; it may be ahead.")
    reason = serializers.ChoiceField(choices=Exclusion.Reason.choices)
    note = serializers.CharField(required=False, allow_blank=True, max_length=1000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Either a time, or both ends of a range."""
        if "time" in attrs and (beside := [name for name in BOTH if name in attrs]):
            raise serializers.ValidationError(dict.fromkeys(beside, "Say either time, or start and end."))
        if "time" not in attrs and (missing := [name for name in BOTH if name not in attrs]):
            raise serializers.ValidationError(dict.fromkeys(missing, "Say either time, or start and end."))
        return attrs


class ClinicianSerializer(serializers.Serializer[Any]):
    """Who did it."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ExclusionSerializer(serializers.Serializer[Any]):
    """A range of readings that no statistic uses while it stands."""

    id = serializers.UUIDField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    reason = serializers.ChoiceField(choices=Exclusion.Reason.choices)
    note = serializers.CharField()
    readings = serializers.IntegerField(help_text="How many lie in the range now.")
    author = ClinicianSerializer()
    created_at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)
    undone_by = ClinicianSerializer(allow_null=True)


def exclusion_answer(exclusion: Exclusion, readings: int) -> dict[str, Any]:
    """An exclusion, ready for JSON."""
    return {
        "id": exclusion.id,
        "start": exclusion.start,
        "end": exclusion.end,
        "reason": exclusion.reason,
        "note": exclusion.note,
        "readings": readings,
        "author": _person(exclusion.author),
        "created_at": exclusion.created_at,
        "undone_at": exclusion.undone_at,
        "undone_by": _person(exclusion.undone_by) if exclusion.undone_by else None,
    }


def _person(user: User) -> dict[str, Any]:
    return {"id": user.id, "name": user.name}

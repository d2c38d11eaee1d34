"""Reviews and cadences as clients see them."""

from datetime import date
from typing import Any

from rest_framework import serializers

from api.bodies import StrictSerializer
from patients.cadence import MOST_DAYS, Cadence, CadenceKind, Outcome
from patients.care_models import Review
from patients.note_serializers import WriterSerializer, writer_answer
from patients.serializers import WholeField

CADENCES = [kind.value for kind in CadenceKind]
OUTCOMES = [outcome.value for outcome in Outcome]


class CadenceBodySerializer(StrictSerializer):
    """How often; days of a custom cadence only."""

    kind = serializers.ChoiceField(choices=CADENCES)
    days = WholeField(min_value=1, max_value=MOST_DAYS, required=False, allow_null=True, help_text="Of custom only.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Days where the cadence is custom."""
        if (attrs["kind"] == CadenceKind.CUSTOM) != (attrs.get("days") is not None):
            raise serializers.ValidationError({"days": "A custom cadence has days, and no other has."})
        return attrs


class CadenceSerializer(serializers.Serializer[Any]):
    """How often a patient is reviewed."""

    kind = serializers.ChoiceField(choices=CADENCES)
    days = serializers.IntegerField(allow_null=True)
    own = serializers.BooleanField(help_text="Whether it is the patient's own, not the clinic's.")


class ReviewBodySerializer(StrictSerializer):
    """What came of a review."""

    outcome = serializers.ChoiceField(choices=OUTCOMES)
    note = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    next_on = serializers.DateField(
        required=False, allow_null=True, help_text="The day of the next one; by the cadence where absent."
    )

    def validate_next_on(self, value: date | None) -> date | None:
        """A day that the calendar of everybody has."""
        if value is not None and not 1900 <= value.year < 2200:
            raise serializers.ValidationError("This is outside of the years 1900 to 2199.")
        return value


class ReviewSerializer(serializers.Serializer[Any]):
    """A review; days are those of the clinic's zone."""

    id = serializers.UUIDField()
    reviewed_at = serializers.DateTimeField()
    reviewed_on = serializers.DateField()
    reviewer = WriterSerializer()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    note = serializers.CharField()
    next_on = serializers.DateField()
    next_by_cadence = serializers.BooleanField(help_text="Whether it moves with the cadence; else it was chosen.")


def cadence_answer(cadence: Cadence, own: bool) -> dict[str, Any]:
    """A cadence, ready for JSON."""
    return {"kind": cadence.kind.value, "days": cadence.days, "own": own}


def cadence_of_body(given: dict[str, Any]) -> Cadence:
    """The cadence of a validated body."""
    return Cadence(CadenceKind(given["kind"]), given.get("days"))


def review_answer(review: Review) -> dict[str, Any]:
    """A review, ready for JSON."""
    return {
        "id": review.id,
        "reviewed_at": review.reviewed_at,
        "reviewed_on": review.reviewed_on,
        "reviewer": writer_answer(review.reviewer),
        "outcome": review.outcome,
        "note": review.note,
        "next_on": review.next_on,
        "next_by_cadence": review.next_by_cadence,
    }

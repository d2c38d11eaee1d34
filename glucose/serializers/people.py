"""The people of a vendor's account as clients see them."""

from typing import Any

from rest_framework import serializers

from glucose.models import VendorPatient
from patients.serializers import PatientBodySerializer

PROBLEMS = [choice for choice in VendorPatient.Problem.choices if choice[0]]


class VendorPatientSerializer(serializers.Serializer[Any]):
    """A person whom the account follows."""

    vendor_id = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    state = serializers.ChoiceField(choices=VendorPatient.State.choices)
    problem = serializers.ChoiceField(
        choices=PROBLEMS, allow_null=True, help_text="Why nothing of theirs is synced; null where nothing stops it."
    )
    problem_detail = serializers.CharField(allow_null=True)
    problem_since = serializers.DateTimeField(allow_null=True)
    patient = serializers.UUIDField(allow_null=True)
    newest_at = serializers.DateTimeField(allow_null=True, help_text="The newest reading that came from this account.")
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


def vendor_patient_answer(person: VendorPatient) -> dict[str, Any]:
    """A person of an account, ready for JSON."""
    return {
        "vendor_id": person.vendor_id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "state": person.state,
        "problem": person.problem or None,
        "problem_detail": person.get_problem_display() if person.problem else None,
        "problem_since": person.problem_since,
        "patient": person.patient_id,
        "newest_at": person.newest_at,
        "first_seen_at": person.first_seen_at,
        "last_seen_at": person.last_seen_at,
    }

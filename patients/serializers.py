"""Bodies of patients and consents."""

from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.utils import timezone
from rest_framework import serializers

from api.bodies import InstantField, StrictSerializer
from patients.models import Consent, DiabetesType, Sex, Status, TargetSet, Unit

OLDEST_BIRTH = date(1900, 1, 1)


@cache
def known_zones() -> frozenset[str]:
    """The names of the IANA database; the server's own zone is none of them."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def known_zone(value: str) -> None:
    """Refuse what is not the name of a time zone of the IANA database."""
    if value not in known_zones():
        raise serializers.ValidationError("This is not a time zone of the IANA database, like America/Sao_Paulo.")


class PatientBodySerializer(StrictSerializer):
    """What can be said about a patient; name and timezone are required of a new one."""

    name = serializers.CharField(max_length=200)
    external_ref = serializers.CharField(max_length=100, allow_null=True, required=False)
    birth_date = serializers.DateField(allow_null=True, required=False)
    sex = serializers.ChoiceField(choices=Sex.choices, required=False)
    diabetes_type = serializers.ChoiceField(choices=DiabetesType.choices, required=False)
    timezone = serializers.CharField(max_length=64, validators=[known_zone])
    unit = serializers.ChoiceField(choices=Unit.choices, required=False)
    target_set = serializers.ChoiceField(choices=TargetSet.choices, required=False)
    status = serializers.ChoiceField(choices=Status.choices, required=False)
    clinicians = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=200,
        help_text="Who cares; set by administrators.",
    )
    user = serializers.UUIDField(
        allow_null=True, required=False, help_text="The patient's own user; set by administrators."
    )

    def validate_birth_date(self, value: date | None) -> date | None:
        """Between 1900 and today."""
        if value is not None and not OLDEST_BIRTH <= value <= timezone.now().date():
            raise serializers.ValidationError("A birth date lies between 1900 and today.")
        return value


class ConsentBodySerializer(StrictSerializer):
    """A consent to write down; granted now where no time is given."""

    purpose = serializers.ChoiceField(choices=Consent.Purpose.choices)
    version = serializers.CharField(max_length=100)
    granted_at = InstantField(required=False)

    def validate_granted_at(self, value: datetime) -> datetime:
        """Not in the future."""
        if value > timezone.now():
            raise serializers.ValidationError("A consent cannot be granted in the future.")
        return value


class ConsentSerializer(serializers.Serializer[Consent]):
    """A consent as it is stored."""

    id = serializers.UUIDField()
    purpose = serializers.ChoiceField(choices=Consent.Purpose.choices)
    version = serializers.CharField()
    granted_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


def consent_answer(consent: Consent) -> dict[str, Any]:
    """The fields of a consent, ready for JSON."""
    return dict(ConsentSerializer(consent).data)

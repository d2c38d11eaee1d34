"""Bodies of patients and consents."""

from datetime import date, datetime
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from django.utils import timezone
from rest_framework import serializers

from api.bodies import InstantField, StrictSerializer
from patients.choices import CONSENSUS_SETS, DiabetesType, Sex, Status, Unit
from patients.models import Consent, HealthProfile

OLDEST_BIRTH = date(1900, 1, 1)
OPTIONAL: Final[dict[str, Any]] = {"required": False, "allow_null": True}


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
    email = serializers.EmailField(max_length=254, allow_null=True, required=False)
    sex = serializers.ChoiceField(choices=Sex.choices, required=False)
    diabetes_type = serializers.ChoiceField(choices=DiabetesType.choices, required=False)
    timezone = serializers.CharField(max_length=64, validators=[known_zone])
    unit = serializers.ChoiceField(choices=Unit.choices, required=False)
    target_set = serializers.ChoiceField(
        choices=CONSENSUS_SETS,
        required=False,
        error_messages={
            "invalid_choice": "This is not the name of a set. POST patients/{{id}}/targets/ sets targets of their own."
        },
        help_text="Only a set; targets of the patient's own are set by POST patients/{id}/targets/.",
    )
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


class AmountField(serializers.FloatField):
    """A number, and nothing that could be read as one."""

    def to_internal_value(self, data: Any) -> float:
        """As it is."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            raise serializers.ValidationError("This is not a number.")
        return super().to_internal_value(data)


class WholeField(serializers.IntegerField):
    """A whole number, and nothing that could be read as one."""

    def to_internal_value(self, data: Any) -> int:
        """As it is."""
        if isinstance(data, bool) or not isinstance(data, int):
            raise serializers.ValidationError("This is not a whole number.")
        return super().to_internal_value(data)


class HealthProfileBodySerializer(StrictSerializer):
    """What dosing is based on; what is not given is not known. Amounts of glucose are in mg/dL."""

    insulin_sensitivity_mg_dl_per_unit = AmountField(
        min_value=1, max_value=400, **OPTIONAL, help_text="How much a unit of insulin lowers glucose."
    )
    carb_ratio_g_per_unit = AmountField(
        min_value=1, max_value=150, **OPTIONAL, help_text="How many grams of carbohydrates a unit of insulin covers."
    )
    target_low_mg_dl = WholeField(min_value=54, max_value=250, **OPTIONAL, help_text="Below target_high_mg_dl.")
    target_high_mg_dl = WholeField(min_value=54, max_value=250, **OPTIONAL, help_text="Above target_low_mg_dl.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Both targets or none, the low one below the high one."""
        low, high = attrs.get("target_low_mg_dl"), attrs.get("target_high_mg_dl")
        if (low is None) != (high is None):
            missing = "target_low_mg_dl" if low is None else "target_high_mg_dl"
            raise serializers.ValidationError({missing: "Both targets are given, or none."})
        if low is not None and low >= high:
            raise serializers.ValidationError({"target_low_mg_dl": "The low target is below the high one."})
        return attrs


class HealthProfileSerializer(serializers.Serializer[HealthProfile]):
    """A health profile; null is not known."""

    patient = serializers.UUIDField()
    insulin_sensitivity_mg_dl_per_unit = serializers.FloatField(allow_null=True)
    carb_ratio_g_per_unit = serializers.FloatField(allow_null=True)
    target_low_mg_dl = serializers.IntegerField(allow_null=True)
    target_high_mg_dl = serializers.IntegerField(allow_null=True)
    updated_at = serializers.DateTimeField(allow_null=True)


def health_profile_answer(profile: HealthProfile) -> dict[str, Any]:
    """A health profile, ready for JSON."""
    answer: dict[str, Any] = {"patient": profile.patient_id}
    for field in HealthProfileBodySerializer().fields.values():
        answer[str(field.field_name)] = profile.content.get(field.field_name)
    return answer | {"updated_at": profile.updated_at}


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

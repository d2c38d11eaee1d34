"""Rules of alerts as clients see and send them: glucose in either unit, times of quiet hours as local ones."""

from datetime import time
from typing import Any, Final

from rest_framework import serializers

from analytics.alert_rules import ESCALATION_MINUTES, LIMITS, NUMBERS, SETTINGS, AlertKind, Channel
from analytics.alert_serializers import AlertPersonSerializer, person, value_in
from analytics.models import KINDS
from analytics.selectors.alert_rules import Standing
from api.bodies import StrictSerializer
from patients.serializers import AmountField, WholeField, known_zone
from patients.units import UNITS, from_mg_dl, to_mg_dl

CHANNELS: Final = [channel.value for channel in Channel]
GLUCOSE_FIELDS: Final = {"threshold": "threshold_mg_dl", "margin": "margin_mg_dl"}
CLOCK: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
NAMES: Final = {column: name for name, column in GLUCOSE_FIELDS.items()}


class QuietHoursBodySerializer(StrictSerializer):
    """Local times between which nobody is told; none where both are the same."""

    start = serializers.RegexField(CLOCK, help_text="HH:MM")
    end = serializers.RegexField(CLOCK, help_text="HH:MM")
    timezone = serializers.CharField(
        max_length=64,
        validators=[known_zone],
        required=False,
        help_text="The zone that the patient lives in, if absent.",
    )


class AlertRuleBodySerializer(StrictSerializer):
    """What is said of a kind of alert, for a patient or for the clinic; what is absent is that of the level below."""

    kind = serializers.ChoiceField(choices=KINDS)
    patient = serializers.UUIDField(required=False, help_text="The clinic's rule where absent.")
    enabled = serializers.BooleanField(required=False)
    threshold = AmountField(required=False, help_text="Glucose; for falling_fast the fall within 15 minutes.")
    margin = AmountField(required=False, help_text="How far back beyond the threshold glucose must be to close it.")
    unit = serializers.ChoiceField(choices=UNITS, required=False, help_text="Of threshold and margin; mg/dL if absent.")
    minutes = WholeField(required=False, help_text="How long it must have lasted; for no_data the silence.")
    hours = WholeField(required=False, help_text="For sensor_ending: before its end.")
    escalate_after_minutes = WholeField(
        required=False,
        min_value=ESCALATION_MINUTES[0],
        max_value=ESCALATION_MINUTES[1],
        help_text="Administrators are told of what nobody acknowledged within so long; 0 is never.",
    )
    quiet_hours = QuietHoursBodySerializer(required=False)
    channels = serializers.ListField(
        child=serializers.ChoiceField(choices=CHANNELS), required=False, help_text="Of the clinic's rules only."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Only what the kind has, each within its limits."""
        kind = AlertKind(attrs["kind"])
        if "patient" in attrs:
            if kind is AlertKind.ACCOUNT_ACTION:
                raise serializers.ValidationError({"patient": "An account is the clinic's: leave patient out."})
            if "channels" in attrs:
                raise serializers.ValidationError({"channels": "The clinic says where alerts go: leave channels out."})
        unit, limits = attrs.get("unit", "mg/dL"), LIMITS[kind]
        for column in NUMBERS:
            name = NAMES.get(column, column)
            if name not in attrs:
                continue
            if column not in limits:
                raise serializers.ValidationError({name: f"The kind {kind} has no {name}."})
            attrs[name] = _within(name, attrs[name], limits[column], unit)
        return attrs


class QuietHoursSerializer(serializers.Serializer[Any]):
    """Local times between which nobody is told."""

    start = serializers.CharField(help_text="HH:MM")
    end = serializers.CharField(help_text="HH:MM")
    timezone = serializers.CharField(allow_null=True, help_text="Null for the zone that the patient lives in.")


class AlertRuleSerializer(serializers.Serializer[Any]):
    """The rule of a kind as it stands; null where the kind has no such thing."""

    kind = serializers.ChoiceField(choices=KINDS)
    patient = serializers.UUIDField(allow_null=True, help_text="Null for the clinic's.")
    enabled = serializers.BooleanField()
    threshold = serializers.FloatField(allow_null=True)
    margin = serializers.FloatField(allow_null=True)
    unit = serializers.ChoiceField(choices=UNITS)
    minutes = serializers.IntegerField(allow_null=True)
    hours = serializers.IntegerField(allow_null=True)
    escalate_after_minutes = serializers.IntegerField(help_text="0 is never.")
    quiet_hours = QuietHoursSerializer(allow_null=True)
    channels = serializers.ListField(child=serializers.ChoiceField(choices=CHANNELS))
    level = serializers.ChoiceField(
        choices=["default", "clinic", "patient"], help_text="Who said something last of it."
    )
    said = serializers.ListField(child=serializers.CharField(), help_text="What that level says; the rest is below it.")
    since = serializers.DateTimeField(allow_null=True, help_text="Null where nobody said anything.")
    set_by = AlertPersonSerializer(allow_null=True)


def said_of(body: dict[str, Any]) -> dict[str, Any]:
    """The columns of a rule that a valid body says."""
    said = {GLUCOSE_FIELDS.get(name, name): value for name, value in body.items()}
    quiet = said.pop("quiet_hours", None)
    if quiet is not None:
        start, end = time.fromisoformat(quiet["start"]), time.fromisoformat(quiet["end"])
        said |= {"quiet_start": start, "quiet_end": end, "quiet_zone": quiet.get("timezone")}
    return {name: value for name, value in said.items() if name in SETTINGS}


def rule_answer(standing: Standing, patient_id: Any, unit: str) -> dict[str, Any]:
    """A rule that stands, ready for JSON."""
    rule, said = standing.rule, standing.said
    level = "default" if said is None else "clinic" if said.patient_id is None else "patient"
    quiet = {"start": f"{rule.quiet_start:%H:%M}", "end": f"{rule.quiet_end:%H:%M}", "timezone": rule.quiet_zone}
    return {
        "kind": standing.kind,
        "patient": patient_id,
        "enabled": rule.enabled,
        "threshold": value_in(rule.threshold_mg_dl, unit),
        "margin": value_in(rule.margin_mg_dl, unit),
        "unit": unit,
        "minutes": rule.minutes,
        "hours": rule.hours,
        "escalate_after_minutes": rule.escalate_after_minutes,
        "quiet_hours": None if rule.quiet_start == rule.quiet_end else quiet,
        "channels": list(rule.channels),
        "level": level,
        "said": [NAMES.get(name, name) for name in SETTINGS if said is not None and getattr(said, name) is not None],
        "since": said.since if said else None,
        "set_by": person(said.set_by) if said else None,
    }


def _within(name: str, value: float, limits: tuple[int, int], unit: str) -> int:
    least, most = limits
    glucose = name in GLUCOSE_FIELDS
    whole = round(to_mg_dl(value, unit)) if glucose else int(value)
    if not least <= whole <= most:
        shown = [f"{round(from_mg_dl(one, unit), 1):g}" if glucose else str(one) for one in limits]
        raise serializers.ValidationError({name: f"This lies between {shown[0]} and {shown[1]}."})
    return whole

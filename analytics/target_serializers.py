"""Bodies and answers of a patient's targets."""

from collections.abc import Sequence
from typing import Any, Final

from rest_framework import serializers

from analytics.metrics.targets import CONSENSUS, MEASURES, RANGES, custom_targets
from analytics.selectors.targets import targets_of
from api.bodies import StrictSerializer
from patients.choices import TargetSet
from patients.models import PatientTargets
from patients.serializers import AmountField, WholeField
from patients.target_history import Chosen

UPPER: Final[dict[str, Any]] = {"required": False, "min_value": 0.01, "max_value": 100}
EDGE: Final[dict[str, Any]] = {"required": False, "min_value": 54, "max_value": 250}


class GoalLimitsBodySerializer(StrictSerializer):
    """Limits of goals in %; where one is not said it is that of type 1 and 2."""

    target = AmountField(required=False, min_value=0, max_value=99.99, help_text="More than this is in the target.")
    below = AmountField(**UPPER, help_text="Less than this is below the target.")
    very_low = AmountField(**UPPER, help_text="Less than this is below 54 mg/dL.")
    above = AmountField(**UPPER, help_text="Less than this is above the target.")
    very_high = AmountField(**UPPER, help_text="Less than this is above 250 mg/dL.")
    cv_percent = AmountField(**UPPER, help_text="The coefficient of variation is at most this.")


class TargetsBodySerializer(StrictSerializer):
    """One of the sets by its name, or a target range of the patient's own with its goals."""

    target_set = serializers.ChoiceField(choices=RANGES, required=False, help_text="custom where absent.")
    low_mg_dl = WholeField(**EDGE, help_text="The lowest value of the target; below high_mg_dl.")
    high_mg_dl = WholeField(**EDGE, help_text="The highest value of the target.")
    goals = GoalLimitsBodySerializer(required=False)
    reason = serializers.CharField(max_length=500, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A set alone, or both edges, the low one below the high one."""
        own = attrs.get("target_set", TargetSet.CUSTOM) == TargetSet.CUSTOM
        for name in ("low_mg_dl", "high_mg_dl"):
            if own and name not in attrs:
                raise serializers.ValidationError({name: "Targets of the patient's own have both edges."})
        for name in ("low_mg_dl", "high_mg_dl", "goals"):
            if not own and name in attrs:
                raise serializers.ValidationError({name: "A set has edges and goals of its own; leave target_set out."})
        if own and attrs["low_mg_dl"] >= attrs["high_mg_dl"]:
            raise serializers.ValidationError({"low_mg_dl": "The low edge is below the high one."})
        return attrs


class GoalLimitsSerializer(serializers.Serializer[Any]):
    """Limits of goals in %; null where the targets have no such goal."""

    target = serializers.FloatField(allow_null=True)
    below = serializers.FloatField(allow_null=True)
    very_low = serializers.FloatField(allow_null=True)
    above = serializers.FloatField(allow_null=True)
    very_high = serializers.FloatField(allow_null=True)
    cv_percent = serializers.FloatField(allow_null=True)


class WhoSetTargetsSerializer(serializers.Serializer[Any]):
    """Who set the targets."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class PatientTargetsSerializer(serializers.Serializer[Any]):
    """The targets that stood from an instant on."""

    target_set = serializers.ChoiceField(choices=RANGES)
    low_mg_dl = serializers.IntegerField()
    high_mg_dl = serializers.IntegerField()
    goals = GoalLimitsSerializer()
    since = serializers.DateTimeField(allow_null=True, help_text="Null where they stood before the history began.")
    set_by = WhoSetTargetsSerializer(allow_null=True, help_text="Null where nobody is known to have set them.")
    reason = serializers.CharField(allow_null=True)
    current = serializers.BooleanField(help_text="Whether they stand now.")


def chosen_of(body: dict[str, Any]) -> Chosen:
    """What a body chooses; each goal with its limit, so that it stays what it is if the consensus moves."""
    name = body.get("target_set", TargetSet.CUSTOM)
    if name in CONSENSUS:
        return Chosen(name)
    targets = custom_targets(body["low_mg_dl"], body["high_mg_dl"], body.get("goals", {}))
    return Chosen(name, targets.low, targets.high, {goal.measure: goal.limit for goal in targets.goals})


def entry_answer(row: PatientTargets, *, current: bool) -> dict[str, Any]:
    """An entry of the history, ready for JSON."""
    targets = targets_of(row)
    limits = {goal.measure: goal.limit for goal in targets.goals}
    return {
        "target_set": row.target_set,
        "low_mg_dl": targets.low,
        "high_mg_dl": targets.high,
        "goals": {measure: limits.get(measure) for measure in MEASURES},
        "since": row.since,
        "set_by": {"id": row.set_by.id, "name": row.set_by.name} if row.set_by else None,
        "reason": row.reason,
        "current": current,
    }


def history_answer(rows: Sequence[PatientTargets]) -> list[dict[str, Any]]:
    """The entries of a history, newest first: the first is what stands."""
    return [entry_answer(row, current=place == 0) for place, row in enumerate(rows)]

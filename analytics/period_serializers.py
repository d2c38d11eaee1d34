"""The answer of a patient's periods, for the schema."""

from typing import Any

from rest_framework import serializers

from analytics.metrics.periods import BY
from analytics.metrics.targets import RANGES
from analytics.serializers import GoalsSerializer, SufficiencySerializer, TargetRangeSerializer, TimeInRangeSerializer
from patients.units import UNITS


class PointsSerializer(serializers.Serializer[Any]):
    """Differences of percentages of the bands, in percentage points."""

    very_low = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    target = serializers.FloatField(allow_null=True)
    tight_target = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    very_high = serializers.FloatField(allow_null=True)
    below = serializers.FloatField(allow_null=True)
    above = serializers.FloatField(allow_null=True)


class ChangeSerializer(serializers.Serializer[Any]):
    """How much more than in the period before; null where one of the two has too little data."""

    mean = serializers.FloatField(allow_null=True)
    median = serializers.FloatField(allow_null=True)
    sd = serializers.FloatField(allow_null=True)
    cv_percent = serializers.FloatField(allow_null=True)
    gmi_percent = serializers.FloatField(allow_null=True)
    active_percent = serializers.FloatField(allow_null=True)
    time_in_range = PointsSerializer()


class PeriodBeforeSerializer(serializers.Serializer[Any]):
    """A period: what of it lies in the window, from its first local day to its last, both included."""

    name = serializers.CharField()
    start = serializers.DateField()
    end = serializers.DateField()
    sufficiency = SufficiencySerializer()
    readings = serializers.IntegerField()
    minutes = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    median = serializers.FloatField(allow_null=True)
    sd = serializers.FloatField(allow_null=True)
    cv_percent = serializers.FloatField(allow_null=True)
    min = serializers.FloatField(allow_null=True)
    max = serializers.FloatField(allow_null=True)
    q1 = serializers.FloatField(allow_null=True)
    q3 = serializers.FloatField(allow_null=True)
    gmi_percent = serializers.FloatField(allow_null=True)
    time_in_range = TimeInRangeSerializer()
    goals = GoalsSerializer()


class PeriodSerializer(PeriodBeforeSerializer):
    """A period, with its change from the one before where there is one."""

    change = ChangeSerializer(allow_null=True)


class PeriodsSerializer(serializers.Serializer[Any]):
    """The periods of a window of local days, the window as a whole, and the one of the same length before it."""

    patient = serializers.UUIDField()
    timezone = serializers.CharField()
    as_of = serializers.DateTimeField(allow_null=True, help_text="As it was known then; null is now.")
    unit = serializers.ChoiceField(choices=UNITS)
    definitions = serializers.CharField()
    ranges = serializers.ChoiceField(choices=sorted(RANGES))
    targets = TargetRangeSerializer()
    weighting = serializers.ChoiceField(choices=["time", "count"])
    by = serializers.ChoiceField(choices=BY)
    results = PeriodSerializer(many=True)
    window = PeriodSerializer()
    previous = PeriodBeforeSerializer()

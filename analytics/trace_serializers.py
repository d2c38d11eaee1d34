"""Answers of the endpoints that look at the readings in their order, for the schema."""

from typing import Any

from rest_framework import serializers

from analytics.agp import BIN_MINUTES
from analytics.episodes import KIND_NAMES
from analytics.metrics.targets import RANGES
from analytics.serializers import EpisodeKindsSerializer, SufficiencySerializer, TargetRangeSerializer
from patients.units import UNITS


class AgpBinSerializer(serializers.Serializer[Any]):
    """Percentiles of the readings of a part of the day, from its first minute on; null where it has none."""

    minute_of_day = serializers.IntegerField(min_value=0, max_value=1439)
    n = serializers.IntegerField()
    p5 = serializers.FloatField(allow_null=True)
    p25 = serializers.FloatField(allow_null=True)
    p50 = serializers.FloatField(allow_null=True)
    p75 = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)


class AgpSerializer(serializers.Serializer[Any]):
    """The ambulatory glucose profile: percentiles by local time of day."""

    patient = serializers.UUIDField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    timezone = serializers.CharField()
    as_of = serializers.DateTimeField(allow_null=True, help_text="As it was known then; null is now.")
    unit = serializers.ChoiceField(choices=UNITS)
    definitions = serializers.CharField()
    ranges = serializers.ChoiceField(choices=sorted(RANGES))
    target = TargetRangeSerializer()
    bin_minutes = serializers.ChoiceField(choices=BIN_MINUTES)
    smoothed = serializers.BooleanField()
    sufficiency = SufficiencySerializer()
    readings = serializers.IntegerField()
    minutes = serializers.IntegerField()
    bins = AgpBinSerializer(many=True)


class EpisodeSerializer(serializers.Serializer[Any]):
    """One episode; extreme is the nadir or the peak, area what lies beyond the edge, in the unit times minutes."""

    kind = serializers.ChoiceField(choices=KIND_NAMES)
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    extreme = serializers.FloatField()
    area = serializers.FloatField()
    night = serializers.BooleanField()


class EpisodesSerializer(serializers.Serializer[Any]):
    """The episodes of a window, by their start."""

    patient = serializers.UUIDField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    timezone = serializers.CharField()
    as_of = serializers.DateTimeField(allow_null=True, help_text="As it was known then; null is now.")
    unit = serializers.ChoiceField(choices=UNITS)
    definitions = serializers.CharField()
    sufficiency = SufficiencySerializer()
    summary = EpisodeKindsSerializer()
    results = EpisodeSerializer(many=True)

"""What the numbers mean and what went into them, for the schema."""

from typing import Any

from rest_framework import serializers

from analytics.metrics.categories import CATEGORIES
from analytics.metrics.targets import COMPARISONS, CONSENSUS, MEASURES


class UsedReadingsSerializer(serializers.Serializer[Any]):
    """The readings of a window: those that count, and those that are excluded."""

    used = serializers.IntegerField()
    minutes = serializers.IntegerField()
    excluded = serializers.IntegerField()
    excluded_minutes = serializers.IntegerField()
    first = serializers.DateTimeField(allow_null=True)
    last = serializers.DateTimeField(allow_null=True)
    by_cadence_minutes = serializers.DictField(child=serializers.IntegerField())


class GridSerializer(serializers.Serializer[Any]):
    """The grid of five minutes; interpolated are its points between readings, bridged those where one is missing."""

    points = serializers.IntegerField()
    points_with_value = serializers.IntegerField()
    interpolated = serializers.IntegerField()
    interpolated_percent = serializers.FloatField(allow_null=True)
    bridged = serializers.IntegerField()
    bridged_percent = serializers.FloatField(allow_null=True)


class HistogramSerializer(serializers.Serializer[Any]):
    """How often each value occurred, in readings and in minutes."""

    mg_dl = serializers.ListField(child=serializers.IntegerField())
    readings = serializers.ListField(child=serializers.IntegerField())
    minutes = serializers.ListField(child=serializers.IntegerField())


class ExplainedSerializer(serializers.Serializer[Any]):
    """One number with what it was computed from; inputs are in mg/dL, and empty without readings."""

    name = serializers.CharField()
    title = serializers.CharField()
    value = serializers.JSONField()
    unit = serializers.CharField()
    basis = serializers.CharField()
    formula = serializers.CharField()
    null_when = serializers.CharField()
    inputs = serializers.DictField()
    source = serializers.CharField()  # type: ignore[assignment]


class ExplanationSerializer(serializers.Serializer[Any]):
    """Why the numbers are what they are."""

    rules = serializers.ListField(child=serializers.CharField())
    readings = UsedReadingsSerializer()
    grid = GridSerializer()
    histogram = HistogramSerializer()
    metrics = ExplainedSerializer(many=True)


class DefinitionSerializer(serializers.Serializer[Any]):
    """What a number means; ``name`` is its path in the statistics."""

    name = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField()
    basis = serializers.CharField()
    formula = serializers.CharField()
    null_when = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class GoalDefinitionSerializer(serializers.Serializer[Any]):
    """A goal: what it is about has to be above, below or at most the limit, in %."""

    measure = serializers.ChoiceField(choices=MEASURES)
    comparison = serializers.ChoiceField(choices=list(COMPARISONS))
    limit = serializers.FloatField()


class TargetsDefinitionSerializer(serializers.Serializer[Any]):
    """A set of targets; the range in mg/dL, both ends included."""

    ranges = serializers.ChoiceField(choices=sorted(CONSENSUS))
    low = serializers.IntegerField()
    high = serializers.IntegerField()
    goals = GoalDefinitionSerializer(many=True)


class CategoryDefinitionSerializer(serializers.Serializer[Any]):
    """What puts a patient into a category of the clinic's overview."""

    name = serializers.ChoiceField(choices=CATEGORIES)
    title = serializers.CharField()
    rule = serializers.CharField()


class DefinitionsSerializer(serializers.Serializer[Any]):
    """The definitions of a version."""

    version = serializers.CharField()
    rules = serializers.ListField(child=serializers.CharField())
    targets = TargetsDefinitionSerializer(many=True)
    categories = CategoryDefinitionSerializer(many=True)
    results = DefinitionSerializer(many=True)


class DifferenceSerializer(serializers.Serializer[Any]):
    """A number whose rule is another in the program that was asked for, by its path: by our rule, and by that one."""

    metric = serializers.CharField()
    ours = serializers.JSONField()
    theirs = serializers.JSONField()
    why = serializers.CharField()

"""Answers of the clinic's endpoints."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from accounts.callers import Caller
from accounts.roles import Act
from analytics.metrics.categories import CATEGORIES
from analytics.metrics.targets import RANGES
from analytics.serializers import TimeInRangeSerializer
from glucose.selectors.latest import Latest
from glucose.serializers.readings import LatestSerializer, latest_answer
from patients.choices import DiabetesType, Status
from patients.models import Patient
from patients.units import UNITS


class OverviewPatientSerializer(serializers.Serializer[Any]):
    """Who it is; without a name for a key that may not read patients."""

    id = serializers.UUIDField()
    name = serializers.CharField(allow_null=True)
    external_ref = serializers.CharField(allow_null=True)
    diabetes_type = serializers.ChoiceField(choices=DiabetesType.choices)
    status = serializers.ChoiceField(choices=Status.choices)


class BandPointsSerializer(serializers.Serializer[Any]):
    """Percentage points of each band."""

    very_low = serializers.FloatField()
    low = serializers.FloatField()
    target = serializers.FloatField()
    tight_target = serializers.FloatField()
    high = serializers.FloatField()
    very_high = serializers.FloatField()
    below = serializers.FloatField()
    above = serializers.FloatField()


class OverviewChangeSerializer(serializers.Serializer[Any]):
    """Current minus previous; percentages in points."""

    time_in_range = BandPointsSerializer()
    mean = serializers.FloatField()
    sd = serializers.FloatField(allow_null=True)
    cv_percent = serializers.FloatField(allow_null=True)
    gmi_percent = serializers.FloatField()
    active_percent = serializers.FloatField()


class OverviewRowSerializer(serializers.Serializer[Any]):
    """A patient with what stands out; numbers are null where there is no data; ``reason`` says what is too little."""

    patient = OverviewPatientSerializer()
    latest = LatestSerializer(allow_null=True, help_text="Null for a key that may not read readings, too.")
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    timezone = serializers.CharField()
    ranges = serializers.ChoiceField(choices=RANGES)
    categories = serializers.ListField(child=serializers.ChoiceField(choices=CATEGORIES))
    sufficient = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)
    readings = serializers.IntegerField()
    minutes = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    sd = serializers.FloatField(allow_null=True)
    cv_percent = serializers.FloatField(allow_null=True)
    gmi_percent = serializers.FloatField(allow_null=True)
    active_percent = serializers.FloatField()
    time_in_range = TimeInRangeSerializer()
    change_from_previous_period = OverviewChangeSerializer(
        allow_null=True,
        help_text="Null without data, or where the sensor was active for less than 70 % of the previous period.",
    )


class CategoryCountsSerializer(serializers.Serializer[Any]):
    """How many of all visible patients are in each category."""

    very_low = serializers.IntegerField()
    any_low = serializers.IntegerField()
    tir_drop = serializers.IntegerField()
    low_time_in_range = serializers.IntegerField()
    any_high = serializers.IntegerField()
    very_high = serializers.IntegerField()
    extreme_high = serializers.IntegerField(help_text="0 where nobody asked for it.")
    low_use = serializers.IntegerField()
    meeting_targets = serializers.IntegerField()
    no_data = serializers.IntegerField()


class PooledSerializer(serializers.Serializer[Any]):
    """All readings of all patients as one."""

    readings = serializers.IntegerField()
    minutes = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    sd = serializers.FloatField(allow_null=True)
    cv_percent = serializers.FloatField(allow_null=True)
    gmi_percent = serializers.FloatField(allow_null=True)
    time_in_range = TimeInRangeSerializer()


class BinSerializer(serializers.Serializer[Any]):
    """How many patients have a value from ``low`` on and before ``high``; a percentage of 100 is in its last bin."""

    low = serializers.FloatField()
    high = serializers.FloatField()
    patients = serializers.IntegerField()


class DistributionSerializer(serializers.Serializer[Any]):
    """Over the patients who have the value; percentiles by linear interpolation."""

    patients = serializers.IntegerField()
    p5 = serializers.FloatField(allow_null=True)
    p25 = serializers.FloatField(allow_null=True)
    p50 = serializers.FloatField(allow_null=True)
    p75 = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)
    bins = BinSerializer(many=True)


class DistributionsSerializer(serializers.Serializer[Any]):
    """Each number's distribution over the patients; p50 is the median patient."""

    time_in_range = DistributionSerializer()
    mean = DistributionSerializer()
    gmi_percent = DistributionSerializer()
    cv_percent = DistributionSerializer()
    active_percent = DistributionSerializer()


class ClinicStatisticsSerializer(serializers.Serializer[Any]):
    """The clinic as a whole, and the distribution over its patients; shares are by each patient's own targets."""

    days = serializers.IntegerField()
    definitions = serializers.CharField()
    unit = serializers.ChoiceField(choices=UNITS)
    patients = serializers.IntegerField()
    patients_with_data = serializers.IntegerField()
    patients_with_sufficient_data = serializers.IntegerField()
    patients_compared = serializers.IntegerField(help_text="Whose previous period has enough data.")
    counts = CategoryCountsSerializer()
    pooled = PooledSerializer()
    previous = PooledSerializer(help_text="The same of as many days just before.")
    distributions = DistributionsSerializer()


def counts_schema() -> dict[str, Any]:
    """What the overview tells beside its page."""
    return {
        "days": serializers.IntegerField(),
        "unit": serializers.ChoiceField(choices=UNITS),
        "definitions": serializers.CharField(),
        "patients": serializers.IntegerField(),
        "counts": CategoryCountsSerializer(),
    }


def patient_answer(caller: Caller, patient: Patient, latest: Latest | None, unit: str, now: datetime) -> dict[str, Any]:
    """Who a row is of, and their newest reading; of a key only what its scopes open."""
    named, read = caller.may(Act.READ_PATIENTS), caller.may(Act.READ_READINGS)
    newest = None if latest is None or not read else latest_answer(latest, unit, now)
    if newest is not None and not named:
        newest["patient"]["name"] = ""
    return {
        "patient": {
            "id": patient.id,
            "name": patient.name if named else None,
            "external_ref": patient.external_ref if named else None,
            "diabetes_type": patient.diabetes_type,
            "status": patient.status,
        },
        "latest": newest,
    }

"""Answers of the analytics endpoints, for the schema, and a patient's fields."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from analytics.compatibility.answer import TOOLS
from analytics.explain_serializers import DifferenceSerializer, ExplanationSerializer
from analytics.metrics.targets import COMPARISONS, MEASURES, RANGES
from analytics.selectors.patients import PatientView
from api.conditional import record_tag
from glucose.serializers.readings import LatestSerializer, latest_answer
from patients.choices import DiabetesType, Sex, Status, TargetSet, Unit
from patients.selectors import record_of
from patients.units import UNITS


class PatientSerializer(serializers.Serializer[Any]):
    """A patient; ``latest`` is the newest reading in the patient's unit, null while there is none."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    external_ref = serializers.CharField(allow_null=True)
    birth_date = serializers.DateField(allow_null=True)
    email = serializers.EmailField(allow_null=True)
    sex = serializers.ChoiceField(choices=Sex.choices)
    diabetes_type = serializers.ChoiceField(choices=DiabetesType.choices)
    timezone = serializers.CharField()
    unit = serializers.ChoiceField(choices=Unit.choices)
    target_set = serializers.ChoiceField(choices=TargetSet.choices)
    status = serializers.ChoiceField(choices=Status.choices)
    clinicians = serializers.ListField(child=serializers.UUIDField())
    user = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    latest = LatestSerializer(allow_null=True)


class ShareSerializer(serializers.Serializer[Any]):
    """What lies in a band; percent is null without readings."""

    percent = serializers.FloatField(allow_null=True)
    minutes = serializers.IntegerField()
    readings = serializers.IntegerField()


class TimeInRangeSerializer(serializers.Serializer[Any]):
    """The consensus bands."""

    very_low = ShareSerializer()
    low = ShareSerializer()
    target = ShareSerializer()
    tight_target = ShareSerializer()
    high = ShareSerializer()
    very_high = ShareSerializer()
    below = ShareSerializer()
    above = ShareSerializer()


class SufficiencySerializer(serializers.Serializer[Any]):
    """Whether there is enough data: 14 days, 70 % active."""

    sufficient = serializers.BooleanField()
    days = serializers.FloatField()
    days_with_data = serializers.IntegerField()
    active_percent = serializers.FloatField()
    reason = serializers.CharField(allow_null=True)


class StatisticsSufficiencySerializer(SufficiencySerializer):
    """``active_percent`` is of the window; ``record_active_percent`` of the time from the first reading to the last."""

    record_active_percent = serializers.FloatField(allow_null=True)


class TargetRangeSerializer(serializers.Serializer[Any]):
    """The target range in the unit, both ends included."""

    low = serializers.FloatField()
    high = serializers.FloatField()


class GoalSerializer(serializers.Serializer[Any]):
    """A goal: what it is about has to be above, below or at most the limit, in %; null where it cannot be told."""

    measure = serializers.ChoiceField(choices=MEASURES)
    comparison = serializers.ChoiceField(choices=list(COMPARISONS))
    limit = serializers.FloatField()
    value = serializers.FloatField(allow_null=True)
    met = serializers.BooleanField(allow_null=True)


class GoalsSerializer(serializers.Serializer[Any]):
    """The goals of the targets; ``met`` is whether all are."""

    met = serializers.BooleanField(allow_null=True)
    results = GoalSerializer(many=True)


class RiskSerializer(serializers.Serializer[Any]):
    """Risk indices."""

    gri = serializers.FloatField(allow_null=True)
    gri_zone = serializers.ChoiceField(choices=list("ABCDE"), allow_null=True)
    gri_hypo_component = serializers.FloatField(allow_null=True)
    gri_hyper_component = serializers.FloatField(allow_null=True)
    lbgi = serializers.FloatField(allow_null=True)
    hbgi = serializers.FloatField(allow_null=True)
    adrr = serializers.FloatField(allow_null=True)


class VariabilitySerializer(serializers.Serializer[Any]):
    """Variability; MAGE, MODD, CONGA and the reference of the M-value are in the unit, MAG is per hour."""

    mage = serializers.FloatField(allow_null=True)
    mage_plus = serializers.FloatField(allow_null=True)
    mage_minus = serializers.FloatField(allow_null=True)
    modd = serializers.FloatField(allow_null=True)
    conga_24 = serializers.FloatField(allow_null=True)
    gvp_percent = serializers.FloatField(allow_null=True)
    mag = serializers.FloatField(allow_null=True)
    j_index = serializers.FloatField(allow_null=True)
    li = serializers.FloatField(allow_null=True)
    m_value = serializers.FloatField(allow_null=True)
    m_value_reference = serializers.FloatField()
    grade = serializers.FloatField(allow_null=True)
    grade_hypo_percent = serializers.FloatField(allow_null=True)
    grade_eu_percent = serializers.FloatField(allow_null=True)
    grade_hyper_percent = serializers.FloatField(allow_null=True)


class EpisodeSummarySerializer(serializers.Serializer[Any]):
    """How often a kind occurred, by the days of the window; all null where the window has no data."""

    count = serializers.IntegerField(allow_null=True)
    per_day = serializers.FloatField(allow_null=True)
    per_week = serializers.FloatField(allow_null=True)
    mean_minutes = serializers.FloatField(allow_null=True)
    night_percent = serializers.FloatField(allow_null=True)


class EpisodeKindsSerializer(serializers.Serializer[Any]):
    """Every kind."""

    hypo_level1 = EpisodeSummarySerializer()
    hypo_level2 = EpisodeSummarySerializer()
    hypo_extended = EpisodeSummarySerializer()
    hyper_level1 = EpisodeSummarySerializer()
    hyper_level2 = EpisodeSummarySerializer()


class StatisticsSerializer(serializers.Serializer[Any]):
    """The statistics of a window; glucose values are in ``unit``, and null where they cannot be computed.

    With ``compatibility`` the numbers are those of another program wherever its rule is another, which ``differences``
    lists; what it does not have, or what we do not compute its way, is ours and in ``not_reproduced``.
    """

    patient = serializers.UUIDField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    timezone = serializers.CharField()
    as_of = serializers.DateTimeField(allow_null=True, help_text="As it was known then; null is now.")
    unit = serializers.ChoiceField(choices=UNITS)
    definitions = serializers.CharField()
    ranges = serializers.ChoiceField(choices=sorted(RANGES))
    targets = TargetRangeSerializer()
    weighting = serializers.ChoiceField(choices=["time", "count"])
    compatibility = serializers.ChoiceField(choices=sorted(TOOLS), allow_null=True)
    sufficiency = StatisticsSufficiencySerializer()
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
    ea1c_percent = serializers.FloatField(allow_null=True)
    time_in_range = TimeInRangeSerializer()
    goals = GoalsSerializer()
    risk = RiskSerializer()
    variability = VariabilitySerializer()
    episodes = EpisodeKindsSerializer()
    explain = ExplanationSerializer(required=False)
    differences = DifferenceSerializer(many=True, required=False)
    not_reproduced = serializers.ListField(child=serializers.CharField(), required=False)


class DaySerializer(serializers.Serializer[Any]):
    """One local day with readings."""

    date = serializers.DateField()
    readings = serializers.IntegerField()
    minutes = serializers.IntegerField()
    active_percent = serializers.FloatField()
    mean = serializers.FloatField()
    sd = serializers.FloatField(allow_null=True)
    cv_percent = serializers.FloatField(allow_null=True)
    min = serializers.FloatField()
    max = serializers.FloatField()
    time_in_range = TimeInRangeSerializer()


class DailySerializer(serializers.Serializer[Any]):
    """The local days of a window that have readings."""

    patient = serializers.UUIDField()
    timezone = serializers.CharField()
    as_of = serializers.DateTimeField(allow_null=True, help_text="As it was known then; null is now.")
    unit = serializers.ChoiceField(choices=UNITS)
    definitions = serializers.CharField()
    ranges = serializers.ChoiceField(choices=sorted(RANGES))
    targets = TargetRangeSerializer()
    weighting = serializers.ChoiceField(choices=["time", "count"])
    results = DaySerializer(many=True)


def patient_answer(view: PatientView, now: datetime) -> dict[str, Any]:
    """A patient, ready for JSON."""
    patient, latest = view.patient, view.latest
    if latest is not None:
        latest.patient = patient
    return {
        "id": patient.id,
        "name": patient.name,
        "external_ref": patient.external_ref,
        "birth_date": patient.birth_date,
        "email": patient.email,
        "sex": patient.sex,
        "diabetes_type": patient.diabetes_type,
        "timezone": patient.timezone,
        "unit": patient.unit,
        "target_set": patient.target_set,
        "status": patient.status,
        "clinicians": view.clinicians,
        "user": patient.user_id,
        "created_at": patient.created_at,
        "updated_at": patient.updated_at,
        "latest": None if latest is None else latest_answer(latest, patient.unit, now),
    }


def patient_tag(view: PatientView, now: datetime) -> str:
    """The tag of a patient's answer; with a newest reading it holds for the second that its age shows."""
    latest = patient_answer(view, now)["latest"]
    return record_tag(record_of(view.patient, view.clinicians), latest)

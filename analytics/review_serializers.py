"""The queue of reviews, and how a clinic reviews, as clients see them."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from analytics.metrics.categories import CATEGORIES
from analytics.reviews import DueState, Queued, state_of, words_of
from analytics.selectors.reviews import Queue
from api.bodies import StrictSerializer
from glucose.serializers.readings import NamedPatientSerializer
from patients.cadence import MOST_DAYS, Because
from patients.care_models import Review
from patients.models import Patient
from patients.review_serializers import (
    CADENCES,
    CadenceBodySerializer,
    CadenceSerializer,
    ReviewSerializer,
    cadence_answer,
    cadence_of_body,
    review_answer,
)
from patients.reviews import Rules
from patients.serializers import WholeField, known_zone

# What the queue looks at: extreme_high is computed for the overview only where it is asked for.
CALLING = tuple(name for name in CATEGORIES if name != "extreme_high")
CATEGORY_HELP = "By category of the overview: so many days after the last review somebody who is in it is due again."


class CategoryDaysSerializer(StrictSerializer):
    """Days by category; a category that is not named brings nobody in."""

    def get_fields(self) -> dict[str, Any]:
        """One for each category."""
        return {name: WholeField(min_value=1, max_value=MOST_DAYS, required=False) for name in CALLING}


class ReviewRulesBodySerializer(CadenceBodySerializer):
    """How the clinic reviews from now on, as a whole."""

    timezone = serializers.CharField(max_length=64, validators=[known_zone], help_text="Whose days due dates are.")
    by_category = CategoryDaysSerializer(required=False, help_text=CATEGORY_HELP)


class ReviewRulesSerializer(serializers.Serializer[Any]):
    """How the clinic reviews."""

    timezone = serializers.CharField()
    kind = serializers.ChoiceField(choices=CADENCES)
    days = serializers.IntegerField(allow_null=True)
    by_category = CategoryDaysSerializer(help_text=CATEGORY_HELP)


class BecauseSerializer(serializers.Serializer[Any]):
    """Why somebody is due on the day: by the cadence, the date the last review chose, or a category."""

    by = serializers.ChoiceField(choices=[because.value for because in Because])
    category = serializers.ChoiceField(choices=CALLING, allow_null=True)
    words = serializers.CharField()


class QueuedSerializer(serializers.Serializer[Any]):
    """A patient and when they are due; days are those of the clinic's zone."""

    patient = NamedPatientSerializer()
    state = serializers.ChoiceField(choices=[state.value for state in DueState])
    due_on = serializers.DateField()
    overdue_days = serializers.IntegerField(help_text="Since due_on; 0 where nobody is late.")
    because = BecauseSerializer()
    categories = serializers.ListField(child=serializers.ChoiceField(choices=CATEGORIES))
    cadence = CadenceSerializer()
    last_review = ReviewSerializer(allow_null=True)


class QueueCountsSerializer(serializers.Serializer[Any]):
    """How many of all patients are in each state, whatever the filters."""

    overdue = serializers.IntegerField()
    due = serializers.IntegerField()
    upcoming = serializers.IntegerField()


def queued_answer(
    one: Queued, queue: Queue, patients: dict[Any, Patient], reviews: dict[Any, Review], users: dict[Any, User]
) -> dict[str, Any]:
    """A row of the queue, ready for JSON."""
    last = reviews.get(one.review_id)
    if last is not None:
        last.reviewer = users[last.reviewer_id]
    return {
        "patient": {"id": one.patient_id, "name": patients[one.patient_id].name},
        "state": state_of(one.due, queue.today).value,
        "due_on": one.due.on,
        "overdue_days": max(0, (queue.today - one.due.on).days),
        "because": {
            "by": one.due.because.value,
            "category": one.due.category,
            "words": words_of(one, queue.rules.by_category),
        },
        "categories": list(one.categories),
        "cadence": cadence_answer(one.cadence, one.own),
        "last_review": review_answer(last) if last else None,
    }


def rules_answer(rules: Rules) -> dict[str, Any]:
    """How the clinic reviews, ready for JSON."""
    cadence = rules.cadence
    return {
        "timezone": rules.timezone,
        "kind": cadence.kind.value,
        "days": cadence.days,
        "by_category": dict(rules.by_category),
    }


def rules_of_body(given: dict[str, Any]) -> Rules:
    """Of a validated body; without categories none brings anybody in."""
    return Rules(given["timezone"], cadence_of_body(given), dict(given.get("by_category", {})))

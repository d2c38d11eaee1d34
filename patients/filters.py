"""Filters of the patient list."""

from uuid import UUID

import django_filters
from django.db.models import Q, QuerySet

from patients.models import CareAssignment, DiabetesType, Patient, Status, TargetSet


class PatientFilter(django_filters.FilterSet):  # type: ignore[misc]
    """``search`` finds words in the name and whole external references."""

    search = django_filters.CharFilter(method="by_words", max_length=200)
    status = django_filters.ChoiceFilter(choices=Status.choices)
    diabetes_type = django_filters.ChoiceFilter(choices=DiabetesType.choices)
    target_set = django_filters.ChoiceFilter(choices=TargetSet.choices)
    clinician = django_filters.UUIDFilter(method="by_clinician")

    class Meta:
        model = Patient
        fields: list[str] = []

    @property
    def empty(self) -> list[str]:
        """The filters that are given without a value, which the library would pass over: the list would be whole."""
        return [name for name in self.filters if name != "search" and self.data.get(name, "-").strip() == ""]

    def by_words(self, rows: QuerySet[Patient], name: str, text: str) -> QuerySet[Patient]:
        """Every word must be in the name, in any case, or the text be the external reference."""
        words = Q()
        for word in text.split():
            words &= Q(name__icontains=word)
        return rows.filter(words | Q(external_ref=text))

    def by_clinician(self, rows: QuerySet[Patient], name: str, user_id: UUID) -> QuerySet[Patient]:
        """Those whom the user cares for; a subquery, so that rows are not doubled."""
        return rows.filter(id__in=CareAssignment.objects.filter(user_id=user_id).values("patient_id"))

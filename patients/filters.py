"""Filters of the patient list."""

from typing import Any, Final
from uuid import UUID

import django_filters
from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from patients.choices import DiabetesType, Status, TargetSet
from patients.models import CareAssignment, Patient

NAME_WORDS: Final[Any] = Patient._meta.get_field("name_words")
EXTERNAL_REF_HASH: Final[Any] = Patient._meta.get_field("external_ref_hash")
# By the indexes of the hashes: see sql/security/people.sql.
FOUND: Final = "SELECT secured.patients_found(%s, %s::bigint[], %s)"


class PatientFilter(django_filters.FilterSet):  # type: ignore[misc]
    """``search`` finds whole words of the name, and whole external references."""

    search = django_filters.CharFilter(method="by_words", max_length=200)
    status = django_filters.ChoiceFilter(choices=Status.choices)
    diabetes_type = django_filters.ChoiceFilter(choices=DiabetesType.choices)
    target_set = django_filters.ChoiceFilter(choices=TargetSet.choices)
    clinician = django_filters.UUIDFilter(method="by_clinician")

    class Meta:
        model = Patient
        fields: list[str] = []

    def __init__(self, *args: Any, clinic_id: UUID, **kwargs: Any) -> None:
        self.clinic_id = clinic_id
        super().__init__(*args, **kwargs)

    @property
    def empty(self) -> list[str]:
        """The filters that are given without a value, which the library would pass over: the list would be whole."""
        return [name for name in self.filters if name != "search" and self.data.get(name, "-").strip() == ""]

    def by_words(self, rows: QuerySet[Patient], name: str, text: str) -> QuerySet[Patient]:
        """Every word must be one of the name, whatever its case and accents, or the text the external reference."""
        if not text.strip():
            return rows
        found = Q(pk__in=[])
        for key in settings.BLIND_INDEX_KEYS:
            words = NAME_WORDS.hashed(key, text, self.clinic_id) or None
            reference = EXTERNAL_REF_HASH.hashed(key, text, self.clinic_id)
            found |= Q(id__in=RawSQL(FOUND, [self.clinic_id, words, reference]))  # noqa: S611 -- a constant
        return rows.filter(found)

    def by_clinician(self, rows: QuerySet[Patient], name: str, user_id: UUID) -> QuerySet[Patient]:
        """Those whom the user cares for; a subquery, so that rows are not doubled."""
        return rows.filter(id__in=CareAssignment.objects.filter(user_id=user_id).values("patient_id"))

"""The newest reading of a patient, of each patient, and of all."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.callers import Caller
from glucose.models import LatestReading as Latest
from patients.selectors import visible_patient, visible_patients

__all__ = [
    "Latest",
    "latest_by_patient",
    "latest_of_all",
    "latest_of_patient",
    "latest_per_patient",
    "patients_with_data_since",
]


def latest_of_patient(caller: Caller, patient_id: UUID) -> Latest | None:
    """The patient's newest reading; None where there is none."""
    patient = visible_patient(caller, patient_id)
    return Latest.objects.select_related("patient").filter(patient=patient).first()


def latest_of_all(caller: Caller) -> Latest | None:
    """The newest among all that the caller may see; None where there is none."""
    return _visible(caller).order_by("-time").first()


def latest_per_patient(caller: Caller, *, edge: UUID | None, backwards: bool, limit: int) -> Sequence[Latest]:
    """One for each visible patient that has any, by patient id from an edge on."""
    rows = _visible(caller)
    if backwards:
        return list(rows.filter(patient_id__lt=edge).order_by("-patient_id")[:limit])
    if edge is not None:
        rows = rows.filter(patient_id__gt=edge)
    return list(rows.order_by("patient_id")[:limit])


def latest_by_patient(patient_ids: Sequence[UUID]) -> dict[UUID, Latest]:
    """The newest reading of each of the patients, whom the caller of this has checked."""
    return Latest.objects.in_bulk(patient_ids)


def patients_with_data_since(since: datetime) -> QuerySet[Latest, UUID]:
    """The ids of patients whose newest reading is not older; for use inside another query only."""
    return Latest.objects.filter(time__gte=since).values_list("patient_id", flat=True)


def _visible(caller: Caller) -> QuerySet[Latest]:
    return Latest.objects.select_related("patient").filter(patient__in=visible_patients(caller))

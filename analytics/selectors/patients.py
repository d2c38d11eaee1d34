"""The patient list and detail, each with the newest reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.callers import Caller
from accounts.roles import Act
from api.errors import InvalidInput
from api.instants import parse_instant
from api.pages import PageRequest
from glucose.selectors.latest import Latest, latest_by_patient, patients_with_data_since
from patients.filters import PatientFilter
from patients.models import Patient
from patients.selectors import clinician_ids, visible_patient, visible_patients

ORDERINGS = {"created_at": "id", "-created_at": "-id"}


@dataclass(frozen=True, slots=True)
class PatientView:
    """A patient as shown: with who cares and the newest reading."""

    patient: Patient
    clinicians: list[UUID]
    latest: Latest | None


def patient_page(caller: Caller, query: Mapping[str, Any], asked: PageRequest) -> list[PatientView]:
    """One more than a page of the visible patients that the filters let through, in the cursor's direction."""
    caller.require(Act.READ_PATIENTS)
    order = ORDERINGS.get(query.get("ordering", "created_at"))
    if order is None:
        raise InvalidInput.parameter("ordering", f"is not one of {', '.join(ORDERINGS)}")
    rows = filtered(caller, query)
    descending = (order == "-id") != asked.cursor.backwards
    if asked.cursor.key is not None:
        rows = rows.filter(**{"id__lt" if descending else "id__gt": asked.cursor.key[0]})
    return _views(list(rows.order_by("-id" if descending else "id")[: asked.size + 1]))


def patient_view(caller: Caller, patient_id: UUID) -> PatientView:
    """One visible patient."""
    return _views([visible_patient(caller, patient_id)])[0]


def view_of(patient: Patient) -> PatientView:
    """A patient that the caller just changed, whom they see therefore."""
    return _views([patient])[0]


def filtered(caller: Caller, query: Mapping[str, Any]) -> QuerySet[Patient]:
    """The visible patients whom the filters let through."""
    filters = PatientFilter(query, queryset=visible_patients(caller), clinic_id=caller.clinic_id)
    if not filters.is_valid():
        errors = [
            {"parameter": name, "detail": str(reason)} for name, reasons in filters.errors.items() for reason in reasons
        ]
        raise InvalidInput("A filter has a value that it cannot take; see errors.", errors)
    if filters.empty:
        raise InvalidInput.parameter(filters.empty[0], "is empty; leave the parameter out")
    found: QuerySet[Patient] = filters.qs
    if "has_data_since" not in query:
        return found
    try:
        since = parse_instant(query["has_data_since"])
    except ValueError as error:
        raise InvalidInput.parameter("has_data_since", str(error)) from None
    return found.filter(id__in=patients_with_data_since(since))


def _views(patients: list[Patient]) -> list[PatientView]:
    clinicians = clinician_ids(patients)
    latest = latest_by_patient([patient.id for patient in patients])
    return [PatientView(patient, clinicians[patient.id], latest.get(patient.id)) for patient in patients]


def visible_count(caller: Caller) -> int:
    """How many patients the caller sees."""
    return visible_patients(caller).count()

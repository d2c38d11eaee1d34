"""A patient's record: adding one, changing it, and taking it out."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.patient_shell import render_tab
from dashboard.record_words import choices_of_record, record_words
from dashboard.shell import render_page
from patients.reviews import rules_of
from patients.units import UNITS

OLDEST = "1900-01-01"


@member_page(Act.WRITE_PATIENTS)
def new(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The form for a new patient; it is sent to the data of `patients/`."""
    context = _common() | {
        "clinic_zone": rules_of(caller).timezone,
        "may_sources": caller.may(Act.READ_SOURCES),
        "may_import": caller.may(Act.IMPORT_FILES),
    }
    return render_page(request, caller, "dashboard/new_patient.html", context, place="today")


@member_page(Act.WRITE_PATIENTS)
def edit(request: HttpRequest, caller: Caller, patient_id: UUID) -> HttpResponse:
    """The record as a form; PatientNotFound where the caller does not see them."""
    context = _common() | {"may_delete": caller.may(Act.DELETE_PATIENTS)}
    return render_tab(request, caller, patient_id, "dashboard/patient/record.html", context, tab="patient_record")


def _common() -> dict[str, Any]:
    today = timezone.now().date().isoformat()
    beside = {"words": record_words(), "units": UNITS, "oldest": OLDEST, "today": today, "clinic_zone": ""}
    return {**choices_of_record(), **beside}

"""Notes about a patient, and what is excluded of their readings."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.note_words import exclusion_reasons, note_words
from dashboard.patient_shell import render_tab


@member_page(Act.READ_NOTES)
def notes(request: HttpRequest, caller: Caller, patient_id: UUID) -> HttpResponse:
    """The page; the notes come by the data of `patients/{id}/notes/`, the exclusions by that of `exclusions/`."""
    context = {
        "words": note_words(),
        "reasons": exclusion_reasons(),
        "may_write": caller.may(Act.WRITE_NOTES),
        "may_exclude": caller.may(Act.EXCLUDE_READINGS),
    }
    return render_tab(request, caller, patient_id, "dashboard/patient/notes.html", context, tab="patient_notes")

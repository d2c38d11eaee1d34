"""Who cares for a patient, what they are alarmed of, and when the patient was reviewed."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.care_words import care_words
from dashboard.patient_shell import render_tab


@member_page(Act.READ_REVIEWS)
def care(request: HttpRequest, caller: Caller, patient_id: UUID) -> HttpResponse:
    """The page; clinicians, rules and reviews come by their data."""
    context = {
        "words": care_words(),
        "may_assign": caller.may(Act.ASSIGN_CLINICIANS),
        "may_rule": caller.may(Act.SET_ALERT_RULES),
    }
    return render_tab(request, caller, patient_id, "dashboard/patient/care.html", context, tab="patient_care")

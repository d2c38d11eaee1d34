"""A patient's daily pattern: the ambulatory glucose profile, and each day by itself."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.patient_shell import render_tab
from dashboard.pattern_words import pattern_words

SPANS: Final = (7, 14, 30, 90)


@member_page(Act.READ_STATISTICS)
def pattern(request: HttpRequest, caller: Caller, patient_id: UUID) -> HttpResponse:
    """The page; its numbers come by the data of `patients/{id}/agp/` and `patients/{id}/readings/`."""
    context = {"words": pattern_words(), "spans": SPANS}
    return render_tab(request, caller, patient_id, "dashboard/patient/pattern.html", context, tab="patient_pattern")

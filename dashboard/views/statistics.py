"""A patient's statistics: every number with its period before, and why it is what it is."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.patient_shell import render_tab
from dashboard.statistics_words import statistics_words

SPANS: Final = (7, 14, 30, 90)


@member_page(Act.READ_STATISTICS)
def statistics(request: HttpRequest, caller: Caller, patient_id: UUID) -> HttpResponse:
    """The page; its numbers come by the data of `patients/{id}/statistics/`."""
    context = {"words": statistics_words(), "spans": SPANS}
    template = "dashboard/patient/statistics.html"
    return render_tab(request, caller, patient_id, template, context, tab="patient_statistics")

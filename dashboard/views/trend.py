"""A patient's trend: the readings as a chart, with what happened meanwhile."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.note_words import exclusion_reasons, note_words
from dashboard.patient_shell import render_tab
from dashboard.trend_words import trend_words

SPANS: Final = (1, 3, 7, 14, 30, 90)


@member_page(Act.READ_READINGS)
def trend(request: HttpRequest, caller: Caller, patient_id: UUID) -> HttpResponse:
    """The page; its readings come by the data of `patients/{id}/readings/`."""
    context = {
        "words": trend_words(),
        "note_words": note_words(),
        "reasons": exclusion_reasons(),
        "spans": SPANS,
        "may_read_notes": caller.may(Act.READ_NOTES),
        "may_write": caller.may(Act.WRITE_NOTES),
        "may_exclude": caller.may(Act.EXCLUDE_READINGS),
    }
    return render_tab(request, caller, patient_id, "dashboard/patient/trend.html", context, tab="patient_trend")

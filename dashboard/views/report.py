"""A patient's report: the one page that is printed, shown by what the PDF is made of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.callers import Caller
from accounts.roles import Act
from analytics.report import SPANS, Days
from analytics.report_telling import told
from analytics.selectors.report import report_of, reported_days, subject_of
from analytics.selectors.targets import targets_for
from api.errors import InvalidInput
from api.windows import day_parameter, one_of
from dashboard.access import member_page
from dashboard.patient_shell import render_tab
from dashboard.preferences import appearance
from patients.models import Patient
from patients.selectors import visible_patient

COUNTS = tuple(str(days) for days in SPANS)
USUAL = 14


@member_page(Act.READ_STATISTICS)
def report(request: HttpRequest, caller: Caller, patient_id: UUID) -> HttpResponse:
    """The page of `days` whole local days up to `end`; what is wrong with these is said beside the usual report."""
    patient, now, wrong = visible_patient(caller, patient_id), timezone.now(), ""
    try:
        days = _asked_days(request, patient, now)
    except InvalidInput:
        days = reported_days(patient, USUAL, None, now)
        wrong = _("Choose a last day that is over, and 7, 14, 30 or 90 days. This is the usual report.")
    unit = appearance(caller.user_id)["unit"]
    found = report_of(patient, days, targets=targets_for(patient, None), unit=unit)
    context: dict[str, Any] = {
        "told": told(found, subject_of(patient), now=now),
        "days": days,
        "latest_end": reported_days(patient, USUAL, None, now).last,
        "spans": SPANS,
        "wrong": wrong,
        "query": urlencode(
            {"days": str(days.count), "end": str(days.last), "unit": unit, "language": get_language() or "en"}
        ),
    }
    template = "dashboard/patient/report.html"
    return render_tab(request, caller, patient_id, template, context, tab="patient_report")


def _asked_days(request: HttpRequest, patient: Patient, now: datetime) -> Days:
    given = {name: str(value) for name, value in request.GET.items() if value}
    count = int(one_of(given, "days", COUNTS, str(USUAL)))
    return reported_days(patient, count, day_parameter(given, "end"), now)

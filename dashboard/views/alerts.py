"""Alerts of the clinic: what is open, and what people did about it."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.alert_words import alert_words
from dashboard.shell import render_page

SNOOZES: Final = (15, 30, 60, 120)


@member_page(Act.HANDLE_ALERTS)
def alerts(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The page; the alerts come by the data of `alerts/`."""
    words = alert_words()
    context = {"words": words, "kinds": words["kinds"], "snoozes": SNOOZES}
    return render_page(request, caller, "dashboard/alerts.html", context, place="alerts")

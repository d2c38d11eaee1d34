"""Settings of the clinic: its alerts, its reviews, its webhooks, and what the operator set."""

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from analytics.review_serializers import CALLING
from dashboard.access import member_page
from dashboard.clinic_policies import policies_of
from dashboard.settings_words import cadence_words, settings_words
from dashboard.shell import render_page
from dashboard.today_words import category_words


@member_page(Act.SET_CLINIC_RULES)
def settings(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The page; rules come by the data of `alerts/rules/`, `reviews/rules/` and `webhooks/`."""
    called = category_words()
    context = policies_of(caller) | {
        "words": settings_words(),
        "cadences": cadence_words(),
        "categories": {name: called[name] for name in CALLING},
    }
    return render_page(request, caller, "dashboard/settings.html", context, place="settings")

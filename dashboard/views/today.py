"""The clinic today: every patient in one table, and who needs somebody."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from analytics.selectors.patients import visible_count
from dashboard.access import member_page
from dashboard.preferences import TODAY, preference
from dashboard.shell import render_page
from dashboard.today_words import category_words, sort_words, today_words
from glucose.selectors.accounts import visible_accounts

PERIODS: Final = (7, 14, 30)


@member_page(Act.READ_STATISTICS)
def today(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The page; its rows come by the data of `clinic/overview/`."""
    patients = visible_count(caller)
    may_connect = caller.may(Act.WRITE_SOURCES)
    context = {
        "words": today_words(),
        "kept": preference(caller.user_id, TODAY) or {},
        "categories": category_words(),
        "periods": PERIODS,
        "sorts": sort_words(),
        "patients": patients,
        "may_add": caller.may(Act.WRITE_PATIENTS),
        "may_connect": may_connect,
        "connected": not patients and may_connect and visible_accounts(caller).exists(),
    }
    return render_page(request, caller, "dashboard/today.html", context, place="today")

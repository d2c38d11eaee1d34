"""The clinic today: every patient in one table, and who needs somebody."""

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.shell import render_page


@member_page(Act.READ_STATISTICS)
def today(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The page; its rows come by the data of `clinic/overview/`."""
    return render_page(request, caller, "dashboard/today.html", {}, place="today")

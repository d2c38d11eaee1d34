"""What a member is told, and where it leads."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.notification_words import notification_words
from dashboard.shell import render_page

TEMPLATE: Final = "dashboard/notifications.html"


@member_page(Act.HANDLE_ALERTS)
def notifications(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The page; what there is comes by the data of `notifications/`."""
    return render_page(request, caller, TEMPLATE, {"words": notification_words()}, place="notifications")

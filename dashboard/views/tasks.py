"""The member's own background tasks."""

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.shell import render_page
from dashboard.task_words import task_words


@member_page(Act.READ_SOURCES)
def tasks(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The page; the tasks come by the data of `tasks/`."""
    return render_page(request, caller, "dashboard/tasks.html", {"words": task_words()}, place="tasks")

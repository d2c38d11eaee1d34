"""What there is for a member whom the clinic's pages are not made for: a patient, a researcher, a program's user."""

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from dashboard.access import member_page
from dashboard.shell import render_page
from patients.selectors import visible_patients


@member_page(None)
def welcome(request: HttpRequest, caller: Caller) -> HttpResponse:
    """A page in words, with the ways that are open to the role."""
    own = visible_patients(caller).first() if caller.role == "patient" else None
    return render_page(request, caller, "dashboard/welcome.html", {"role": caller.role.value, "own": own})

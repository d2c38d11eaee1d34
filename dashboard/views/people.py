"""Who belongs to the clinic, and who cares for whom."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, get_language_info

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.people_words import invited_roles, people_words
from dashboard.shell import render_page


@member_page(Act.MANAGE_MEMBERS)
def people(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The page; the members come by the data of `members/`."""
    context = {
        "words": people_words(),
        "roles": invited_roles(),
        "mail_languages": {code: get_language_info(code)["name_local"] for code, _ in settings.LANGUAGES},
        "mail_language": get_language(),
    }
    return render_page(request, caller, "dashboard/people.html", context, place="people")

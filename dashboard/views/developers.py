"""What somebody needs who writes programs for the clinic: documentation, keys, examples, and what went wrong."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page, user_of_page
from dashboard.developer_words import developer_words, example_words, scope_words
from dashboard.examples import examples
from dashboard.shell import render_page
from patients.selectors import visible_patients


@member_page(Act.READ_SOURCES)
def developers(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The page; keys, webhooks and dead letters come by their data, for who may manage them."""
    patient_id = visible_patients(caller).order_by("id").values_list("id", flat=True).first()
    api = request.build_absolute_uri("/api/v1")
    username = user_of_page(request).sign_in_name
    names = example_words()
    context = {
        "words": developer_words(),
        "api": api,
        "clinic_id": caller.clinic_id,
        "patient_id": patient_id,
        "examples": [
            (one.name, names[one.name], one.text)
            for one in examples(api=api, username=username, patient_id=patient_id or "PATIENT")
        ],
        "scopes": scope_words(),
        # The guide is put together for nginx, which is not there without it.
        "guide": settings.BEHIND_PROXY,
        "may_keys": caller.may(Act.MANAGE_KEYS),
        "may_webhooks": caller.may(Act.MANAGE_WEBHOOKS),
        "may_work": caller.may(Act.MANAGE_WORK),
    }
    return render_page(request, caller, "dashboard/developers.html", context, place="developers")

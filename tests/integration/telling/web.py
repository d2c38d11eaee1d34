"""The product behind gunicorn, with addresses that fail with what they were asked in every word of the error."""

from typing import Any

from project.wsgi import application as application  # isort: split

# Only after Django is set up.
from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts.models import User
from project import urls
from work.services import send


def fail_by_a_value(request: HttpRequest) -> HttpResponse:
    asked: Any = request.GET["q"]
    error = ValueError(f"it cannot be {asked}")
    error.add_note(asked)
    raise error from KeyError(asked)


def fail_by_a_row(request: HttpRequest) -> HttpResponse:
    for _ in range(2):
        User.objects.create(username=request.GET["q"])
    return HttpResponse()


def fail_later(request: HttpRequest) -> HttpResponse:
    for actor in ("telling_value", "telling_row", "telling_refusal", "telling_again"):
        send(actor, queue="default", word=request.GET["q"])
    return HttpResponse()


urls.urlpatterns += [
    path("fail/value/", fail_by_a_value),
    path("fail/row/", fail_by_a_row),
    path("fail/later/", fail_later),
]

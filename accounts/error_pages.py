"""What a page of an account answers where something is wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def error(request: HttpRequest, status: int, title: str, detail: str) -> HttpResponse:
    """What went wrong, as a page that asks neither session nor database."""
    return render(request, "account/error.html", {"title": title, "detail": detail}, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW."""
    detail = _("Open the page again and send the form once more. Your browser has to accept cookies of this site.")
    return error(request, 403, _("This form is too old, or came from another site"), detail)


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    """After too many failed logins."""
    minutes = max(1, -(-wait // 60))
    detail = _("Wait %(minutes)d minutes, then try again.") % {"minutes": minutes}
    response = error(request, 429, _("Too many failed attempts"), detail)
    response["Retry-After"] = str(wait)
    return response


def unavailable(request: HttpRequest) -> HttpResponse:
    """Where failed logins cannot be counted, nobody signs in."""
    return error(request, 503, _("Signing in does not work just now"), _("Try again in a few minutes."))

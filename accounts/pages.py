"""Pages of an account that are not django-allauth's."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import second_factor
from accounts.models import User


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Who is signed in, and what they can change."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 -- login_required lets nobody else through
    member = getattr(user, "membership", None)
    return render(request, "account/home.html", {"member": member, "enrolled": second_factor.enrolled(user)})


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

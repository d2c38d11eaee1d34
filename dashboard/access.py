"""Who may open a page: a member who is signed in, and whose role does what the page is for."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import error_pages
from accounts.callers import Caller
from accounts.models import Membership, User
from accounts.roles import Act, Role

Given = ParamSpec("Given")
# Whom the pages of the clinic are made for; others are told what there is for them.
STAFF: Final = frozenset({Role.ADMIN, Role.CLINICIAN})
View = Callable[Concatenate[HttpRequest, Caller, Given], HttpResponseBase]


def member_page(
    act: Act | None, *, methods: tuple[str, ...] = ("GET", "HEAD")
) -> Callable[[View[Given]], Callable[..., HttpResponseBase]]:
    """Give the view its caller; a page that says why where there is none, or their role may not.

    Without an act it is for every member. Where a sign-in leads, others than the staff are led to their own page.
    """

    def opened_by_members(view: View[Given]) -> Callable[..., HttpResponseBase]:
        @require_http_methods(list(methods))
        @login_required
        @wraps(view)
        def opened(request: HttpRequest, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
            caller = _caller(request, user_of_page(request))
            if caller is None:
                return _refused(request, _("Your user belongs to no clinic; ask an administrator to add you."))
            if caller.role not in STAFF and request.path == reverse("today"):
                return redirect("welcome")
            if act is not None and not caller.may(act):
                return _refused(request, _("Your role in the clinic does not open this page."))
            return view(request, caller, *args, **kwargs)

        return opened

    return opened_by_members


def user_of_page(request: HttpRequest) -> User:
    """Who is signed in; login_required lets nobody else through."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def _caller(request: HttpRequest, user: User) -> Caller | None:
    member = Membership.objects.select_related("clinic").filter(user=user).first()
    if member is None:
        return None
    request.clinic_name = member.clinic.name  # type: ignore[attr-defined]
    return member.caller()


def _refused(request: HttpRequest, detail: str) -> HttpResponse:
    return error_pages.error(request, 403, _("This page is not for you"), detail)

"""Pages of an account that are not django-allauth's."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import FormView

from accounts import identity, invitations, resets, second_factor
from accounts.error_pages import error
from accounts.errors import LinkRefused
from accounts.forms import AcceptForm, NewPasswordForm, PasswordResetForm
from accounts.models import User


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Who is signed in, and what they can change."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 -- login_required lets nobody else through
    member = getattr(user, "membership", None)
    return render(request, "account/home.html", {"member": member, "enrolled": second_factor.enrolled(user)})


class PasswordReset(FormView):  # type: ignore[type-arg]
    """Ask for a link by mail; the answer is the same for every address."""

    form_class = PasswordResetForm
    template_name = "account/password_reset.html"

    def form_valid(self, form: PasswordResetForm) -> HttpResponse:
        """Say where the link was sent, if somebody has the address."""
        email = form.cleaned_data["email"]
        resets.ask(self.request, email=email, language=get_language() or "en", now=timezone.now())
        return render(self.request, "account/password_reset_done.html", {"email": email})


class NewPassword(PasswordResetConfirmView):
    """Where the link of that mail leads: a new password, once."""

    form_class = NewPasswordForm
    template_name = "account/password_reset_from_key.html"
    success_url = reverse_lazy("account_login")

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on to signing in."""
        messages.success(self.request, _("Your password is changed. Sign in with it."))
        assert isinstance(self.user, User)  # noqa: S101 -- the link is valid, so it is somebody's
        with identity.acting(self.user.id):
            return super().form_valid(form)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password1", "password2")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of an invitation leads: one's name and a password, once."""
    try:
        user = invitations.invited_by_link(token, timezone.now())
        form = AcceptForm(user, request.POST or None, initial={"name": user.name})
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            invitations.accept(token, name=given["name"], password=given["password1"], now=timezone.now())
            messages.success(request, _("You are a member now. Sign in with your user name and password."))
            return HttpResponseRedirect(reverse("account_login"))
    except LinkRefused:
        detail = _("It was used, replaced by a newer one, or is too old. Ask your administrator for a new one.")
        return error(request, 410, _("This link does not work any more"), detail)
    return render(request, "account/invitation.html", {"form": form, "invited": user})

"""The pages of who runs the service: Django's admin, in a process of its own, behind a fresh second factor."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from accounts import second_factor
from accounts.models import User


class OperatorSite(AdminSite):
    """Django's, for operators who have lately proven a second factor; each app registers what an operator needs."""

    site_header = site_title = "Saúde-IA"
    site_url = None
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether an operator asks, and the proof is fresh."""
        user = request.user
        return isinstance(user, User) and _is_operator(user) and second_factor.enrolled(user) and _is_fresh(request)

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """What is missing yet: the sign-in, a second factor, or a new proof of it. Nobody else learns what is here."""
        user, after = request.user, request.GET.get("next") or reverse("admin:index")
        if not isinstance(user, User):
            return redirect_to_login(after, reverse("account_login"))
        if not _is_operator(user):
            raise Http404
        if not second_factor.enrolled(user):
            return HttpResponseRedirect(reverse("mfa_index"))
        if not _is_fresh(request):
            return redirect_to_login(after, reverse(_proof_of(user)))
        return HttpResponseRedirect(reverse("admin:index"))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: object = None
    ) -> HttpResponseBase:
        """On the page of the account, as for everybody."""
        return HttpResponseRedirect(reverse("account_change_password"))


def _is_operator(user: User) -> bool:
    return user.is_active and user.is_staff


def _is_fresh(request: HttpRequest) -> bool:
    """Whether a second factor was proven in this session, no longer than ADMIN_FRESH_MINUTES ago."""
    earliest = time.time() - 60 * settings.ADMIN_FRESH_MINUTES
    proofs = get_authentication_records(request, request.user)
    return any(proof["method"] == "mfa" and proof["at"] > earliest for proof in proofs)


def _proof_of(user: User) -> str:
    """The page where the user can prove it: a passkey cannot be typed."""
    has_app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    return "mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn"

"""What django-allauth asks us: who signs in, how secrets are kept."""

import time
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts import error_pages, identity, invitations, logins, notices, sealing, second_factor, services
from accounts.models import Ending, User
from accounts.notices import Notice
from accounts.selectors import FACTORS
from accounts.sessions import end_other_sessions

# By what django-allauth calls its own mails.
NOTICES: Final = {
    "mfa/email/totp_activated": Notice.FACTOR_ADDED,
    "mfa/email/totp_deactivated": Notice.FACTOR_REMOVED,
    "mfa/email/webauthn_added": Notice.FACTOR_ADDED,
    "mfa/email/webauthn_removed": Notice.FACTOR_REMOVED,
    "mfa/email/recovery_codes_generated": Notice.NEW_CODES,
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves, and failed logins are counted as the API counts them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Members are invited."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user, or None; TooManyRequests after too many failures."""
        tried = logins.begin(request, credentials["username"], timezone.now())
        try:
            user = authenticate(request, **credentials)
        except Exception:
            logins.forgive(request, tried, signed_in=False)
            raise
        if not isinstance(user, User):
            return None
        # Whoever still owes a second factor has not signed in from this address yet.
        logins.forgive(request, tried, signed_in=not second_factor.enrolled(user))
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in; from here on the request is the user's, to the database too."""
        identity.name_actor(user.id)
        super().login(request, user)
        language = get_language() or "en"
        if user.language != language:
            user.language = language
            user.save(update_fields=["language"])

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """What django-allauth says was changed; an own mail tells of it, and what was signed in before it ends.

        A new password is told of by ``services.set_password``.
        """
        notice = NOTICES.get(template_prefix)
        if notice is None:
            return
        if notice is Notice.FACTOR_REMOVED:
            end_other_sessions(self.request, user, Ending.FACTOR_LOST, timezone.now())
        elif notice is Notice.FACTOR_ADDED and second_factor.count(user) == 1:
            end_other_sessions(self.request, user, Ending.FACTOR_ADDED, timezone.now())
        # django-allauth tells of an app and of codes once they are committed, when nobody is named any more.
        with identity.acting(user.id):
            notices.tell(user, notice)

    def set_password(self, user: User, password: str) -> None:
        """The password that somebody changed on a page."""
        services.set_password(user, password)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not where somebody has just signed in or confirmed who they are."""
        proofs = get_authentication_records(self.request, self.request.user)
        return not proofs or time.time() - proofs[-1]["at"] >= REAUTHENTICATION_TIMEOUT

    def get_login_stages(self) -> list[str]:
        """What follows the first proof: not our second factor where a trusted identity provider asked for its own."""
        stages: list[str] = super().get_login_stages()
        proofs = self.request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or [{}]
        if settings.OIDC_SECOND_FACTOR_TRUSTED and proofs[-1].get("method") == "socialaccount":
            stages.remove("allauth.mfa.stages.AuthenticateStage")
        return stages

    def get_client_ip(self, request: HttpRequest) -> str:
        """Nothing of django-allauth's counts by address."""
        return ""


class IdentityProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whom the identity provider may bring: members and the invited, known by an address that it has verified."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Members are invited."""
        return False

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> User:
        """Nobody is made, so nothing is taken over; of the provider's claims its subject is stored, and no other."""
        sociallogin.account.extra_data = {}
        user: User = sociallogin.user
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Go on with the member that the provider's user is; a page that says no where there is none."""
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_home")))
        if sociallogin.is_existing:
            return
        verified = [one.email for one in sociallogin.email_addresses if one.verified is True]
        user = invitations.recognise(verified)
        if user is None:
            detail = gettext("Ask an administrator of your clinic to invite you by the address you signed in with.")
            page = error_pages.error(request, 403, gettext("Nobody here has your address"), detail)
            raise ImmediateHttpResponse(page)
        identity.name_actor(user.id)
        sociallogin.connect(request, user)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are encrypted at rest, and what a clinic requires cannot be taken away."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("Your clinic requires a second factor. Add another one first."),
    }

    def get_totp_label(self, user: User) -> str:
        """What the authenticator app shows beside our name."""
        return user.sign_in_name

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whom a passkey belongs to: the host that the browser is on, which is one of ALLOWED_HOSTS."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.MFA_TOTP_ISSUER}

    def encrypt(self, text: str) -> str:
        """As the fields of models are."""
        return sealing.seal(second_factor.PLACE, text)

    def decrypt(self, encrypted_text: str) -> str:
        """As the fields of models are."""
        return sealing.unseal(second_factor.PLACE, encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of somebody who has to have one."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS)
        return others.exclude(pk=authenticator.pk).exists() or not second_factor.required(authenticator.user)

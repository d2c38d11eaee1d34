"""Pages of an account: their language, what they answer to an error, and the second factor that a clinic wants."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.locale import LocaleMiddleware
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from dramatiq.errors import BrokerError
from redis.exceptions import RedisError

from accounts import error_pages, identity, second_factor
from accounts.authentication import note_user
from accounts.models import User
from accounts.page_paths import ACCOUNT, is_page
from api.errors import TooManyRequests

GetResponse = Callable[[HttpRequest], HttpResponse]
# What somebody may do who has to enrol first.
OPEN = (f"{ACCOUNT}2fa/", f"{ACCOUNT}logout/", f"{ACCOUNT}reauthenticate/", f"{ACCOUNT}language/")


class SignedSessionMiddleware(SessionMiddleware):
    """Django's, with a signed cookie: the key of a session that stands in the database opens nothing by itself."""

    signer = Signer(salt="accounts.session")

    def process_request(self, request: HttpRequest) -> None:
        """The session whose key the cookie holds; a new one where we did not sign it."""
        try:
            key = self.signer.unsign(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
        except BadSignature:
            key = None
        request.session = self.SessionStore(key)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Sign what Django would send."""
        response = super().process_response(request, response)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and cookie.value:
            signed = self.signer.sign(cookie.value)
            cookie.set(cookie.key, signed, signed)
        return response


class PageLocaleMiddleware(LocaleMiddleware):
    """Django's, for pages only: the API's texts and tags are the same for everybody."""

    def process_request(self, request: HttpRequest) -> None:
        """The language of the cookie or the browser."""
        if not request.path.startswith("/api/"):
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say which language it is."""
        return response if request.path.startswith("/api/") else super().process_response(request, response)


class PageMiddleware:
    """Keeps somebody who has to enrol a second factor on the pages for it, and says in HTML what went wrong."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, the way to enrolment, or an error; none is kept by a cache."""
        if not is_page(request.path):
            return self.get_response(request)
        with transaction.atomic():
            if isinstance(request.user, User):
                identity.name_actor(request.user.id)
                note_user(request.user)
            response = self._enrolment(request) or self.get_response(request)
        add_never_cache_headers(response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Too many failed logins, or nothing to count them with."""
        if isinstance(error, TooManyRequests):
            return error_pages.too_many(request, error.wait)
        return error_pages.unavailable(request) if isinstance(error, (RedisError, BrokerError)) else None

    def _enrolment(self, request: HttpRequest) -> HttpResponse | None:
        user = request.user
        if request.path.startswith(OPEN) or not isinstance(user, User):
            return None
        if not second_factor.must_enrol(request, user):
            return None
        messages.warning(request, _("Your clinic requires a second factor: set one up to go on."))
        return HttpResponseRedirect(reverse("mfa_index"))

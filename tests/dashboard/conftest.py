"""Browsers of members of a clinic, signed in to the pages."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.middleware import SignedSessionMiddleware
from accounts.models import User
from patients.models import Patient
from tests.conftest import Member
from tests.dashboard.sending import Sender


@pytest.fixture(autouse=True)
def no_files(settings: Settings) -> None:
    """Looking for static files is slow and in vain."""
    settings.WHITENOISE_USE_FINDERS = False


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    """A browser with a user's session, which meets CSRF as forms do."""

    def signed_in(user: User) -> Client:
        browser = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        cookie = browser.cookies["sessionid"]
        signed = SignedSessionMiddleware.signer.sign(cookie.value)
        cookie.set("sessionid", signed, signed)
        return browser

    return signed_in


@pytest.fixture
def send(patient: Patient, clinician: Member, browser_of: Callable[[User], Client]) -> Sender:
    """The scripts of the pages about the patient, of somebody who cares for them."""
    return Sender(browser_of(clinician.user), patient)

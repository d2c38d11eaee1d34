"""Browsers of members of a clinic, signed in to the pages."""

import re
from collections.abc import Callable
from typing import Any

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


@pytest.fixture
def send_data() -> Callable[..., Any]:
    """Send what a page's script sends: JSON, with the token that the page has."""

    def sent(browser: Client, method: str, address: str, body: object = None, **headers: str) -> Any:
        page = browser.get("/clinic/tasks/", secure=True).content.decode()
        found = re.search(r'data-csrf="(\w+)"', page)
        assert found
        given = {"x-csrftoken": found[1], "referer": "https://localhost/clinic/", **headers}
        request = {"content_type": "application/json", "secure": True, "headers": given}
        return getattr(browser, method)(address, {} if body is None else body, **request)

    return sent

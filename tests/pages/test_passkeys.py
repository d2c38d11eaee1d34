"""Passkeys: adding one, signing in with it alone or after the password."""

import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts import services
from accounts.models import Clinic, User
from accounts.roles import SecondFactorPolicy
from tests.pages.browsing import is_signed_in, read, sign_in, submit
from tests.passkeys import Passkey

ADD = "/account/2fa/webauthn/add/"
LOGIN = "/account/2fa/webauthn/login/"
SECOND_STEP = "/account/2fa/authenticate/"


def options_on(browser: Client, page: str) -> Any:
    """What the page hands to the browser's own dialogue."""
    response = browser.get(page, secure=True)
    read(response)
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', response.content.decode())
    assert found, response.content
    return json.loads(found[1])


def post(browser: Client, page: str, **values: str) -> Any:
    """The answer to what the page's script submits."""
    token = browser.cookies["csrftoken"].value
    return browser.post(
        page,
        {"csrfmiddlewaretoken": token, **values},
        secure=True,
        follow=True,
        headers={"referer": "https://localhost/"},
    )


@pytest.fixture
def passkey(browser: Client, ana: User) -> Passkey:
    """Ana's, and nobody is signed in any more."""
    sign_in(browser)
    made = Passkey("https://localhost")
    credential = made.create(options_on(browser, ADD)["creation_options"])
    response = post(browser, ADD, name="Phone", credential=credential, passwordless="on")
    assert len(re.findall(r"<code>(\d{8})</code>", response.content.decode())) == 10
    submit(browser, "/account/logout/", {})
    assert not is_signed_in(browser)
    return made


def request_options(browser: Client) -> Any:
    """What signing in without a password begins with."""
    browser.get("/account/login/", secure=True)
    return browser.get(LOGIN, secure=True, headers={"accept": "application/json"}).json()["request_options"]


class TestAPasskey:
    def test_signs_in_alone(self, browser: Client, passkey: Passkey) -> None:
        post(browser, LOGIN, credential=passkey.get(request_options(browser)))

        assert is_signed_in(browser)

    def test_is_the_second_factor_after_a_password(self, browser: Client, passkey: Passkey) -> None:
        assert sign_in(browser).redirect_chain[-1][0] == SECOND_STEP
        options = options_on(browser, SECOND_STEP)["request_options"]

        post(browser, SECOND_STEP, credential=passkey.get(options))

        assert is_signed_in(browser)

    def test_is_what_a_clinic_requires(self, browser: Client, passkey: Passkey, clinic: Clinic) -> None:
        assert services.require_second_factor(clinic_id=clinic.id, policy=SecondFactorPolicy.EVERYONE) == 0

        post(browser, LOGIN, credential=passkey.get(request_options(browser)))

        assert is_signed_in(browser)

    def test_answers_one_challenge_only(self, browser: Client, passkey: Passkey) -> None:
        old = request_options(browser)["publicKey"]["challenge"]

        post(browser, LOGIN, credential=passkey.get(request_options(browser), challenge=old))

        assert not is_signed_in(browser)

    def test_of_another_site_does_not_sign_in(self, browser: Client, passkey: Passkey) -> None:
        passkey.origin = "https://evil.example"

        post(browser, LOGIN, credential=passkey.get(request_options(browser)))

        assert not is_signed_in(browser)

    def test_of_somebody_else_does_not_sign_in(self, browser: Client, passkey: Passkey) -> None:
        forged = Passkey("https://localhost")
        forged.id, forged.rp_id, forged.user_handle = passkey.id, passkey.rp_id, passkey.user_handle

        post(browser, LOGIN, credential=forged.get(request_options(browser)))

        assert not is_signed_in(browser)

    def test_of_somebody_deactivated_does_not_sign_in(self, browser: Client, passkey: Passkey) -> None:
        User.objects.update(is_active=False)

        response = post(browser, LOGIN, credential=passkey.get(request_options(browser)))

        assert response.redirect_chain[-1][0] == "/account/inactive/"
        assert not is_signed_in(browser)

    def test_is_listed_renamed_and_removed(self, browser: Client, passkey: Passkey) -> None:
        post(browser, LOGIN, credential=passkey.get(request_options(browser)))
        row = Authenticator.objects.get(type="webauthn")
        keys = "/account/2fa/webauthn/"
        listed = browser.get(keys, secure=True)
        read(listed)
        assert "Phone" in listed.content.decode()

        submit(browser, f"{keys}keys/{row.pk}/edit/", {"name": "Tablet"})
        assert "Tablet" in browser.get(keys, secure=True).content.decode()
        submit(browser, f"{keys}keys/{row.pk}/remove/", {})

        assert not Authenticator.objects.exists()


def test_somebody_else_cannot_add_one_to_a_session_of_none(browser: Client) -> None:
    assert browser.get(ADD, secure=True).status_code == 302

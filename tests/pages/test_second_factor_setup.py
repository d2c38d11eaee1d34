"""`/account/2fa/`: setting up an authenticator app, recovery codes, and what a clinic requires."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts import services
from accounts.models import Clinic, User
from accounts.roles import SecondFactorPolicy
from accounts.sealing import unseal
from accounts.second_factor import PLACE
from tests.pages.browsing import ACTIVATE, NOW, is_signed_in, read, session_of, set_up_app, sign_in, submit
from tests.second_factors import code_at, enrol_app

CODES = "/account/2fa/recovery-codes/"


def set_up(browser: Client) -> str:
    """Set up an app; the page that follows."""
    return set_up_app(browser, NOW)[1]


class TestAnAuthenticatorApp:
    @pytest.fixture(autouse=True)
    def signed_in(self, browser: Client, ana: User) -> None:
        sign_in(browser)

    def test_is_set_up_by_a_picture_or_a_key(self, browser: Client) -> None:
        response = browser.get(ACTIVATE, secure=True)

        page = response.content.decode()
        assert "<svg" in page
        assert session_of(browser)["mfa.totp.secret"] in page
        read(response)

    def test_shows_the_recovery_codes_once(self, browser: Client, ana: User) -> None:
        codes = re.findall(r"<code>(\d{8})</code>", set_up(browser))

        assert len(codes) == 10
        assert not re.findall(r"<code>\d{8}</code>", browser.get(CODES, secure=True).content.decode())
        rows = Authenticator.objects.filter(user=ana)
        assert {row.type for row in rows} == {"totp", "recovery_codes"}
        assert not any(code in str(row.data) for row in rows for code in codes)

    def test_is_not_set_up_by_a_wrong_code(self, browser: Client, ana: User) -> None:
        submit(browser, ACTIVATE, {"code": "000000"})

        assert not Authenticator.objects.exists()

    def test_does_not_sign_in_with_the_code_it_was_set_up_with(self, browser: Client) -> None:
        set_up(browser)
        code = code_at(NOW, unseal(PLACE, Authenticator.objects.get(type="totp").data["secret"]))
        browser.logout()
        sign_in(browser)

        submit(browser, "/account/2fa/authenticate/", {"code": code})

        assert not is_signed_in(browser)

    def test_makes_new_recovery_codes(self, browser: Client) -> None:
        old = re.findall(r"<code>(\d{8})</code>", set_up(browser))

        response = submit(browser, f"{CODES}generate/", {})

        new = re.findall(r"<code>(\d{8})</code>", response.content.decode())
        assert len(new) == 10
        assert not set(old) & set(new)

    def test_can_be_removed(self, browser: Client, ana: User) -> None:
        set_up(browser)

        submit(browser, "/account/2fa/totp/deactivate/", {})

        assert not Authenticator.objects.filter(user=ana).exists()

    def test_cannot_be_removed_where_the_clinic_requires_one(self, browser: Client, ana: User, clinic: Clinic) -> None:
        set_up(browser)
        services.require_second_factor(clinic_id=clinic.id, policy=SecondFactorPolicy.STAFF)

        response = submit(browser, "/account/2fa/totp/deactivate/", {})

        assert "Your clinic requires a second factor" in response.content.decode()
        assert Authenticator.objects.filter(user=ana, type="totp").exists()

    def test_is_not_changed_by_a_session_that_is_left_open(self, browser: Client, ana: User, clock: object) -> None:
        set_up(browser)
        clock.shift(301)  # type: ignore[attr-defined]

        response = browser.get("/account/2fa/totp/deactivate/", secure=True, follow=True)

        assert response.redirect_chain[-1][0].startswith("/account/reauthenticate/")
        read(response)


class TestAClinicThatRequiresOne:
    @pytest.fixture(autouse=True)
    def required(self, clinic: Clinic, ana: User) -> None:
        services.require_second_factor(clinic_id=clinic.id, policy=SecondFactorPolicy.STAFF)

    @pytest.mark.parametrize("address", ["/account/", "/account/password/change/"])
    def test_leads_to_enrolment_before_anything_else(self, browser: Client, address: str) -> None:
        sign_in(browser)

        response = browser.get(address, secure=True, follow=True)

        assert response.redirect_chain == [("/account/2fa/", 302)]
        assert "Your clinic requires a second factor" in response.content.decode()

    def test_is_content_once_one_is_set_up(self, browser: Client) -> None:
        sign_in(browser)
        set_up(browser)

        assert is_signed_in(browser)

    def test_asks_nothing_of_somebody_who_has_one(self, browser: Client, ana: User) -> None:
        enrol_app(ana, NOW)
        sign_in(browser)

        submit(browser, "/account/2fa/authenticate/", {"code": code_at(NOW)})

        assert is_signed_in(browser)

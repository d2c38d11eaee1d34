"""Signing in by an identity provider: who is there may, and nobody is made."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from pytest_django import Settings

from accounts import invitations, services
from accounts.models import Clinic, Invitation, User
from accounts.roles import Role, SecondFactorPolicy
from tests.conftest import Member
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, identity_provider
from tests.pages.browsing import LOGIN, NOW, is_signed_in, read, submit
from tests.second_factors import enrol_app

BUTTON = "/account/oidc/oidc/login/?process=login"
ANA = {"sub": "4711", "email": "Ana@example.org", "email_verified": True, "name": "Ana"}


@pytest.fixture(scope="module")
def listening() -> Iterator[IdentityProvider]:
    with identity_provider() as server:
        yield server


@pytest.fixture
def provider(listening: IdentityProvider, settings: Settings) -> IdentityProvider:
    """The one that is configured; Ana signs in there."""
    app = {
        "provider_id": "oidc",
        "name": "Hospital",
        "client_id": CLIENT_ID,
        "secret": CLIENT_SECRET,
        "settings": {"server_url": listening.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    listening.claims, listening.issuer = dict(ANA), listening.url
    return listening


def sign_in_there(browser: Client, provider: IdentityProvider) -> Any:
    """The page after the button, the provider and the way back."""
    response = submit(browser, LOGIN, {}, action=BUTTON, follow=False)
    assert response.status_code == 302
    back = provider.authorise(response["Location"])
    return browser.get(back.removeprefix("https://localhost"), secure=True, follow=True)


def test_without_one_there_is_no_button(browser: Client) -> None:
    assert "oidc" not in browser.get(LOGIN, secure=True).content.decode()
    assert browser.get(BUTTON, secure=True).status_code == 404


class TestSomebodyWhoIsThere:
    def test_signs_in_by_a_verified_address(self, browser: Client, ana: User, provider: IdentityProvider) -> None:
        response = sign_in_there(browser, provider)

        assert response.redirect_chain[-1][0] == "/clinic/"
        assert is_signed_in(browser)
        ana.refresh_from_db()
        assert ana.has_usable_password()
        assert not SocialToken.objects.exists()

    def test_leaves_nothing_of_the_provider_but_the_subject(
        self, browser: Client, ana: User, provider: IdentityProvider
    ) -> None:
        for _ in range(2):
            sign_in_there(browser, provider)
            browser.logout()

        account = SocialAccount.objects.get()
        assert (account.uid, account.extra_data, account.user) == ("4711", {}, ana)
        assert not EmailAddress.objects.exists()

    def test_is_known_by_the_subject_from_then_on(self, browser: Client, ana: User, provider: IdentityProvider) -> None:
        sign_in_there(browser, provider)
        browser.logout()
        provider.claims["email"] = "new.name@example.org"

        sign_in_there(browser, provider)

        assert is_signed_in(browser)
        assert SocialAccount.objects.get().user == ana

    @pytest.mark.parametrize("verified", [False, None, "true"])
    def test_is_not_known_by_an_address_that_is_not_verified(
        self, browser: Client, ana: User, provider: IdentityProvider, verified: Any
    ) -> None:
        provider.claims["email_verified"] = verified

        response = sign_in_there(browser, provider)

        assert response.status_code == 403
        assert not is_signed_in(browser)

    def test_does_not_sign_in_once_deactivated(self, browser: Client, ana: User, provider: IdentityProvider) -> None:
        sign_in_there(browser, provider)
        User.objects.update(is_active=False)
        other = Client(enforce_csrf_checks=True, headers={"host": "localhost"})

        sign_in_there(other, provider)

        assert not is_signed_in(other)


class TestSomebodyInvited:
    def test_accepts_by_signing_in(self, browser: Client, admin: Member, provider: IdentityProvider) -> None:
        member = invitations.invite(
            admin.caller, email="ana@example.org", name="Ana", role=Role.CLINICIAN, language="en"
        )

        sign_in_there(browser, provider)

        assert is_signed_in(browser)
        assert not Invitation.objects.exists()
        assert User.objects.get(id=member.user_id).is_active


class TestAStranger:
    def test_is_not_made_a_member(self, browser: Client, clinic: Clinic, provider: IdentityProvider) -> None:
        response = sign_in_there(browser, provider)

        assert response.status_code == 403
        assert "Nobody here has your address" in response.content.decode()
        read(response)
        assert not User.objects.exists()
        assert not SocialAccount.objects.exists()

    def test_is_refused_with_a_token_of_another_issuer(
        self, browser: Client, ana: User, provider: IdentityProvider
    ) -> None:
        provider.issuer = "https://evil.example"

        read(sign_in_there(browser, provider))

        assert not is_signed_in(browser)

    def test_is_refused_with_a_state_that_is_not_this_browsers(
        self, browser: Client, ana: User, provider: IdentityProvider
    ) -> None:
        response = submit(browser, LOGIN, {}, action=BUTTON, follow=False)
        back = provider.authorise(response["Location"])
        victim = Client(enforce_csrf_checks=True, headers={"host": "localhost"})

        victim.get(back.removeprefix("https://localhost"), secure=True, follow=True)

        assert not is_signed_in(victim)


class TestTheSecondFactor:
    def test_is_asked_for_after_the_provider(self, browser: Client, ana: User, provider: IdentityProvider) -> None:
        enrol_app(ana, NOW)

        response = sign_in_there(browser, provider)

        assert response.redirect_chain[-1][0] == "/account/2fa/authenticate/"
        assert not is_signed_in(browser)

    def test_has_to_be_set_up_after_the_provider_where_the_clinic_requires_one(
        self, browser: Client, ana: User, clinic: Clinic, provider: IdentityProvider
    ) -> None:
        services.require_second_factor(clinic_id=clinic.id, policy=SecondFactorPolicy.STAFF)

        assert sign_in_there(browser, provider).redirect_chain[-1][0] == "/account/2fa/"

    @pytest.mark.parametrize("enrolled", [True, False])
    def test_is_the_providers_where_it_is_trusted(
        self, browser: Client, ana: User, clinic: Clinic, provider: IdentityProvider, settings: Settings, enrolled: bool
    ) -> None:
        settings.OIDC_SECOND_FACTOR_TRUSTED = True
        services.require_second_factor(clinic_id=clinic.id, policy=SecondFactorPolicy.STAFF)
        if enrolled:
            enrol_app(ana, NOW)

        sign_in_there(browser, provider)

        assert is_signed_in(browser)

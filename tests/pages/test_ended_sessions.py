"""What ends the sessions of pages: each way in which a sign-in is changed, and not in the browser where it was done."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts import services
from accounts.members import forget_second_factor
from accounts.models import Clinic, Session, User
from accounts.roles import SecondFactorPolicy
from accounts.sessions import TokenPair
from tests.conftest import Member, tokens_of
from tests.pages.browsing import NOW, PASSWORD, is_signed_in, read, set_up_app, sign_in, submit
from tests.second_factors import code_at, enrol_app

DEACTIVATE = "/account/2fa/totp/deactivate/"
NEW = "another horse battery"


@pytest.fixture
def other(browser: Client, ana: User) -> Client:
    """Another browser, signed in as the first one is."""
    other = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    for one in (browser, other):
        sign_in(one)
        assert is_signed_in(one)
    return other


@pytest.fixture
def tokens(other: Client, ana: User) -> TokenPair:
    return tokens_of(ana)


def is_over(tokens: TokenPair) -> bool:
    """Whether no token of the pair opens anything: its session is revoked."""
    return not Session.objects.filter(revoked_at=None).exists()


# What django-allauth does after the commit belongs to the request here, as it does outside of tests.
@pytest.mark.django_db(transaction=True)
class TestAllButTheOneInWhichItIsDone:
    def test_end_with_a_new_password(self, browser: Client, other: Client, tokens: TokenPair) -> None:
        submit(browser, "/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

        assert (is_signed_in(browser), is_signed_in(other), is_over(tokens)) == (True, False, True)

    def test_end_with_the_first_second_factor(self, browser: Client, other: Client, tokens: TokenPair) -> None:
        set_up_app(browser, NOW)

        assert (is_signed_in(browser), is_signed_in(other), is_over(tokens)) == (True, False, True)

    def test_end_with_a_removed_second_factor(self, browser: Client, ana: User, clock: Any) -> None:
        sign_in(browser)
        secret, _ = set_up_app(browser, NOW)
        clock.shift(60)
        other = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
        sign_in(other)
        submit(other, "/account/2fa/authenticate/", {"code": code_at(NOW + timedelta(minutes=1), secret)})
        tokens = tokens_of(ana)
        assert is_signed_in(other)

        submit(browser, DEACTIVATE, {})

        assert (is_signed_in(browser), is_signed_in(other), is_over(tokens)) == (True, False, True)


class TestAll:
    def test_end_with_a_factor_that_an_administrator_takes_away(
        self, browser: Client, other: Client, tokens: TokenPair, ana: User, admin: Member
    ) -> None:
        enrol_app(ana, NOW)

        forget_second_factor(admin.caller, ana.id)

        assert not is_signed_in(browser)
        assert not is_signed_in(other)
        assert not Session.objects.filter(user=ana, revoked_at=None).exists()

    def test_end_with_a_new_password_by_a_link(self, browser: Client, other: Client, tokens: TokenPair) -> None:
        services.set_password(User.objects.get(username="ana"), NEW)

        assert not is_signed_in(browser)
        assert is_over(tokens)

    @pytest.mark.parametrize("fields", [None, ["email"]])
    def test_end_with_another_address(
        self, browser: Client, other: Client, tokens: TokenPair, ana: User, fields: list[str] | None
    ) -> None:
        ana.email = "ana.lima@example.org"
        ana.save(update_fields=fields)

        assert not is_signed_in(browser)
        assert is_over(tokens)

    def test_end_for_good_with_a_deactivation(self, browser: Client, other: Client, ana: User) -> None:
        for active in (False, True):
            ana.is_active = active
            ana.save()

        assert not is_signed_in(browser)

    def test_end_with_a_logout_everywhere(self, browser: Client, other: Client, ana: User, admin: Member) -> None:
        response = browser.post(
            "/api/v1/auth/logout-everywhere/", headers={"authorization": f"Bearer {tokens_of(ana).access}"}
        )

        assert response.status_code == 204
        assert not is_signed_in(browser)
        assert admin.api.get("/api/v1/auth/me/").status_code == 200


class TestNone:
    def test_ends_with_another_change_of_the_user(self, browser: Client, other: Client, ana: User) -> None:
        ana.name = "Ana Maria"
        ana.email = ana.email.upper()
        ana.save()

        assert is_signed_in(browser)

    def test_ends_with_what_happens_to_somebody_else(self, browser: Client, other: Client, admin: Member) -> None:
        services.set_password(admin.user, NEW)

        assert is_signed_in(browser)


class TestAPolicyThatIsSetMeanwhile:
    @pytest.fixture(autouse=True)
    def required(self, other: Client, clinic: Clinic) -> None:
        services.require_second_factor(clinic_id=clinic.id, policy=SecondFactorPolicy.STAFF)

    @pytest.mark.parametrize("address", ["/account/", "/account/password/change/"])
    def test_leads_an_open_session_to_enrolment(self, browser: Client, address: str) -> None:
        response = browser.get(address, secure=True, follow=True)

        assert response.redirect_chain == [("/account/2fa/", 302)]
        read(response)

    def test_lets_it_change_nothing_before(self, browser: Client, ana: User) -> None:
        token = browser.cookies["csrftoken"].value
        form = {"csrfmiddlewaretoken": token, "oldpassword": PASSWORD, "password1": NEW, "password2": NEW}

        response = browser.post(
            "/account/password/change/", form, secure=True, headers={"referer": "https://localhost/"}
        )

        assert response.headers["location"] == "/account/2fa/"
        ana.refresh_from_db()
        assert ana.check_password(PASSWORD)

    def test_lets_it_go_on_once_one_is_set_up(self, browser: Client) -> None:
        set_up_app(browser, NOW)

        assert is_signed_in(browser)

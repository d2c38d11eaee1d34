"""`/account/login/` and its second step."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from pytest_django import Settings

from accounts.encryption import EncryptedJSONSerializer
from accounts.middleware import SignedSessionMiddleware
from accounts.models import User
from accounts.page_sessions import SessionStore
from accounts.sealing import unseal
from tests.pages.browsing import LOGIN, NOW, is_signed_in, read, session_of, sign_in, submit
from tests.second_factors import code_at, enrol_app, enrol_recovery_codes

SECOND_STEP = "/account/2fa/authenticate/"


class AsItIs:
    """What is inside the signature of a session."""

    def dumps(self, obj: Any) -> bytes:
        raise NotImplementedError

    def loads(self, data: bytes) -> bytes:
        return data


class TestSigningIn:
    def test_leads_to_the_clinic(self, browser: Client, ana: User) -> None:
        response = sign_in(browser)

        assert response.redirect_chain[-1] == ("/clinic/", 302)
        assert ana.name in response.content.decode()
        read(response)

    def test_goes_on_to_where_one_wanted_to_be(self, browser: Client, ana: User) -> None:
        response = submit(
            browser, f"{LOGIN}?next=/account/password/change/", {"login": "ana", "password": "correct horse battery"}
        )

        assert response.redirect_chain[-1][0] == "/account/password/change/"

    def test_does_not_go_on_to_another_site(self, browser: Client, ana: User) -> None:
        response = submit(
            browser, f"{LOGIN}?next=https://evil.example/", {"login": "ana", "password": "correct horse battery"}
        )

        assert response.redirect_chain[-1][0] == "/clinic/"

    @pytest.mark.parametrize(("username", "password"), [("ana", "wrong"), ("nobody", "wrong")])
    def test_says_the_same_whatever_is_wrong(self, browser: Client, ana: User, username: str, password: str) -> None:
        response = sign_in(browser, password, username)

        assert response.status_code == 200
        assert "The username and/or password you specified are not correct." in response.content.decode()
        assert not is_signed_in(browser)

    def test_is_refused_to_somebody_deactivated(self, browser: Client, ana: User) -> None:
        User.objects.update(is_active=False)

        assert "are not correct" in sign_in(browser).content.decode()

    def test_needs_the_token_of_the_form(self, browser: Client, ana: User) -> None:
        response = browser.post(LOGIN, {"login": "ana", "password": "correct horse battery"}, secure=True)

        assert response.status_code == 403
        assert "came from another site" in response.content.decode()

    def test_is_counted_with_the_logins_of_the_api(
        self, browser: Client, ana: User, settings: Settings, nothing_counted: None
    ) -> None:
        settings.LOGIN_FAILURES_PER_ACCOUNT = 2
        sign_in(browser, "wrong")
        body = {"username": "ana", "password": "wrong"}
        assert browser.post("/api/v1/auth/token/", body, content_type="application/json").status_code == 401

        response = sign_in(browser)

        assert response.status_code == 429
        assert int(response["Retry-After"]) > 0
        assert "Too many failed attempts" in response.content.decode()

    def test_is_not_possible_where_nothing_can_be_counted(self, browser: Client, ana: User, settings: Settings) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:9/0"

        assert sign_in(browser).status_code == 503

    def test_ends_with_signing_out(self, browser: Client, ana: User) -> None:
        sign_in(browser)

        submit(browser, "/account/logout/", {})

        assert not is_signed_in(browser)


class TestTheSession:
    def test_has_cookies_that_scripts_do_not_see_and_http_does_not_carry(self, browser: Client, ana: User) -> None:
        sign_in(browser)

        for name in ("sessionid", "csrftoken"):
            cookie = browser.cookies[name]
            assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")

    def test_does_not_open_the_api(self, browser: Client, ana: User) -> None:
        sign_in(browser)

        response = browser.get("/api/v1/auth/me/", secure=True)

        assert response.status_code == 401
        assert "Cookie" not in response.get("Vary", "")
        assert "Content-Language" not in response

    def test_is_stored_as_ciphertext(self, browser: Client, ana: User) -> None:
        sign_in(browser)
        browser.get("/account/2fa/totp/activate/", secure=True)

        secret = session_of(browser)["mfa.totp.secret"]
        stored = signing.loads(
            Session.objects.get(session_key=session_of(browser).session_key).session_data,
            salt="django.contrib.sessions.SessionStore",
            serializer=AsItIs,
        )
        assert secret.encode() not in stored
        assert unseal(EncryptedJSONSerializer.place, stored.decode()).find(secret) > 0

    def test_is_not_opened_by_the_key_that_is_stored(self, browser: Client, ana: User) -> None:
        sign_in(browser)
        stored = session_of(browser).session_key
        assert stored
        browser.cookies["sessionid"] = stored

        assert not is_signed_in(browser)

    def test_is_not_opened_by_what_was_copied_from_another(self, browser: Client, ana: User) -> None:
        sign_in(browser)
        other = Client(enforce_csrf_checks=True)
        other.get(LOGIN, secure=True)
        content = Session.objects.get(session_key=session_of(browser).session_key).session_data
        copy = SessionStore()
        copy.create()
        Session.objects.filter(session_key=copy.session_key).update(session_data=content)
        other.cookies["sessionid"] = SignedSessionMiddleware.signer.sign(str(copy.session_key))

        assert is_signed_in(browser)
        assert not is_signed_in(other)

    def test_pages_are_kept_by_no_cache(self, browser: Client, ana: User) -> None:
        assert "no-store" in sign_in(browser)["Cache-Control"]


class TestTheSecondStep:
    @pytest.fixture(autouse=True)
    def enrolled(self, ana: User) -> Authenticator:
        return enrol_app(ana, NOW)

    def test_comes_after_the_password(self, browser: Client) -> None:
        response = sign_in(browser)

        assert response.redirect_chain[-1][0] == SECOND_STEP
        read(response)
        assert not is_signed_in(browser)

    def test_is_done_with_the_code_of_the_app(self, browser: Client) -> None:
        sign_in(browser)

        submit(browser, SECOND_STEP, {"code": code_at(NOW)})

        assert is_signed_in(browser)

    def test_is_done_with_a_recovery_code_once(self, browser: Client, ana: User) -> None:
        code, *_ = enrol_recovery_codes(ana)
        sign_in(browser)
        submit(browser, SECOND_STEP, {"code": code})
        assert is_signed_in(browser)
        browser.logout()
        sign_in(browser)

        response = submit(browser, SECOND_STEP, {"code": code})

        assert "wrong, or was used already" in response.content.decode()
        assert not is_signed_in(browser)

    def test_takes_no_code_that_the_api_took(self, browser: Client) -> None:
        body = {"username": "ana", "password": "correct horse battery", "otp": code_at(NOW)}
        assert browser.post("/api/v1/auth/token/", body, content_type="application/json").status_code == 200
        sign_in(browser)

        response = submit(browser, SECOND_STEP, {"code": code_at(NOW)})

        assert "wrong, or was used already" in response.content.decode()

    def test_counts_a_wrong_code_as_a_failed_login(
        self, browser: Client, settings: Settings, nothing_counted: None, clock: Any
    ) -> None:
        settings.LOGIN_FAILURES_PER_ACCOUNT = 2
        sign_in(browser)
        submit(browser, SECOND_STEP, {"code": "000000"})
        submit(browser, SECOND_STEP, {"code": "000000"})

        assert submit(browser, SECOND_STEP, {"code": code_at(NOW)}).status_code == 429
        assert sign_in(Client(headers={"host": "localhost"})).status_code == 429

    def test_is_not_there_without_the_first(self, browser: Client) -> None:
        assert browser.get(SECOND_STEP, secure=True)["Location"] == LOGIN

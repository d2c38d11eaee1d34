"""`/account/password/change/`."""

from django.test import Client

from accounts.models import User
from tests.conftest import tokens_of
from tests.pages.browsing import PASSWORD, is_signed_in, sign_in, submit

CHANGE = "/account/password/change/"
NEW = "another horse battery"


def change(browser: Client, **values: str) -> None:
    submit(browser, CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW, **values})


def test_it_changes_the_password_and_keeps_this_session(browser: Client, ana: User) -> None:
    sign_in(browser)

    change(browser)

    ana.refresh_from_db()
    assert ana.check_password(NEW)
    assert is_signed_in(browser)


def test_it_ends_all_other_sessions_and_refresh_tokens(browser: Client, ana: User) -> None:
    other = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    refresh = tokens_of(ana).refresh
    sign_in(browser)
    sign_in(other)

    change(browser)

    assert not is_signed_in(other)
    response = browser.post("/api/v1/auth/token/refresh/", {"refresh": refresh}, content_type="application/json")
    assert response.status_code == 401


def test_it_needs_the_old_password_and_a_good_new_one(browser: Client, ana: User) -> None:
    sign_in(browser)

    change(browser, oldpassword="wrong")
    change(browser, password2="not the same at all")
    change(browser, password1="password1234", password2="password1234")

    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)

"""What the pages of an account do, done as the application's role: whoever refuses it too much locks people out."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import time_machine
from django.test import Client
from rest_framework.test import APIClient

from tests.pages.browsing import is_signed_in, set_up_app, sign_in, submit
from tests.second_factors import code_at
from tests.security.escapes import OURS, Attempt, Result
from tests.security.world import PASSWORD, World

Mailed = Callable[[str, str], str]
NEW: Final = "another horse battery"
LAST: Final = "a third horse battery"
DEACTIVATE: Final = "/account/2fa/totp/deactivate/"
AUTHENTICATE: Final = "/account/2fa/authenticate/"


def results(world: World, mailed: Mailed) -> Iterator[Result]:
    """Each step in a browser, after the one before; ``mailed`` is the text that the worker mails of a kind to whom."""
    steps = _Visit(world, mailed)
    for step in (
        steps.sign_in_by_password,
        steps.set_up_an_app,
        steps.sign_out,
        steps.sign_in_by_password_and_code,
        steps.change_the_password,
        steps.ask_for_a_reset_and_follow_the_link,
        steps.remove_the_app,
        steps.accept_an_invitation,
    ):
        attempt = Attempt("the pages may", step.__name__.replace("_", " "), (), OURS)
        try:
            step()
        except Exception as error:
            yield Result(attempt, f"{type(error).__name__}: {error}")
        else:
            yield Result(attempt, None)


class _Visit:
    """Our clinic's clinician with a browser. Time goes on by minutes: a code is taken once."""

    def __init__(self, world: World, mailed: Mailed) -> None:
        self.world, self.mailed = world, mailed
        self.username = f"clinician@{world.ours.clinic}"
        self.email = f"{self.username}.example"
        self.browser = _browser()
        self.secret = ""
        self.minutes = 0

    def sign_in_by_password(self) -> None:
        sign_in(self.browser, PASSWORD, self.username)
        assert is_signed_in(self.browser)

    def set_up_an_app(self) -> None:
        self.secret, page = set_up_app(self.browser, datetime.now(UTC))
        assert len(re.findall(r"<code>\d{8}</code>", page)) == 10

    def sign_out(self) -> None:
        submit(self.browser, "/account/logout/", {})
        assert not is_signed_in(self.browser)

    def sign_in_by_password_and_code(self) -> None:
        self._sign_in(PASSWORD)

    def change_the_password(self) -> None:
        submit(self.browser, "/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
        self.browser = _browser()
        self._sign_in(NEW)

    def ask_for_a_reset_and_follow_the_link(self) -> None:
        submit(_browser(), "/account/password/reset/", {"email": self.email})
        self.browser = _browser()
        submit(self.browser, _path(self.mailed("reset", self.email)), {"new_password1": LAST, "new_password2": LAST})
        self._sign_in(LAST)

    def remove_the_app(self) -> None:
        submit(self.browser, DEACTIVATE, {})
        self.browser = _browser()
        sign_in(self.browser, LAST, self.username)
        assert is_signed_in(self.browser)

    def accept_an_invitation(self) -> None:
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {self.world.ours.bearers['admin']}")
        body = {"email": "eva@example.org", "name": "Eva Prado", "role": "clinician"}
        member = api.post("/api/v1/members/", body, format="json").json()
        browser = _browser()
        form = {"name": "Eva Prado", "password1": NEW, "password2": NEW}
        submit(browser, _path(self.mailed("invitation", member["id"])), form)
        sign_in(browser, NEW, "eva@example.org")
        assert is_signed_in(browser)

    def _sign_in(self, password: str) -> None:
        self.minutes += 1
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=self.minutes)):
            sign_in(self.browser, password, self.username)
            assert not is_signed_in(self.browser)
            submit(self.browser, AUTHENTICATE, {"code": code_at(datetime.now(UTC), self.secret)})
            assert is_signed_in(self.browser)


def _browser() -> Client:
    return Client(enforce_csrf_checks=True, headers={"host": "localhost"})


def _path(mail: str) -> str:
    found = re.search(r"http://localhost:8000(/account/\S+)", mail)
    assert found, "no link was mailed"
    return found[1]

"""What a browser does with a page: send a form with its hidden fields, follow where it leads."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any, Final

from django.conf import settings
from django.test import Client

from accounts.middleware import SignedSessionMiddleware
from accounts.page_sessions import SessionStore
from tests.second_factors import code_at

NOW: Final = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
PASSWORD: Final = "correct horse battery"
ACTIVATE: Final = "/account/2fa/totp/activate/"
LOGIN: Final = "/account/login/"
VOID: Final = {"meta", "link", "input", "br", "hr", "img", "path", "rect"}


def session_of(browser: Client) -> SessionStore:
    """The session that the browser's cookie is the signed key of."""
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return SessionStore(SignedSessionMiddleware.signer.unsign(cookie))


class Page(HTMLParser):
    """The forms of a page, and what is wrong with it for a screen reader or a strict content security policy."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self.problems: list[str] = []
        self._form: dict[str, str] = {}
        self._labelled: set[str] = set()
        self._inputs: list[dict[str, str | None]] = []
        self._script = False
        self.feed(html)
        for one in self._inputs:
            if one.get("type") != "hidden" and one.get("id") not in self._labelled and "aria-label" not in one:
                self.problems.append(f"no label: {one}")
        if not re.search(r"<html lang=\"[a-z-]+\"", html) or html.count("<h1") != 1 or "<main" not in html:
            self.problems.append("no language, no main, or not one h1")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._script = tag == "script" and "src" not in given and given.get("type") != "application/json"
        if any(name.startswith("on") for name in given) or "style" in given or tag == "style":
            self.problems.append(f"inline: {tag} {given}")
        if tag == "form":
            self._form = self.forms.setdefault(given.get("action") or "", {})
        if tag == "label" and given.get("for"):
            self._labelled.add(str(given["for"]))
        if tag in {"input", "textarea", "select"}:
            self._inputs.append(given)
            if given.get("name") and given.get("value") is not None:
                self._form[str(given["name"])] = str(given["value"])

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.problems.append(f"inline script: {data.strip()[:60]}")
        self._script = False


def read(response: Any) -> Page:
    """The page, which nothing is wrong with."""
    page = Page(response.content.decode())
    assert page.problems == []
    return page


def submit(browser: Client, address: str, values: dict[str, str], *, action: str = "", follow: bool = True) -> Any:
    """The answer to the form on the page, with the values typed in."""
    response = browser.get(address, secure=True, follow=True)
    assert response.status_code == 200, (address, response.status_code)
    target = action or response.request["PATH_INFO"]
    forms = read(response).forms
    fields = forms[target] if target in forms else forms[""]  # a form without an action is sent to its page
    return browser.post(
        target,
        {**fields, **values},
        secure=True,
        follow=follow,
        headers={"referer": f"https://localhost{target}"},
    )


def sign_in(browser: Client, password: str = PASSWORD, username: str = "ana") -> Any:
    """The answer to the form for signing in."""
    return submit(browser, LOGIN, {"login": username, "password": password})


def set_up_app(browser: Client, now: datetime) -> tuple[str, str]:
    """Set up an authenticator app by the key that the page shows; the key, and the page that follows."""
    fields = read(browser.get(ACTIVATE, secure=True)).forms[ACTIVATE]
    secret = session_of(browser)["mfa.totp.secret"]
    values = {**fields, "code": code_at(now, secret)}
    response = browser.post(ACTIVATE, values, secure=True, follow=True, headers={"referer": "https://localhost/"})
    read(response)
    return secret, response.content.decode()


def is_signed_in(browser: Client) -> bool:
    """Whether the page of one's account is there."""
    return bool(browser.get("/account/", secure=True).status_code == 200)

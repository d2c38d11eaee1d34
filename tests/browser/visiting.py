"""Somebody at a page: what they asked for and has not come yet, and what the browser complained of."""

import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

LOGIN: Final = "/account/login/"
PATIENCE_MS: Final = 60_000
LOOK_MS: Final = 50
# So many looks in a row find nothing under way.
QUIET_LOOKS: Final = 4
# Open as long as the page is.
ENDLESS: Final = re.compile(r"/readings/stream/")


class NotSettledError(Exception):
    """Something of the page was still under way when the time was up; the message says what."""


@dataclass(slots=True)
class Visit:
    """A page that is watched from its first request on."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    under_way: set[Request] = field(default_factory=set)

    def open(self, path: str) -> None:
        """Go there and wait until everything has come."""
        self.page.goto(self.url + path)
        self.settle()

    def settle(self) -> None:
        """Return when nothing is asked for and nothing says that it is busy; NotSettledError."""
        quiet, left = 0, PATIENCE_MS
        while quiet < QUIET_LOOKS:
            busy = self.page.evaluate("document.querySelectorAll('[aria-busy=true]').length")
            quiet = 0 if busy or self.under_way else quiet + 1
            self.page.wait_for_timeout(LOOK_MS)
            left -= LOOK_MS
            if left < 0:
                waiting = [one.url for one in self.under_way]
                raise NotSettledError(f"{self.page.url}: {busy} parts are busy, {waiting} did not come")

    def taken(self) -> list[str]:
        """The complaints since the last time."""
        found, self.complaints[:] = list(self.complaints), []
        return found


def visit(context: BrowserContext, url: str) -> Visit:
    """A new page of the context, watched."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    made = Visit(page, url)
    page.on("request", lambda request: _asked(made, request))
    page.on("requestfinished", lambda request: made.under_way.discard(request))
    page.on("requestfailed", lambda request: made.under_way.discard(request))
    page.on("console", lambda message: _said(made, message))
    page.on("pageerror", lambda error: made.complaints.append(f"exception: {error}"))
    return made


def sign_in(visit: Visit, username: str, password: str, path: str = "/clinic/") -> None:
    """By the form, as people do; to the page of the clinic."""
    page = visit.page
    page.goto(f"{visit.url}{LOGIN}?next={path}")
    page.get_by_role("textbox", name=re.compile("user|e-mail|email|login", re.IGNORECASE)).first.fill(username)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: urlsplit(address).path == path)
    visit.settle()


def options(width: int, theme: str, **more: Any) -> dict[str, Any]:
    """What a context is made with: a screen of that width, in that theme."""
    touch = width < 600
    size = {"width": width, "height": 844 if touch else 900}
    return {"viewport": size, "color_scheme": theme, "has_touch": touch, "locale": "en-US", **more}


def _asked(visit: Visit, request: Request) -> None:
    if not ENDLESS.search(request.url):
        visit.under_way.add(request)


def _said(visit: Visit, message: ConsoleMessage) -> None:
    if message.type in ("error", "warning"):
        visit.complaints.append(f"{message.type}: {message.text}")

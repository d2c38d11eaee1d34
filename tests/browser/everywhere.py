"""Every page, on a phone and on a desktop, in both themes, for the roles that have pages."""

from dataclasses import dataclass
from itertools import product
from typing import Final

from playwright.sync_api import Browser, Page

from tests.browser.looking import barriers, movement, printed, sideways, small_targets, unseen_focus, zoomed
from tests.browser.report import Report
from tests.browser.sites import ACCOUNT, SIGNED_OUT, others, sites
from tests.browser.stage import Stage
from tests.browser.visiting import NotSettledError, Visit, options, sign_in, visit

PHONE: Final = 390
DESKTOP: Final = 1280
ROLES: Final = ("admin", "clinician")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody with a device: a role of the demo's first clinic, or nobody who is signed in."""

    role: str
    width: int
    theme: str

    def __str__(self) -> str:
        return f"{self.role or 'signed out'}, {'phone' if self.width == PHONE else 'desktop'}, {self.theme}"


def look_everywhere(browser: Browser, stage: Stage, report: Report, only: str = "") -> None:
    """Tell the report of every page; with ``only`` of those whose address holds it."""
    paths = [site.path for site in sites(stage.given)]
    blank = browser.new_page()
    if not only:
        _look_at_others(browser, stage, report)
    for width, theme in product((PHONE, DESKTOP), ("light", "dark")):
        for role in ("", *ROLES):
            reader = Reader(role, width, theme)
            found = [*paths, *ACCOUNT] if role else list(SIGNED_OUT)
            _look(browser, stage, report, reader, [path for path in found if only in path], blank)
    blank.close()


def _look_at_others(browser: Browser, stage: Stage, report: Report) -> None:
    """An address without a name is no page: its answer to an administrator is none."""
    context = browser.new_context(**options(DESKTOP, "light"))
    sign_in(visit(context, stage.url), stage.users["admin"], stage.password)
    for path in others(stage.given):
        answer = context.request.get(stage.url + path)
        is_page = answer.ok and "text/html" in answer.headers.get("content-type", "")
        report.tell(f"{path} has no name", ["it is a page, and would not be looked at"] if is_page else [])
    context.close()


def _look(browser: Browser, stage: Stage, report: Report, reader: Reader, paths: list[str], blank: Page) -> None:
    context = browser.new_context(**options(reader.width, reader.theme, reduced_motion="reduce"))
    made = visit(context, stage.url)
    if reader.role:
        sign_in(made, stage.users[reader.role], stage.password)
        made.taken()
    for path in paths:
        print(f"    {reader}: {path}", flush=True)
        try:
            made.open(path)
        except NotSettledError as error:
            report.tell(f"{path} ({reader}), load", [str(error)])
            continue
        for name, wrong in _looks(made, reader, blank).items():
            report.tell(f"{path} ({reader}), {name}", wrong)
    context.close()


def _looks(made: Visit, reader: Reader, blank: Page) -> dict[str, list[str]]:
    page = made.page
    looks = {
        "heading": [] if page.locator("h1:visible").count() == 1 else ["it has not one heading of the first order"],
        "axe": barriers(page),
        "width": sideways(page),
        "movement": movement(page),
        "200 %": zoomed(page),
    }
    if reader.width == PHONE:
        looks["targets"] = small_targets(page)
    # Neither depends on the role or the width.
    if reader.width == DESKTOP and reader.role != "clinician":
        looks |= {"focus": unseen_focus(page), "paper": printed(page, blank)}
    looks["console"] = made.taken()
    return looks

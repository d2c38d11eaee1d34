"""What a page is like when all is not well: nobody, an error, no network, no session, long names, no role."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, Error, Route, expect

from tests.browser.everywhere import DESKTOP, PHONE
from tests.browser.looking import barriers, sideways
from tests.browser.report import Report
from tests.browser.sites import sites
from tests.browser.stage import LONG_NAME, Stage
from tests.browser.visiting import Visit, options, sign_in, visit

DATA: Final = "**/clinic/data/**"
REQUEST: Final = "9f0c2b7e-of-this-test"
BROKEN: Final = {"title": "Something broke", "detail": "It broke.", "status": 500, "request_id": REQUEST}
TYPED: Final = "Typed before the session ended"


def look_at_states(browser: Browser, stage: Stage, report: Report) -> None:
    """Tell the report of each."""
    states: dict[str, Callable[[Browser, Stage], Iterator[tuple[str, list[str]]]]] = {
        "a clinic without patients": _empty,
        "the data answers 500": _broken,
        "no network": _offline,
        "the session ends while somebody types": _ended,
        "long names": _long,
        "no permission": _refused,
    }
    for name, look in states.items():
        print(f"    {name}", flush=True)
        try:
            for what, wrong in look(browser, stage):
                report.tell(f"{name}: {what}", wrong)
        except (AssertionError, Error) as error:
            report.tell(name, [" ".join(str(error).split())[:400]])


@contextmanager
def _reader(browser: Browser, stage: Stage, user: str, width: int = DESKTOP) -> Iterator[Visit]:
    context = browser.new_context(**options(width, "light"))
    made = visit(context, stage.url)
    sign_in(made, stage.users[user], stage.password)
    yield made
    context.close()


def _empty(browser: Browser, stage: Stage) -> Iterator[tuple[str, list[str]]]:
    with _reader(browser, stage, "nobody") as made:
        yield "what to do first is said", _unless(made.page.locator(".empty").count() > 0, "nothing is said")
        for site in sites({}):
            made.open(site.path)
            yield f"{site.path}, axe", barriers(made.page)
            yield f"{site.path}, console", made.taken()


def _broken(browser: Browser, stage: Stage) -> Iterator[tuple[str, list[str]]]:
    """Each page with data says the request's id and offers to try again."""
    with _reader(browser, stage, "admin") as made:
        asked: list[str] = []

        def break_it(route: Route) -> None:
            asked.append(route.request.url)
            body = json.dumps(BROKEN)
            route.fulfill(status=500, content_type="application/problem+json", body=body)

        for site in sites(stage.given):
            asked.clear()
            made.page.route(DATA, break_it)
            made.open(site.path)
            if asked:
                text = made.page.locator("main").inner_text()
                yield f"{site.path}, the request's id", _unless(REQUEST in text, "it does not stand there")
                again = made.page.get_by_role("button", name=re.compile("try again", re.IGNORECASE))
                yield f"{site.path}, again", _unless(again.count() > 0, "there is no way to try again")
                yield f"{site.path}, axe", barriers(made.page)
            made.page.unroute(DATA)
            made.taken()


def _offline(browser: Browser, stage: Stage) -> Iterator[tuple[str, list[str]]]:
    with _reader(browser, stage, "admin") as made:
        made.page.context.set_offline(True)
        expect(made.page.locator("#offline")).to_be_visible()
        yield "it is said", []
        yield "axe", barriers(made.page)
        yield "what was there stays", _unless(made.page.locator("#rows tr").count() > 1, "the rows are gone")
        made.page.context.set_offline(False)
        expect(made.page.locator("#offline")).to_be_hidden()
        yield "it is said no longer once there is one", []


def _ended(browser: Browser, stage: Stage) -> Iterator[tuple[str, list[str]]]:
    with _reader(browser, stage, "admin") as made:
        made.open("/clinic/reviews/")
        made.page.locator("#states button[data-state=all]").click()
        made.settle()
        made.page.locator("#reviews li button").first.click()
        made.page.locator("#note").fill(TYPED)
        made.page.context.clear_cookies()
        made.page.locator("#review-form button.main").click()
        made.settle()
        said = made.page.locator("#signed-out:visible, #review-failed:visible")
        yield "it is said", _unless(said.count() > 0, "nothing is said")
        yield "what was typed stays", _unless(made.page.locator("#note").input_value() == TYPED, "it is gone")


def _long(browser: Browser, stage: Stage) -> Iterator[tuple[str, list[str]]]:
    for width in (PHONE, DESKTOP):
        with _reader(browser, stage, "long", width) as made:
            for site in sites({"patient_id": stage.patients["long"]}):
                made.open(site.path)
                yield f"{site.path} at {width} px", sideways(made.page)
            made.open("/clinic/")
            row = made.page.locator("#rows tr").first
            yield f"the name at {width} px", _unless(LONG_NAME in row.inner_text(), "it is cut off")


def _refused(browser: Browser, stage: Stage) -> Iterator[tuple[str, list[str]]]:
    context = browser.new_context(**options(DESKTOP, "light"))
    made = visit(context, stage.url)
    sign_in(made, stage.users["researcher"], stage.password, "/account/")
    for site in sites(stage.given):
        answer = made.page.goto(stage.url + site.path)
        assert answer is not None
        text = made.page.locator("main").inner_text()
        yield f"{site.path}, status", _unless(answer.status in (403, 404), f"it is {answer.status}")
        yield f"{site.path}, words", _unless(len(text) > 20, "nothing is said")
        yield f"{site.path}, axe", barriers(made.page)
    context.close()


def _unless(is_so: bool, otherwise: str) -> list[str]:
    return [] if is_so else [otherwise]

"""The clinicians' pages: their scripts, the server's time for each, and a browser with 1,000 patients and 90 days."""

import contextlib
import gzip
import http.client
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.middleware import SignedSessionMiddleware
from accounts.models import User
from api.counters import counters
from api.kept import PREFIX
from bench.comparison import SELECT_1, WARM_UP
from bench.history import loaded, store_newest
from bench.people import Clinic, clinic
from bench.report import Ratio, print_dataset
from bench.server import CannotRunError
from bench.timing import Spread, interleaved, spread
from bench.web import UnexpectedAnswerError, requests, running_web
from embedded.ports import HOST
from tests.browser.chromium import NoBrowserError, running_browser
from tests.browser.sites import sites

PATIENTS: Final = 1_000
# 14 days and the 14 before, today, and a day for the zone.
LOADED_DAYS: Final = 30
MOST_SCRIPT_KB: Final = 100.0
MOST_SERVER_MS: Final = 150.0
MOST_INTERACTIVE_MS: Final = 1_000.0
MOST_DRAWN_MS: Final = 400.0
LEAST_FRAMES: Final = 30.0
ROUNDS: Final = 7
WITHIN: Final = Path(__file__).with_suffix(".js")
TODAY: Final = "/clinic/"
TREND: Final = "/clinic/patients/{patient}/?days=90"


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is signed in where."""

    people: Clinic
    port: int
    cookie: str

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://{HOST}:{self.port}"

    @property
    def patient(self) -> str:
        """Somebody with 90 days."""
        return str(self.people.patients[0].id)


def measure() -> Iterator[Ratio]:
    """Each goal of the pages; CannotRunError without a browser."""
    now = datetime.now(UTC).replace(microsecond=0)
    people = clinic("pages", PATIENTS)
    print_dataset(loaded(people, now, LOADED_DAYS).about)
    store_newest(people, now)
    with connection.cursor() as cursor:
        # As autovacuum does: the planner knows of the aggregate's rows.
        cursor.execute("ANALYZE")
    with running_web() as client:
        scene = Scene(people, client.port, _session(people))
        yield from _server_times(client, scene)
        try:
            with running_browser() as browser:
                yield from _in_the_browser(browser, scene)
        except NoBrowserError as error:
            raise CannotRunError(str(error)) from error


def _session(people: Clinic) -> str:
    """The cookie of somebody who has signed in."""
    browser = Client()
    user = User.objects.get(id=people.clinician.user_id)
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return SignedSessionMiddleware.signer.sign(browser.cookies["sessionid"].value)


def _server_times(client: http.client.HTTPConnection, scene: Scene) -> Iterator[Ratio]:
    for site in sites({"patient_id": scene.patient}):
        runs: list[Callable[[], float]] = [
            partial(_page, client, scene.cookie, site.path),
            requests(client, scene.people.token, SELECT_1[1]),
        ]
        mine, least = interleaved(*runs, rounds=40, warm_up=WARM_UP)
        sides = (spread(f"/clinic/{site.route}", "ms", mine), spread(SELECT_1[0], "ms", least))
        yield Ratio(f"page /clinic/{site.route}", sides[0].median, ("at most", MOST_SERVER_MS), sides, unit="ms")


def _page(client: http.client.HTTPConnection, cookie: str, path: str) -> float:
    start = time.perf_counter()
    client.request("GET", path, headers={"Cookie": f"sessionid={cookie}"})
    answer = client.getresponse()
    answer.read()
    milliseconds = 1000 * (time.perf_counter() - start)
    if answer.status != 200:
        raise UnexpectedAnswerError(f"{path} answered {answer.status}")
    return milliseconds


def _in_the_browser(browser: Browser, scene: Scene) -> Iterator[Ratio]:
    yield _scripts(browser, scene)
    today = [_today(browser, scene) for _ in range(ROUNDS)]
    sides = _sides("from the address to 1,000 rows", "until the document had come", today)
    yield Ratio("Today of 1,000 patients", sides[0].median, ("at most", MOST_INTERACTIVE_MS), sides, unit="ms")
    trend = [_timed(browser, scene, TREND) for _ in range(ROUNDS)]
    drawn = [(one["ready"] - one["answered"], one["answered"]) for one in trend]
    sides = _sides("from the last answer to the chart", "from the address to the last answer", drawn)
    yield Ratio("a trend of 90 days", sides[0].median, ("at most", MOST_DRAWN_MS), sides, unit="ms")
    frames = [_frames(browser, scene) for _ in range(ROUNDS)]
    mine = spread("frames while the wheel turns", "frames/s", [one["turning"] for one in frames])
    rest = spread("frames of the page at rest", "frames/s", [one["resting"] for one in frames])
    yield Ratio("zoom in 90 days", mine.median, ("at least", LEAST_FRAMES), (mine, rest), unit="frames/s")


def _sides(name: str, beside: str, pairs: list[tuple[float, float]]) -> tuple[Spread, Spread]:
    first, second = zip(*pairs, strict=True)
    return spread(name, "ms", first), spread(beside, "ms", second)


@contextlib.contextmanager
def _opened(browser: Browser, scene: Scene, path: str) -> Iterator[Page]:
    """The page in a browser that was never here, signed in, once it is ready."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": scene.cookie, "url": scene.url}])
    context.add_init_script(path=WITHIN)
    page = context.new_page()
    page.goto(scene.url + path.format(patient=scene.patient))
    page.wait_for_function("() => window.timed")
    yield page
    context.close()


def _timed(browser: Browser, scene: Scene, path: str) -> dict[str, float]:
    with _opened(browser, scene, path) as page:
        found: dict[str, float] = page.evaluate("window.timed")
    return found


def _today(browser: Browser, scene: Scene) -> tuple[float, float]:
    """Milliseconds until the rows are there, of an overview that is not kept, and until the document had come."""
    client = counters().client
    client.delete("", *client.scan_iter(f"{PREFIX}*", count=10_000))
    found = _timed(browser, scene, TODAY)
    if found["rows"] != PATIENTS:
        raise UnexpectedAnswerError(f"Today has {found['rows']} rows of {PATIENTS}")
    return found["ready"], found["document"]


def _frames(browser: Browser, scene: Scene) -> dict[str, float]:
    with _opened(browser, scene, TREND) as page:
        found: dict[str, float] = page.evaluate("framesOfZoom()")
    return found


def _scripts(browser: Browser, scene: Scene) -> Ratio:
    """Of the first page, fetched again as a browser would get them."""
    with _opened(browser, scene, TODAY) as page:
        names = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
        texts = [page.request.get(name).body() for name in names if name.endswith(".js")]
    packed = sum(len(gzip.compress(one)) for one in texts) / 1000
    sides = (
        spread(f"{len(texts)} files, gzip", "kB", [packed]),
        spread("the same as they are", "kB", [sum(map(len, texts)) / 1000]),
    )
    return Ratio("scripts of the first page", packed, ("at most", MOST_SCRIPT_KB), sides, unit="kB")

"""The product with a small clinic at one address, and a browser that is signed in nowhere."""

import math
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from playwright.sync_api import Browser
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Clinic, User
from accounts.roles import Role
from embedded.ports import free_ports
from embedded.testing import running_server
from patients.models import Patient
from tests.browser.chromium import NoBrowserError, running_browser
from tests.browser.stage import front_command
from tests.browser.visiting import Visit, options, visit
from tests.conftest import Member, put
from tests.integration.live.listening import answers, running_live

PASSWORD: Final = "correct horse battery"
DAYS: Final = 14
CADENCE_MINUTES: Final = 5


@pytest.fixture(scope="module")
def live(django_db_setup: None) -> Iterator[str]:
    """The process of the stream of new readings."""
    with running_live(ALLOWED_HOSTS="127.0.0.1,localhost") as (url, _):
        yield url


@pytest.fixture
def url(live: str, live_server: LiveServer) -> Iterator[str]:
    """One address for pages and stream; by the name for which a browser keeps secure cookies."""
    (port,) = free_ports(1)
    with running_server(front_command(port, live_server.url, live)) as server:
        server.wait_until(lambda: answers(f"http://127.0.0.1:{port}"))
        yield f"http://localhost:{port}"


@pytest.fixture
def ana(clinic: Clinic, member: Callable[..., Member], settings: Settings) -> User:
    """The administrator, by name and password."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = member(clinic, Role.ADMIN, "ana").user
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def people(clinic: Clinic, make_patient: Callable[..., Patient]) -> dict[str, Patient]:
    """Three patients with two weeks each: one in range, one who is low at night, one who is high."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    start = now - timedelta(days=DAYS)
    day = 24 * 60 // CADENCE_MINUTES
    found = {}
    for name, middle, swing in (("Carla Dias", 125, 25), ("Bruno Lima", 95, 55), ("Diego Álves", 230, 60)):
        wave = (round(middle + swing * math.sin(2 * math.pi * at / day)) for at in range(DAYS * day - 2))
        found[name] = make_patient(clinic, name=name)
        put(found[name], *wave, start=start, cadence=CADENCE_MINUTES, offset=-180, now=now)
    return found


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Chromium; without one the test is skipped, and fails where CI is set."""
    try:
        with running_browser() as found:
            yield found
    except NoBrowserError as missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(missing))


@pytest.fixture
def at(people: dict[str, Patient], ana: User, url: str, browser: Browser) -> Iterator[Visit]:
    """A watched page on a desktop."""
    context = browser.new_context(**options(1280, "light"))
    made = visit(context, url)
    yield made
    context.close()

"""Whatever happens on the way, what is stored is what the vendor showed and others uploaded: once, at its own time.

TRUTH_EXAMPLES=2000 tries that many scenarios, other ones each time (`make truth`).
"""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, note
from hypothesis import settings as examples
from pytest_django import Settings

from accounts.callers import Caller
from accounts.models import Clinic, Membership, User
from accounts.roles import Role
from glucose.services import late
from tests.integration.truth.checks import check_all, days_by, stored_of
from tests.integration.truth.expected import days
from tests.integration.truth.mortal import Vendor
from tests.integration.truth.replay import Replay
from tests.integration.truth.scenario import SCENARIOS, Person, Scenario, Step, Upload

EXAMPLES = int(os.environ.get("TRUTH_EXAMPLES", "0"))
FEW = 25
# Somebody whose first reading is so new at the first visit that the vendor's graph does not show it yet.
BEGINNER = Scenario("Berlin back", people=(Person(first=0),))
# Two readings near enough to leave nothing open, and one of a minute between them, which does not reach the second.
PARTED = Scenario(
    people=(Person(first=-40),),
    steps=(Step(upload=Upload(0, ((311, 1, False),))), Step(upload=Upload(0, ((-130, 1, False),)))),
)
BEGINNER_BEFORE = Scenario("Berlin back", people=(Person(), Person(first=-1)))


@pytest.fixture
def caller(clean_readings: None, transactional_db: None) -> Caller:
    clinic = Clinic.objects.create(name="C")
    user = User.objects.create(username="admin")
    return Membership.objects.create(user=user, clinic=clinic, role=Role.ADMIN).caller()


@pytest.fixture
def vendor(tmp_path: Path, settings: Settings) -> Iterator[Vendor]:
    running = Vendor(tmp_path / "vendor", settings)
    yield running
    running.process.stop()


def nothing_stored() -> None:
    """The aggregate too: what a scenario materialised would hide the readings of the next, which may be earlier."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE reading, latest_reading, late_range")
        cursor.execute("TRUNCATE reading_day")


@pytest.mark.timeout(0 if EXAMPLES else 600)
@examples(
    max_examples=EXAMPLES or FEW,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
@given(scenario=SCENARIOS)
@example(scenario=BEGINNER)
@example(scenario=BEGINNER_BEFORE)
@example(scenario=PARTED)
def test_what_is_stored_equals_the_truth(caller: Caller, vendor: Vendor, scenario: Scenario) -> None:
    nothing_stored()
    note(str(scenario))
    replay = Replay(scenario, vendor, caller)

    replay.run()

    check_all(replay)
    late.refresh_late_ranges(lambda: replay.now + timedelta(days=2))
    for followed in replay.people:
        assert days_by("days_of_aggregate", followed) == days(stored_of(followed))


@pytest.mark.parametrize(
    ("transition", "zone", "day", "minutes"),
    [
        ("Berlin back", "Europe/Berlin", date(2003, 10, 26), 25 * 60),
        ("Berlin forward", "Europe/Berlin", date(2003, 3, 30), 23 * 60),
        ("São Paulo back", "America/Sao_Paulo", date(2004, 2, 14), 25 * 60),
        ("São Paulo forward", "America/Sao_Paulo", date(2003, 10, 19), 23 * 60),
        ("Lord Howe back", "Australia/Lord_Howe", date(2003, 3, 30), 24 * 60 + 30),
        ("Lord Howe forward", "Australia/Lord_Howe", date(2003, 10, 26), 23 * 60 + 30),
        ("none", "Asia/Kathmandu", date(2003, 6, 10), 24 * 60),
    ],
)
def test_a_day_has_the_hours_that_its_clocks_gave_it(
    caller: Caller, vendor: Vendor, transition: str, zone: str, day: date, minutes: int
) -> None:
    steps = (Step(pause_minutes=660),) * 5
    scenario = Scenario(transition, -25 * 60, (Person(zone, first=-12),), steps)
    replay = Replay(scenario, vendor, caller)

    replay.run()

    check_all(replay)
    assert {row.date: row.minutes for row in days_by("days_of_readings", replay.people[0])}[day] == minutes

"""One run from the beginning to what it found."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.test import override_settings

from simulator.process import SimulatorProcess
from tests.week.people import People
from tests.week.plan import Plan
from tests.week.readings_checked import check_accounts, check_readings
from tests.week.record import Record
from tests.week.requests_checked import check_requests
from tests.week.stage import set_stage
from tests.week.troubles import Troubles
from tests.week.walk import Walk

START: Final = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
# A fault hangs for three seconds; whoever waits longer than one has no answer.
TIMEOUT_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened, what was counted, and how long it took."""

    plan: Plan
    record: Record
    counted: dict[str, float]
    troubles: int
    seconds: float


def run(plan: Plan, tell: Callable[[Walk], None] = lambda walk: None) -> Outcome:
    """The whole of it, against a simulator of its own; the database is the one that Django has."""
    began = time.monotonic()
    with SimulatorProcess("--now", START.isoformat(), "--speed", "0") as vendor, _settings(vendor):
        walk = Walk(plan, set_stage(plan, vendor), vendor, START)
        planned = plan.troubles()
        People(walk)
        troubles = Troubles(walk, planned)
        record = walk.run(tell)
        start_ms, end_ms = (round(at.timestamp() * 1000) for at in (START, walk.end))
        counted = check_requests(record, planned, start_ms, end_ms)
        counted |= check_readings(record, walk.stage, vendor, start_ms, end_ms)
        check_accounts(record, walk.stage)
    return Outcome(plan, record, counted, troubles.begun, time.monotonic() - began)


def _settings(vendor: SimulatorProcess) -> override_settings:
    return override_settings(
        LIBRELINKUP_GLOBAL_URL=vendor.url,
        LIBRELINKUP_REGION_URL=vendor.url + "/{region}",
        LIBRELINKUP_TIMEOUT_SECONDS=TIMEOUT_SECONDS,
        LIBRELINKUP_HISTORIES_PER_VISIT=30,
    )

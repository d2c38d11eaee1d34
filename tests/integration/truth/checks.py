"""What is stored against what must be."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import sql
from accounts.callers import Caller
from analytics.metrics.day import DayRow
from analytics.selectors.daily import days_of_patient
from glucose.models import Gap, GapLedger, LatestReading, Reading, Sensor
from tests.integration.truth.expected import as_item, days, gaps, joined, too_close
from tests.integration.truth.followed import Followed
from tests.integration.truth.replay import Replay
from tests.integration.truth.scenario import Scenario, offset_at_home, trace
from tests.integration.truth.shown import Item, quarter

ERA = {"first": date(2002, 1, 1), "last": date(2005, 1, 1)}


def check_all(replay: Replay) -> None:
    """Everything of each person, and nothing of somebody else: values tell people apart."""
    for number, followed in enumerate(replay.people):
        stored = stored_of(followed)
        assert stored == sorted(followed.stream, key=lambda item: item.seconds)
        check_truth(replay.scenario, number, stored)
        check_none_lost(replay, number, stored)
        check_latest(followed, stored)
        check_gaps(followed, stored)
        check_days(replay.caller, followed, stored, replay.now)


def stored_of(followed: Followed) -> list[Item]:
    """The stored readings, oldest first."""
    return [as_item(row) for row in rows_of(followed)]


def rows_of(followed: Followed) -> list[Reading]:
    return list(Reading.objects.filter(patient_id=followed.patient.id).order_by("time"))


def check_truth(scenario: Scenario, number: int, stored: list[Item]) -> None:
    """Each reading of the vendor is a point of the truth, at most the two seconds later that a graph shows it."""
    person, points = scenario.people[number], {point.seconds: point for point in trace(scenario, number)}
    kinds = {step.fault[0] for step in scenario.steps if step.fault is not None}
    for item in stored:
        if item.source >= 20:
            continue
        found = [points[item.seconds - after] for after in range(3) if item.seconds - after in points]
        if kinds & {"repeated_time", "future_time"} and item.mg_dl not in [clamped(p.mg_dl) for p in found]:
            continue  # the vendor told something else than the truth
        assert clamped(found[0].mg_dl) == item.mg_dl
        assert item.out_of_range == (found[0].mg_dl > 500) - (found[0].mg_dl < 40)
        # A graph shows a point up to two seconds later, and the clocks may have changed in between.
        away = person.away is not None and found[0].utc_offset_minutes == person.away[1]
        offset = found[0].utc_offset_minutes if away else offset_at_home(person, item.seconds)
        assert item.utc_offset_minutes == quarter(offset)


def clamped(mg_dl: int) -> int:
    return min(max(mg_dl, 40), 500)


def leaves_nothing_open(one: Item, following: Item) -> bool:
    """Whether two readings are near enough that the ledger asks for nothing between them."""
    return following.seconds - one.seconds <= 90 * max(one.cadence_minutes, following.cadence_minutes)


def check_none_lost(replay: Replay, number: int, stored: list[Item]) -> None:
    """What the phone sent in time, and the vendor's graph still shows, is there: nothing is missing around it."""
    late_by = {p.seconds: p.visible_seconds - p.seconds for p in trace(replay.scenario, number)}
    for item in replay.graph_now(replay.people[number]):
        if min(late_by.get(item.seconds - after, 0) for after in range(3)) > 15 * 60:
            continue  # who comes later is waited for at certain times only
        if item.seconds < replay.now.timestamp() - 11.5 * 3600:
            continue  # it has left the graph meanwhile
        before = [other for other in stored if other.seconds <= item.seconds]
        after = [other for other in stored if other.seconds >= item.seconds]
        is_between = before and after and leaves_nothing_open(before[-1], after[0])
        told = any(too_close(item, other) for other in stored)
        assert told or is_between, datetime.fromtimestamp(item.seconds, UTC)


def check_latest(followed: Followed, stored: list[Item]) -> None:
    latest = LatestReading.objects.filter(patient=followed.patient).first()
    found = latest and (int(latest.time.timestamp()), latest.mg_dl, latest.utc_offset_minutes, latest.out_of_range)
    newest = stored[-1] if stored else None
    assert found == (newest and (newest.seconds, newest.mg_dl, newest.utc_offset_minutes, newest.out_of_range))
    sensors = set(Sensor.objects.filter(patient=followed.patient).values_list("id", flat=True))
    assert {row.sensor_id for row in rows_of(followed)} <= {None, *sensors}


def check_gaps(followed: Followed, stored: list[Item]) -> None:
    ledger = GapLedger.objects.filter(patient=followed.patient).first()
    rows = [
        (int(gap.start.timestamp()), int(gap.end.timestamp()), gap.state)
        for gap in Gap.objects.filter(patient=followed.patient).order_by("start")
    ]
    missing = joined((start, end) for start, end, state in rows if state != "filled")
    assert missing == (gaps(stored, int(ledger.since.timestamp())) if ledger else [])
    assert all(before[1] <= after[0] for before, after in pairwise(rows))


def check_days(caller: Caller, followed: Followed, stored: list[Item], now: datetime) -> None:
    first, last = now.date() - timedelta(days=20), now.date() + timedelta(days=2)
    assert days_of_patient(caller, followed.patient.id, first, last).rows == days(stored)
    assert days_by("days_of_readings", followed) == days(stored)


def days_by(name: str, followed: Followed) -> list[DayRow]:
    return [DayRow(*row) for row in sql.rows(name, {"patient": followed.patient.id, **ERA})]

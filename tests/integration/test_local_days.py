"""Local days through travel and changed clocks: the aggregate, raw readings and Python agree exactly."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sql
from accounts.callers import Caller
from accounts.models import Clinic, Membership, User
from accounts.roles import Role
from analytics.metrics.day import AGGREGATE_BANDS, DayRow, day_rows
from analytics.metrics.histogram import Histogram
from analytics.metrics.periods import BY, Part
from analytics.selectors.daily import around, days_of_patient
from analytics.selectors.periods import periods_of_patient
from analytics.selectors.trace import trace_of
from glucose.local_time import offsets_through_moves
from glucose.models import Reading
from glucose.provenance import Source
from glucose.samples import samples
from glucose.services.ingest import store
from glucose.services.late import refresh_late_ranges
from patients.models import Patient

# An era of their own: the clocks are changed in each of these zones but those of India and Nepal.
FIRST, LAST = date(2002, 3, 10), date(2002, 4, 14)
BEGIN, NOW = datetime(2002, 3, 10, tzinfo=UTC), datetime(2002, 4, 20, tzinfo=UTC)
ZONES = (
    "America/New_York",
    "Europe/Lisbon",
    "Pacific/Chatham",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Kathmandu",
)
MINUTES = 35 * 1440
STRETCH = st.tuples(
    st.integers(0, MINUTES), st.sampled_from([1, 5, 15]), st.lists(st.integers(20, 600), min_size=1, max_size=120)
)
MOVES = st.lists(st.tuples(st.integers(0, MINUTES), st.sampled_from(ZONES)), max_size=3)
Stretches = list[tuple[int, int, list[int]]]


@pytest.fixture
def caller(clean_readings: None) -> Caller:
    clinic = Clinic.objects.create(name="C")
    return Membership.objects.create(user=User.objects.create(username="a"), clinic=clinic, role=Role.ADMIN).caller()


def keep(patient: Patient, stretches: Stretches, zone: str, moves: list[tuple[int, str]]) -> None:
    """Through the ordinary ingest, each reading with the offset of where somebody was who moved."""
    where = [(None, zone), *((BEGIN + timedelta(minutes=minute), to) for minute, to in sorted(moves))]
    for start, cadence, values in stretches:
        times = int(BEGIN.timestamp()) + 60 * (start + cadence * np.arange(len(values), dtype=np.int64))
        offsets = offsets_through_moves(times, where)
        batch = samples(
            patient.id, times, np.array(values), utc_offset_minutes=offsets, source=Source.UPLOAD,
            cadence_minutes=cadence,
        )  # fmt: skip
        store(batch, now=NOW)


def recomputed(patient: Patient, first: date, last: date) -> list[DayRow]:
    """The days by Python's own calendar, from the rows as they are stored."""
    days: dict[date, list[tuple[int, int]]] = defaultdict(list)
    for row in Reading.objects.filter(patient_id=patient.id, excluded=False):
        local = row.time + timedelta(minutes=row.utc_offset_minutes)
        days[local.date()].append((row.mg_dl, row.cadence_minutes))
    return [_row(day, days[day]) for day in sorted(days) if first <= day <= last]


def _row(day: date, found: list[tuple[int, int]]) -> DayRow:
    bands = [[w for g, w in found if low <= g <= high] for low, high in AGGREGATE_BANDS]
    values = [g for g, _ in found]
    return DayRow(
        day,
        len(found),
        sum(w for _, w in found),
        sum(values),
        sum(g * g for g in values),
        sum(w * g for g, w in found),
        sum(w * g * g for g, w in found),
        min(values),
        max(values),
        [len(band) for band in bands],
        [sum(band) for band in bands],
    )


def stored_days(name: str, patient: Patient, first: date, last: date) -> list[DayRow]:
    return [DayRow(*row) for row in sql.rows(name, {"patient": patient.id, "first": first, "last": last})]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stretches=st.lists(STRETCH, min_size=1, max_size=5),
    late=st.lists(STRETCH, max_size=2),
    zone=st.sampled_from(ZONES),
    moves=MOVES,
    window=st.tuples(st.integers(0, 35), st.integers(0, 35)),
)
def test_the_aggregate_raw_readings_and_python_agree_exactly(
    caller: Caller,
    make_patient: Callable[..., Patient],
    stretches: Stretches,
    late: Stretches,
    zone: str,
    moves: list[tuple[int, str]],
    window: tuple[int, int],
) -> None:
    patient = make_patient(Clinic.objects.get(), timezone=zone)
    first, last = (FIRST + timedelta(days=day) for day in sorted(window))
    keep(patient, stretches, zone, moves)
    refresh_late_ranges(lambda: NOW)

    expected = recomputed(patient, first, last)
    assert stored_days("days_of_aggregate", patient, first, last) == expected
    assert_days(caller, patient, first, last, expected)

    # What comes late is in the next answer, which the aggregate cannot give.
    keep(patient, late, zone, moves)
    assert_days(caller, patient, first, last, recomputed(patient, first, last))


def assert_days(caller: Caller, patient: Patient, first: date, last: date, expected: list[DayRow]) -> None:
    assert stored_days("days_of_readings", patient, first, last) == expected
    assert days_of_patient(caller, patient.id, first, last).rows == expected
    assert_periods(caller, patient, first, last, expected)
    from_trace = day_rows(trace_of(patient, around(first, last)), AGGREGATE_BANDS)
    assert [row for row in from_trace if first <= row.date <= last] == expected


def assert_periods(caller: Caller, patient: Patient, first: date, last: date, expected: list[DayRow]) -> None:
    """Each day has the readings of its row, and every period is its days together."""
    found = {by: periods_of_patient(caller, patient.id, first, last, by=by) for by in BY}
    days = {date.fromisoformat(part.name): part for part in found["day"].parts}
    assert list(days) == [first + timedelta(days=number) for number in range((last - first).days + 1)]
    assert [row for part in days.values() for row in day_rows(part.trace, AGGREGATE_BANDS)] == expected
    for by in ("week", "month", "weekday"):
        for part in found[by].parts:
            inside = [day for day in days if label(by, day) == part.name]
            assert counted([days[day] for day in inside]) == counted([part])
            assert (part.start, part.end, part.days) == (inside[0], inside[-1], len(inside))
            assert part.clock_minutes == sum(days[day].clock_minutes for day in inside)
    for periods in found.values():
        assert counted(periods.parts) == counted([periods.window])
        assert sum(part.clock_minutes for part in periods.parts) == periods.window.clock_minutes
    # The window before, by the same days asked for as a window.
    length = timedelta(days=len(days))
    before = periods_of_patient(caller, patient.id, first - length, last - length, by="day").window
    assert counted([before]) == counted([found["day"].previous])


def label(by: str, day: date) -> str:
    year, week, weekday = day.isocalendar()
    return {"week": f"{year}-W{week:02}", "month": f"{day:%Y-%m}", "weekday": "weekend" if weekday > 5 else "weekday"}[
        by
    ]


def counted(found: Sequence[Part]) -> dict[int, tuple[int, int]]:
    """How often each value occurs in the parts, and for how many minutes."""
    together = reduce(Histogram.merged, [part.trace.histogram() for part in found])
    columns = (together.values, together.readings, together.minutes)
    return {
        value: (readings, minutes) for value, readings, minutes in zip(*(one.tolist() for one in columns), strict=True)
    }


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        ("America/New_York", date(2002, 4, 7), 1380),
        ("Pacific/Chatham", date(2002, 3, 17), 1500),
        ("Australia/Lord_Howe", date(2002, 3, 31), 1470),
        ("Asia/Kathmandu", date(2002, 3, 31), 1440),
    ],
)
def test_a_day_is_as_long_as_its_clock_says(
    caller: Caller, make_patient: Callable[..., Patient], zone: str, day: date, minutes: int
) -> None:
    patient = make_patient(Clinic.objects.get(), timezone=zone)
    begins = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) - timedelta(days=1)
    keep(patient, [((begins - BEGIN) // timedelta(minutes=1), 15, [100] * 4 * 24 * 3)], zone, [])

    (row,) = days_of_patient(caller, patient.id, day, day).rows

    assert row.minutes == minutes

"""The sums of today that are kept with the readings are those of the readings, whatever happens to them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sql
from accounts.models import Clinic
from analytics.metrics.period_sums import CURRENT
from analytics.selectors.clinic import clinic_of, followed_patients
from analytics.selectors.trace import trace_of
from api.windows import Window
from glucose.services import exclusions
from glucose.services.late import forget_recent_days, start_of_day
from glucose.services.rebuild import Differences, rebuild_state
from patients.models import Patient
from tests.conftest import Member, put
from tests.integration.test_clinic_periods import assert_alike

MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
DAY = 24 * HOUR
STRETCH = st.tuples(
    # Minutes around the start of today.
    st.integers(-1440, 1500),
    st.sampled_from([1, 5, 15]),
    st.sampled_from([-180, 0, 345, 825]),
    st.lists(st.integers(20, 600), min_size=1, max_size=40),
)
EXCLUSION = st.tuples(st.integers(-1440, 1440), st.integers(1, 900), st.booleans())


def moments() -> tuple[datetime, datetime]:
    """Now, and the start of today, by the clock that the sums are kept by."""
    (now,) = sql.row("clock")
    return now, start_of_day(now)


def raw_sums(patient: Patient) -> list[tuple[int, ...]]:
    """Of each local day: what the readings of today say, counted here."""
    _, today = moments()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (time AT TIME ZONE 'UTC' + utc_offset_minutes * INTERVAL '1 minute')::date, mg_dl, cadence_minutes"
            " FROM reading WHERE patient_id = %s AND time >= %s AND NOT excluded",
            [patient.id, today],
        )
        rows = cursor.fetchall()
    sums = {}
    for day in sorted({row[0] for row in rows}):
        value, minutes = np.array([row[1:] for row in rows if row[0] == day], dtype=np.int64).T
        band = np.digitize(value, [54, 63, 70, 141, 181, 251])
        readings, covered = (
            np.bincount(band, weights=one, minlength=7).astype(int) for one in (value * 0 + 1, minutes)
        )
        totals = (len(value), minutes.sum(), (minutes * value).sum(), (minutes * value**2).sum())
        sums[day] = (day.toordinal(), *map(int, totals), *map(int, readings), *map(int, covered))
    return list(sums.values())


def kept_sums(patient: Patient) -> list[tuple[int, ...]]:
    """The same, as kept."""
    _, today = moments()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM recent_day WHERE patient_id = %s AND bucket >= %s ORDER BY local_date", [patient.id, today]
        )
        # A day whose readings are all excluded may stay, with nothing in it.
        return [(row[2].toordinal(), *row[3:]) for row in cursor.fetchall() if row[3]]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stretches=st.lists(STRETCH, min_size=1, max_size=5), taken=st.lists(EXCLUSION, max_size=3))
def test_they_are_those_of_the_readings(
    clinic: Clinic,
    admin: Member,
    make_patient: Callable[..., Patient],
    stretches: list[tuple[int, int, int, list[int]]],
    taken: list[tuple[int, int, bool]],
) -> None:
    patient = make_patient(clinic, timezone="UTC")
    now, today = moments()
    half = len(stretches) // 2
    for start, cadence, offset, values in stretches[:half]:
        put(patient, *values, start=today + start * MINUTE, cadence=cadence, offset=offset, now=now)
    for start, length, undone in taken:
        window = Window(today + start * MINUTE, today + (start + length) * MINUTE)
        made = exclusions.exclude(admin.caller, patient.id, window, {"reason": "other", "note": ""}, now=now)
        if undone:
            exclusions.undo(admin.caller, patient.id, made.id, now=now)
    for start, cadence, offset, values in stretches[half:]:
        put(patient, *values, start=today + start * MINUTE, cadence=cadence, offset=offset, now=now)

    assert kept_sums(patient) == raw_sums(patient)


def test_the_overview_tells_of_today_what_the_statistics_tell(
    clinic: Clinic, admin: Member, make_patient: Callable[..., Patient]
) -> None:
    now, _ = moments()
    patient = make_patient(clinic, timezone="Pacific/Kiritimati")
    put(patient, *[60, 100, 200, 300] * 30, start=now - 10 * HOUR, offset=840, now=now)

    for days in (1, 2, 14):
        (followed,) = followed_patients(admin.caller, now)
        found = clinic_of([followed], days, now)
        histogram = trace_of(patient, found.window_of(followed)).histogram()
        assert histogram.count > 0
        assert_alike(found.periods, 0, CURRENT, histogram, followed.targets)


def test_a_rebuild_finds_where_they_are_wrong(transactional_db: None, clean_readings: None, patient: Patient) -> None:
    now, today = moments()
    put(patient, 100, start=now - MINUTE, now=now)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE recent_day SET minutes = 7")

    def rebuilt(dry_run: bool = False) -> Differences:
        return rebuild_state(patient.id, start=today - DAY, end=now, now=now, dry_run=dry_run)

    assert rebuilt(dry_run=True).today
    assert rebuilt().today
    assert not rebuilt()
    assert kept_sums(patient) == raw_sums(patient)


def test_days_that_are_over_are_forgotten(patient: Patient) -> None:
    now, _ = moments()
    put(patient, 100, start=now - MINUTE, now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE yesterday ON COMMIT DROP AS SELECT * FROM recent_day;"
            "UPDATE yesterday SET bucket = bucket - INTERVAL '1 day';"
            "INSERT INTO recent_day SELECT * FROM yesterday"
        )

    assert forget_recent_days() == 1
    assert kept_sums(patient) == raw_sums(patient)

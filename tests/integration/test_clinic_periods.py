"""The numbers of many patients at once are those of each one's own readings, exactly."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sql
from accounts.callers import Caller
from accounts.models import Clinic, Membership, User
from accounts.roles import Role
from analytics.metrics.gmi import gmi_percent
from analytics.metrics.histogram import Histogram
from analytics.metrics.moments import cv_percent, mean_mg_dl, sd_mg_dl
from analytics.metrics.period_sums import BANDS, CURRENT, PREVIOUS, Periods
from analytics.metrics.sufficiency import active_percent
from analytics.metrics.targets import Targets
from analytics.metrics.time_in_range import time_in_range
from analytics.selectors.clinic import clinic_of, followed_patients
from analytics.selectors.trace import trace_of
from api.windows import Window
from glucose.local_time import offsets_through_moves
from glucose.provenance import Source
from glucose.samples import samples
from glucose.services.ingest import store
from glucose.services.late import refresh_late_ranges
from patients.models import Patient, PatientTargets

# An era of their own, with changes of the clock in each of these zones but two.
BEGIN = datetime(2003, 3, 1, tzinfo=UTC)
MINUTES = 50 * 1440
ZONES = (
    "America/New_York",
    "Europe/Lisbon",
    "Pacific/Chatham",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Asia/Kolkata",
)
STRETCH = st.tuples(
    st.integers(0, MINUTES), st.sampled_from([1, 5, 15]), st.lists(st.integers(20, 600), min_size=1, max_size=120)
)
TARGETS = st.one_of(
    st.sampled_from(["t1_t2", "older_high_risk", "pregnancy_t1"]),
    st.tuples(st.integers(54, 150), st.integers(151, 250)),
    st.just((54, 62)),
)
PERSON = st.tuples(st.sampled_from(ZONES), TARGETS, st.lists(STRETCH, min_size=1, max_size=4))
Stretches = list[tuple[int, int, list[int]]]
Person = tuple[str, str | tuple[int, int], Stretches]


@pytest.fixture
def caller(clean_readings: None) -> Caller:
    clinic = Clinic.objects.create(name="C")
    return Membership.objects.create(user=User.objects.create(username="a"), clinic=clinic, role=Role.ADMIN).caller()


def keep(patient: Patient, stretches: Stretches, now: datetime) -> None:
    """What of the stretches lies before now, through the ordinary ingest."""
    for start, cadence, values in stretches:
        times = int(BEGIN.timestamp()) + 60 * (start + cadence * np.arange(len(values), dtype=np.int64))
        past = times < int(now.timestamp())
        if past.any():
            batch = samples(
                patient.id,
                times[past],
                np.array(values)[past],
                utc_offset_minutes=offsets_through_moves(times[past], [(None, patient.timezone)]),
                source=Source.UPLOAD,
                cadence_minutes=cadence,
            )
            store(batch, now=now)


def choose(patient: Patient, targets: str | tuple[int, int]) -> None:
    """Let the patient have the targets."""
    own = not isinstance(targets, str)
    low, high = targets if not isinstance(targets, str) else (None, None)
    name = targets if isinstance(targets, str) else "custom"
    PatientTargets.objects.create(
        patient=patient, target_set=name, low_mg_dl=low, high_mg_dl=high, goals={} if own else None, since=BEGIN
    )
    Patient.objects.filter(id=patient.id).update(target_set=name)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(PERSON, min_size=1, max_size=4),
    late=st.lists(STRETCH, max_size=2),
    minute=st.integers(30 * 1440, MINUTES),
    days=st.sampled_from([1, 2, 7, 14]),
)
def test_the_numbers_of_each_patient_are_those_of_their_own_readings(
    caller: Caller,
    make_patient: Callable[..., Patient],
    people: list[Person],
    late: Stretches,
    minute: int,
    days: int,
) -> None:
    now = BEGIN + timedelta(minutes=minute)
    clinic = Clinic.objects.get(id=caller.clinic_id)
    Patient.objects.filter(clinic=clinic).update(deleted_at=now)
    made = [make_patient(clinic, timezone=zone) for zone, _, _ in people]
    for patient, (_, targets, stretches) in zip(made, people, strict=True):
        choose(patient, targets)
        keep(patient, stretches, now)
    refresh_late_ranges(lambda: now)
    # What comes now is not refreshed: of one patient only, who also has readings that are.
    keep(made[0], late, now)

    followed = followed_patients(caller, now)
    found = clinic_of(followed, days, now)

    assert [one.id for one in followed] == sorted(patient.id for patient in made)
    for place, one in enumerate(followed):
        patient = Patient.objects.get(id=one.id)
        current = found.window_of(one)
        before = one.start_of(one.today - timedelta(days=2 * days))
        for period, window in ((PREVIOUS, Window(before, current.start)), (CURRENT, current)):
            histogram = trace_of(patient, window).histogram()
            assert_alike(found.periods, place, period, histogram, one.targets)
            active = active_percent(histogram.total_minutes, window.minutes)
            assert found.looked.active_percent[place, period] == pytest.approx(active, rel=1e-12)


def assert_alike(found: Periods, place: int, period: int, histogram: Histogram, targets: Targets) -> None:
    """The numbers of a patient's period are those of the histogram: shares exactly, others but for the last bits."""
    at = (place, period)
    assert (found.readings[at], found.minutes[at]) == (histogram.count, histogram.total_minutes)
    for expected, values in (
        (mean_mg_dl(histogram), found.mean),
        (sd_mg_dl(histogram), found.sd),
        (cv_percent(histogram), found.cv_percent),
        (gmi_percent(histogram), found.gmi_percent),
    ):
        assert values[at] == pytest.approx(np.nan if expected is None else expected, rel=1e-12, abs=1e-9, nan_ok=True)
    shares = time_in_range(histogram, targets.bands)
    assert tuple(shares) == BANDS
    assert found.band_minutes[at].tolist() == [share.minutes for share in shares.values()]
    assert found.band_readings[at].tolist() == [share.readings for share in shares.values()]
    percent = [None if np.isnan(value) else value for value in found.percent[at].tolist()]
    assert percent == [share.percent for share in shares.values()]


def test_late_readings_are_read_raw_and_only_those_days(caller: Caller, make_patient: Callable[..., Patient]) -> None:
    now = BEGIN + timedelta(days=40, hours=12)
    clinic = Clinic.objects.get(id=caller.clinic_id)
    patient, other = (make_patient(clinic, timezone="UTC") for _ in range(2))
    for one in (patient, other):
        keep(one, [(day * 1440, 5, [100] * 12) for day in range(12, 40)], now)
    refresh_late_ranges(lambda: now)
    # Late by two days and by twenty, at the end of the day: the aggregate does not show them.
    keep(patient, [(38 * 1440 + 1380, 5, [200] * 12), (20 * 1440 + 1380, 5, [300] * 12)], now)

    def found() -> list[Any]:
        numbers = clinic_of(followed_patients(caller, now), 14, now).periods
        return [numbers.readings.tolist(), numbers.band_readings[:, :, BANDS.index("above")].tolist()]

    assert found() == [[[180, 180], [168, 168]], [[12, 12], [0, 0]]]
    raw = sql.rows("days_of_aggregate", {"patient": patient.id, "first": date(2003, 3, 1), "last": date(2003, 4, 30)})
    assert sum(row[1] for row in raw) == 336
    refresh_late_ranges(lambda: now)
    Patient.objects.filter(id=patient.id).update(data_version=F("data_version") + 1)
    assert found() == [[[180, 180], [168, 168]], [[12, 12], [0, 0]]]

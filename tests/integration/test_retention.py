"""Retention: off unless a clinic says how long; what is deleted is out of every answer."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from accounts.models import Clinic
from analytics.selectors.daily import days_of_patient
from glucose.models import LateRange, LatestReading, Reading
from glucose.services.late import refresh_late_ranges
from glucose.services.retention import apply_retention
from patients.models import Patient
from tests.conftest import Member, put

# An era of its own, because it refreshes.
NOW = datetime(2002, 6, 30, 12, 0, tzinfo=UTC)


def test_nothing_is_deleted_where_no_clinic_says_so(patient: Patient) -> None:
    put(patient, 100, start=NOW - timedelta(days=900), now=NOW)

    assert apply_retention(now=NOW) == 0
    assert Reading.objects.count() == 1


def test_what_a_clinic_does_not_keep_is_gone_from_every_answer_before_and_after_the_refresh(
    clean_readings: None, transactional_db: None, admin: Member, patient: Patient, make_patient: Callable[..., Patient]
) -> None:
    other_clinics = make_patient(Clinic.objects.create(name="Keeps all"))
    for one in (patient, other_clinics):
        put(one, 100, 110, start=NOW - timedelta(days=40), now=NOW)
        put(one, 120, start=NOW - timedelta(days=5), now=NOW)
    refresh_late_ranges(lambda: NOW)
    Clinic.objects.filter(id=patient.clinic_id).update(retention_days=30)

    deleted = apply_retention(now=NOW)

    def days() -> list[tuple[date, int]]:
        rows = days_of_patient(admin.caller, patient.id, date(2002, 5, 1), date(2002, 6, 30)).rows
        return [(row.date, row.readings) for row in rows]

    assert deleted == 2
    assert LateRange.objects.count() == 1
    assert days() == [(date(2002, 6, 25), 1)]
    refresh_late_ranges(lambda: NOW)
    assert days() == [(date(2002, 6, 25), 1)]
    assert Reading.objects.filter(patient_id=other_clinics.id).count() == 3


def test_the_latest_reading_goes_with_the_last_reading(patient: Patient) -> None:
    put(patient, 100, start=NOW - timedelta(days=40), now=NOW)
    Clinic.objects.filter(id=patient.clinic_id).update(retention_days=30)

    apply_retention(now=NOW)

    assert not LatestReading.objects.exists()


def test_a_clinic_that_keeps_longer_than_the_calendar_holds_nobody_up(
    patient: Patient, make_patient: Callable[..., Patient]
) -> None:
    put(patient, 100, start=NOW - timedelta(days=40), now=NOW)
    Clinic.objects.filter(id=make_patient(Clinic.objects.create(name="Keeps all")).clinic_id).update(
        retention_days=2**31 - 1
    )
    Clinic.objects.filter(id=patient.clinic_id).update(retention_days=30)

    assert apply_retention(now=NOW) == 1

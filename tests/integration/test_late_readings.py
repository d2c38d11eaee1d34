"""Late data: what comes in for an earlier day is in the next answer, refreshed or not."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from accounts.callers import Caller
from accounts.models import Clinic, Membership, User
from accounts.roles import Role
from analytics.metrics.day import DayRow
from analytics.selectors.daily import days_of_patient
from glucose.models import LateRange
from glucose.services import late, policies
from patients.models import Patient
from tests.conftest import put

# An era of their own: what a refresh materialises stays, and must not hide the rows of other tests.
DAY = datetime(2001, 5, 10, 12, 0, tzinfo=UTC)
NOW = datetime(2001, 5, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def admin_caller(clean_readings: None, transactional_db: None) -> Caller:
    clinic = Clinic.objects.create(name="C")
    user = User.objects.create(username="admin")
    return Membership.objects.create(user=user, clinic=clinic, role=Role.ADMIN).caller()


@pytest.fixture
def someone(admin_caller: Caller, make_patient: Callable[..., Patient]) -> Patient:
    return make_patient(Clinic.objects.get(), timezone="UTC")


def days(
    caller: Caller, patient: Patient, first: date = date(2001, 5, 1), last: date = date(2001, 5, 31)
) -> list[DayRow]:
    return days_of_patient(caller, patient.id, first, last).rows


def materialised_until() -> datetime:
    """The aggregate's watermark."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT _timescaledb_functions.to_timestamp(_timescaledb_functions.cagg_watermark(h.id))"
            " FROM _timescaledb_catalog.continuous_agg c"
            " JOIN _timescaledb_catalog.hypertable h ON h.id = c.mat_hypertable_id"
            " WHERE c.user_view_name = 'reading_day'"
        )
        found: datetime = cursor.fetchone()[0]
        return found


class TestLateReadings:
    def test_a_late_reading_is_in_the_next_daily_answer_before_any_refresh(
        self, admin_caller: Caller, someone: Patient
    ) -> None:
        put(someone, 100, start=DAY, now=NOW)
        late.refresh_late_ranges(lambda: NOW)

        put(someone, 200, start=DAY + timedelta(hours=1), now=NOW)

        assert [(day.readings, day.highest) for day in days(admin_caller, someone)] == [(2, 200)]
        assert LateRange.objects.count() == 1

    def test_a_refresh_settles_it_and_the_answer_stays_the_same(self, admin_caller: Caller, someone: Patient) -> None:
        put(someone, 100, 150, 200, start=DAY, now=NOW)
        from_raw = days(admin_caller, someone)

        assert late.refresh_late_ranges(lambda: NOW) == 1

        assert not LateRange.objects.exists()
        assert days(admin_caller, someone) == from_raw

    def test_another_patients_late_range_does_not_send_everybody_to_raw(
        self, admin_caller: Caller, someone: Patient, make_patient: Callable[..., Patient]
    ) -> None:
        from analytics.selectors.freshness import aggregate_is_current

        other = make_patient(Clinic.objects.get())
        put(other, 100, start=DAY, now=NOW)

        assert aggregate_is_current(someone.id, DAY, NOW)
        assert not aggregate_is_current(other.id, DAY, NOW)

    def test_a_range_that_comes_in_during_the_refresh_stays_pending(
        self, admin_caller: Caller, someone: Patient
    ) -> None:
        put(someone, 100, start=DAY, now=NOW)

        def clock() -> datetime:
            put(someone, 200, start=DAY + timedelta(hours=3), now=NOW)
            return NOW

        late.refresh_late_ranges(clock)

        assert LateRange.objects.count() == 1
        assert [day.readings for day in days(admin_caller, someone)] == [2]

    def test_a_range_of_today_stays_pending_until_tomorrow(self, admin_caller: Caller, someone: Patient) -> None:
        late_evening = NOW.replace(hour=23, minute=55)
        put(someone, 100, start=late_evening - timedelta(minutes=10), now=late_evening)

        assert late.refresh_late_ranges(lambda: late_evening) == 0
        assert late.refresh_late_ranges(lambda: late_evening + timedelta(minutes=10)) == 1
        assert [day.readings for day in days(admin_caller, someone)] == [1]

    def test_no_refresh_moves_the_watermark_past_today(self, admin_caller: Caller, someone: Patient) -> None:
        put(someone, 100, start=NOW - timedelta(days=1), now=NOW)
        put(someone, 120, start=NOW.replace(hour=0), now=NOW)

        late.refresh_late_ranges(lambda: NOW)
        put(someone, 140, start=NOW, now=NOW)

        assert materialised_until() <= NOW.replace(hour=0)
        assert [day.readings for day in days(admin_caller, someone)] == [1, 2]

    def test_a_refresh_past_today_is_refused(self, db: None) -> None:
        with pytest.raises(ValueError, match="past the start of today"):
            late.refresh(DAY, datetime.now(UTC) + timedelta(minutes=1))


def has_background_workers() -> bool:
    """Whether TimescaleDB's own scheduler runs on this server, as it does on a native one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type LIKE 'TimescaleDB Background Worker Scheduler%')"
        )
        return bool(cursor.fetchone() == (True,))


class TestPolicies:
    def test_due_policies_run_only_where_there_are_no_background_workers(
        self, admin_caller: Caller, someone: Patient
    ) -> None:
        put(someone, 100, 110, start=DAY, now=NOW)

        ran = policies.run_due_policies(lambda: datetime.now(UTC))
        again = policies.run_due_policies(lambda: datetime.now(UTC))

        assert again == []
        if has_background_workers():
            assert ran == []
            return
        assert len(ran) == 2
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT bool_and(is_compressed) FROM timescaledb_information.chunks WHERE hypertable_name = 'reading'"
            )
            assert cursor.fetchone() == (True,)

    def test_a_history_that_comes_after_a_run_is_compressed_at_the_next(
        self, admin_caller: Caller, someone: Patient
    ) -> None:
        policies.run_due_policies(lambda: datetime.now(UTC))
        put(someone, 100, 110, start=DAY, now=NOW)

        ran = policies.run_due_policies(lambda: datetime.now(UTC))

        assert len(ran) == (0 if has_background_workers() else 1)
        assert policies.run_due_policies(lambda: datetime.now(UTC)) == []

    def test_late_readings_go_into_compressed_chunks(self, admin_caller: Caller, someone: Patient) -> None:
        put(someone, 100, 110, start=DAY, now=NOW)
        policies.run_due_policies(lambda: datetime.now(UTC))

        again = put(someone, 100, 110, 120, start=DAY, now=NOW)

        assert (again.stored, again.duplicates) == (1, 2)
        assert [day.readings for day in days(admin_caller, someone)] == [3]

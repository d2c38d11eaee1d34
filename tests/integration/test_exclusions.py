"""Exclusions: out of every statistic in the next answer, whatever the aggregate shows, and in again when undone."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, connections

from accounts.callers import Caller
from accounts.models import Clinic, Membership, User
from accounts.roles import Role
from analytics.selectors.daily import days_of_patient
from analytics.selectors.trace import trace_of_patient
from api.windows import Window
from glucose.models import Exclusion, LateRange, LatestReading, Reading
from glucose.services import late
from glucose.services.exclusions import exclude, undo
from glucose.services.rebuild import Differences, rebuild_state
from patients.models import Patient
from tests.conftest import put

# An era of its own, because it refreshes.
DAY = datetime(2004, 5, 10, 12, 0, tzinfo=UTC)
NOW = DAY + timedelta(days=20)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SAID = {"reason": "compression_low", "note": ""}


@pytest.fixture
def admin_caller(clean_readings: None, transactional_db: None) -> Caller:
    clinic = Clinic.objects.create(name="C")
    user = User.objects.create(username="admin")
    return Membership.objects.create(user=user, clinic=clinic, role=Role.ADMIN).caller()


@pytest.fixture
def someone(admin_caller: Caller, make_patient: Callable[..., Patient]) -> Patient:
    return make_patient(Clinic.objects.get(), timezone="UTC")


def out(caller: Caller, patient: Patient, start: datetime, end: datetime, now: datetime = NOW) -> Exclusion:
    return exclude(caller, patient.id, Window(start, end), SAID, now=now)


def daily(caller: Caller, patient: Patient) -> list[tuple[int, int]]:
    """Readings and sum of each day."""
    rows = days_of_patient(caller, patient.id, date(2004, 5, 1), date(2004, 5, 31)).rows
    return [(row.readings, row.total) for row in rows]


def values(caller: Caller, patient: Patient) -> list[int]:
    _, trace = trace_of_patient(caller, patient.id, Window(DAY - 10 * HOUR, NOW + HOUR))
    return [int(value) for value in trace.mg_dl]


def compress() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(compress_chunk(chunk)) FROM show_chunks('reading') AS chunk")
        return int(cursor.fetchone()[0])


class TestInTheNextAnswer:
    """From an old compressed chunk that the aggregate shows already."""

    @pytest.fixture
    def settled(self, admin_caller: Caller, someone: Patient) -> Patient:
        put(someone, 100, 40, 160, start=DAY, now=NOW)
        late.refresh_late_ranges(lambda: NOW)
        assert compress() > 0
        assert daily(admin_caller, someone) == [(3, 300)]
        return someone

    def test_it_is_out_before_and_after_the_refresh(self, admin_caller: Caller, settled: Patient) -> None:
        out(admin_caller, settled, DAY + 5 * MINUTE, DAY + 10 * MINUTE)

        assert daily(admin_caller, settled) == [(2, 260)]
        assert values(admin_caller, settled) == [100, 160]
        assert late.refresh_late_ranges(lambda: NOW) == 1
        assert not LateRange.objects.exists()
        assert daily(admin_caller, settled) == [(2, 260)]

    def test_it_is_in_again_before_and_after_the_refresh(self, admin_caller: Caller, settled: Patient) -> None:
        made = out(admin_caller, settled, DAY, DAY + HOUR)
        late.refresh_late_ranges(lambda: NOW)
        assert daily(admin_caller, settled) == []
        compress()

        undo(admin_caller, settled.id, made.id, now=NOW)

        assert daily(admin_caller, settled) == [(3, 300)]
        assert values(admin_caller, settled) == [100, 40, 160]
        late.refresh_late_ranges(lambda: NOW)
        assert daily(admin_caller, settled) == [(3, 300)]

    def test_only_what_changed_is_late(self, admin_caller: Caller, settled: Patient) -> None:
        out(admin_caller, settled, DAY - 9 * HOUR, DAY + 6 * MINUTE)

        row = LateRange.objects.get()
        assert (row.patient_id, row.first_time, row.last_time) == (settled.id, DAY, DAY + 5 * MINUTE)

    def test_nothing_is_late_and_no_version_new_where_nothing_changed(
        self, admin_caller: Caller, settled: Patient
    ) -> None:
        version = Patient.objects.get().data_version

        out(admin_caller, settled, DAY + HOUR, DAY + 2 * HOUR)

        assert not LateRange.objects.exists()
        assert Patient.objects.get().data_version == version

    def test_a_new_version_of_the_data_is_told(self, admin_caller: Caller, settled: Patient) -> None:
        version = Patient.objects.get().data_version

        made = out(admin_caller, settled, DAY, DAY + HOUR)
        assert Patient.objects.get().data_version == version + 1
        undo(admin_caller, settled.id, made.id, now=NOW)
        assert Patient.objects.get().data_version == version + 2

    def test_nobody_elses_readings_are(
        self, admin_caller: Caller, settled: Patient, make_patient: Callable[..., Patient]
    ) -> None:
        other = make_patient(Clinic.objects.get(), timezone="UTC")
        put(other, 100, 40, 160, start=DAY, now=NOW)

        out(admin_caller, settled, DAY, DAY + HOUR)

        assert daily(admin_caller, other) == [(3, 300)]


class TestToday:
    def test_is_not_late_and_out_at_once(self, admin_caller: Caller, someone: Patient) -> None:
        put(someone, 100, 40, start=NOW - HOUR, now=NOW)
        assert daily(admin_caller, someone) == [(2, 140)]

        out(admin_caller, someone, NOW - HOUR, NOW - HOUR + MINUTE)

        assert not LateRange.objects.exists()
        assert daily(admin_caller, someone) == [(1, 40)]

    def test_a_range_over_midnight_is_late_up_to_midnight(self, admin_caller: Caller, someone: Patient) -> None:
        midnight = NOW.replace(hour=0)
        put(someone, *[100] * 24, start=midnight - HOUR, now=NOW)
        LateRange.objects.all().delete()

        out(admin_caller, someone, midnight - HOUR, midnight + HOUR)

        row = LateRange.objects.get()
        assert (row.first_time, row.last_time) == (midnight - HOUR, midnight - 5 * MINUTE)

    def test_just_before_midnight_today_is_late_already(self, admin_caller: Caller, someone: Patient) -> None:
        evening = NOW.replace(hour=23, minute=50)
        put(someone, 100, start=evening - HOUR, now=evening)
        LateRange.objects.all().delete()

        out(admin_caller, someone, evening - HOUR, evening, now=evening)

        assert LateRange.objects.count() == 1


class TestWhatOverlaps:
    def test_undoing_one_leaves_the_other(self, admin_caller: Caller, someone: Patient) -> None:
        put(someone, 100, 110, 120, 130, start=DAY, now=NOW)
        first = out(admin_caller, someone, DAY, DAY + 11 * MINUTE)
        second = out(admin_caller, someone, DAY + 5 * MINUTE, DAY + HOUR)
        assert values(admin_caller, someone) == []

        undo(admin_caller, someone.id, first.id, now=NOW)
        assert values(admin_caller, someone) == [100]
        undo(admin_caller, someone.id, second.id, now=NOW)
        assert values(admin_caller, someone) == [100, 110, 120, 130]

    def test_an_end_is_not_part_of_a_range(self, admin_caller: Caller, someone: Patient) -> None:
        put(someone, 100, 110, 120, start=DAY, now=NOW)

        out(admin_caller, someone, DAY, DAY + 5 * MINUTE)

        assert values(admin_caller, someone) == [110, 120]


class TestWhatComesLater:
    def test_is_excluded_as_it_is_stored(self, admin_caller: Caller, someone: Patient) -> None:
        out(admin_caller, someone, DAY, DAY + HOUR)

        put(someone, *[90] * 24, start=DAY - HOUR / 2, now=NOW)

        flags = Reading.objects.order_by("time").values_list("excluded", flat=True)
        assert list(flags) == [False] * 6 + [True] * 12 + [False] * 6
        assert len(values(admin_caller, someone)) == 12

    def test_is_not_where_the_exclusion_was_undone(self, admin_caller: Caller, someone: Patient) -> None:
        made = out(admin_caller, someone, DAY, DAY + HOUR)
        undo(admin_caller, someone.id, made.id, now=NOW)

        put(someone, 90, start=DAY, now=NOW)

        assert values(admin_caller, someone) == [90]

    def test_waits_for_who_excludes(self, admin_caller: Caller, someone: Patient) -> None:
        """An upload and an exclusion at the same time: whichever is first, the reading is excluded."""
        together = threading.Barrier(2)

        def write() -> None:
            try:
                together.wait()
                put(someone, *[90] * 12, start=DAY, now=NOW)
            finally:
                connections.close_all()

        for _ in range(5):
            Reading.objects.filter(patient_id=someone.id).delete()
            Exclusion.objects.all().delete()
            writer = threading.Thread(target=write)
            writer.start()
            together.wait()
            out(admin_caller, someone, DAY, DAY + HOUR)
            writer.join()

            assert set(Reading.objects.values_list("excluded", flat=True)) == {True}


class TestTheLatestReading:
    """It says when the sensor was last heard: it stays the newest one, and is flagged."""

    def test_stays_and_is_flagged(self, admin_caller: Caller, someone: Patient) -> None:
        put(someone, 100, 45, start=NOW - 10 * MINUTE, now=NOW)

        made = out(admin_caller, someone, NOW - 5 * MINUTE, NOW)
        latest = LatestReading.objects.get()
        assert (latest.mg_dl, latest.excluded) == (45, True)
        undo(admin_caller, someone.id, made.id, now=NOW)
        assert not LatestReading.objects.get().excluded

    def test_that_comes_into_a_range_is_flagged(self, admin_caller: Caller, someone: Patient) -> None:
        out(admin_caller, someone, NOW - HOUR, NOW - 5 * MINUTE)
        put(someone, 100, start=NOW - 10 * MINUTE, now=NOW)
        assert LatestReading.objects.get().excluded

        put(someone, 100, start=NOW - 5 * MINUTE, now=NOW)
        assert not LatestReading.objects.get().excluded


class TestRebuilding:
    def test_finds_nothing_where_all_is_well(self, admin_caller: Caller, someone: Patient) -> None:
        put(someone, 100, 110, start=DAY, now=NOW)
        out(admin_caller, someone, DAY, DAY + MINUTE)
        late.refresh_late_ranges(lambda: NOW)

        assert not rebuild_state(someone.id, start=DAY - HOUR, end=DAY + HOUR, now=NOW)

    def test_tells_and_restores_flags_that_are_not_what_stands(self, admin_caller: Caller, someone: Patient) -> None:
        put(someone, 100, 110, 120, start=DAY, now=NOW)
        out(admin_caller, someone, DAY, DAY + MINUTE)
        late.refresh_late_ranges(lambda: NOW)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE reading SET excluded = NOT excluded WHERE mg_dl < 115")
            cursor.execute("UPDATE latest_reading SET excluded = true")

        def rebuilt(dry_run: bool = False) -> Differences:
            return rebuild_state(someone.id, start=DAY - HOUR, end=DAY + HOUR, now=NOW, dry_run=dry_run)

        assert rebuilt(dry_run=True).excluded == 2
        found = rebuilt()

        assert (found.excluded, found.latest) == (2, False)
        assert values(admin_caller, someone) == [110, 120]
        assert daily(admin_caller, someone) == [(2, 230)]
        assert not rebuilt()

    def test_leaves_a_deleted_patient_alone(self, admin_caller: Caller, someone: Patient) -> None:
        put(someone, 100, start=DAY, now=NOW)
        Patient.objects.update(deleted_at=NOW)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE reading SET excluded = true")

        assert rebuild_state(someone.id, start=DAY - HOUR, end=DAY + HOUR, now=NOW).excluded == 0


def test_two_at_once_undo_once(admin_caller: Caller, someone: Patient) -> None:
    """Two tabs: both are answered the same, and the first is kept."""
    put(someone, 100, start=DAY, now=NOW)
    made = out(admin_caller, someone, DAY, DAY + HOUR)
    together, found = threading.Barrier(2), []

    def tab(number: int) -> None:
        try:
            together.wait()
            found.append(undo(admin_caller, someone.id, made.id, now=NOW + number * MINUTE).undone_at)
        finally:
            connections.close_all()

    version = Patient.objects.get().data_version
    tabs = [threading.Thread(target=tab, args=(number,)) for number in range(2)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()

    assert found[0] == found[1] == Exclusion.objects.get().undone_at
    assert Patient.objects.get().data_version == version + 1
    assert values(admin_caller, someone) == [100]


def test_a_year_of_compressed_readings_is_one_act(admin_caller: Caller, someone: Patient) -> None:
    """More than TimescaleDB decompresses for one statement if nobody says otherwise."""
    begin = NOW - timedelta(days=366)
    put(someone, *[100, 140] * (183 * 288), start=begin, now=NOW)
    compress()

    out(admin_caller, someone, begin, NOW)

    assert not Reading.objects.filter(excluded=False).exists()

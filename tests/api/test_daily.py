"""`GET patients/{id}/daily/`: by local day."""

import statistics
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import Clinic
from accounts.roles import Role
from glucose.services.late import refresh, refresh_late_ranges
from patients.models import Patient
from tests.api.asserting import (
    NOW,
    V1,
    assert_parameter_refused,
    assert_problem,
    send,
)
from tests.conftest import Member, put

MakePatient = Callable[..., Patient]


def ask(api: APIClient, patient: Patient | str, **query: Any) -> Any:
    api.raise_request_exception = False
    return api.get(f"{V1}patients/{getattr(patient, 'id', patient)}/daily/", query)


def days(api: APIClient, patient: Patient, **query: Any) -> dict[str, dict[str, Any]]:
    response = ask(api, patient, **query)
    assert response.status_code == 200, response.content
    return {row["date"]: row for row in response.json()["results"]}


def post(api: APIClient, patient: Patient, start: datetime, *values: int, cadence: int = 5) -> None:
    """Through the API, so that the offsets are those of the patient's zone."""
    times = [start + timedelta(minutes=cadence * position) for position in range(len(values))]
    readings = [
        {"time": time.isoformat(), "value": value, "cadence_minutes": cadence}
        for time, value in zip(times, values, strict=True)
    ]
    answer = send(api, "post", f"{V1}patients/{patient.id}/readings/", {"readings": readings}).json()
    assert answer["stored"] == len(values)


class TestADay:
    def test_has_the_numbers_of_the_textbooks(self, admin: Member, patient: Patient) -> None:
        values = (53, 54, 69, 70, 140, 141, 180, 181, 250, 251)
        post(admin.api, patient, datetime(2026, 3, 10, 12, tzinfo=UTC), *values)

        answer = ask(admin.api, patient, start="2026-03-10", end="2026-03-10").json()
        (row,) = answer["results"]

        assert (answer["patient"], answer["timezone"]) == (str(patient.id), "America/Sao_Paulo")
        bands = {name: share["readings"] for name, share in row.pop("time_in_range").items()}
        assert bands == {
            "very_low": 1,
            "low": 2,
            "target": 4,
            "tight_target": 2,
            "high": 2,
            "very_high": 1,
            "below": 3,
            "above": 3,
        }
        mean, deviation = statistics.mean(values), statistics.stdev(values)
        expected = {"mean": mean, "sd": deviation, "cv_percent": 100 * deviation / mean, "min": 53, "max": 251}
        assert {name: row[name] for name in expected} == pytest.approx(expected, abs=1e-6)
        assert (row["date"], row["readings"], row["minutes"]) == ("2026-03-10", 10, 50)
        assert row["active_percent"] == pytest.approx(100 * 50 / 1440, abs=1e-6)

    def test_agrees_with_the_statistics_of_the_same_day(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, datetime(2026, 3, 10, 3, tzinfo=UTC), *range(40, 328))

        row = days(admin.api, patient, start="2026-03-10", end="2026-03-10")["2026-03-10"]
        window = {"start": "2026-03-10T03:00:00Z", "end": "2026-03-11T03:00:00Z"}
        whole = admin.api.get(f"{V1}patients/{patient.id}/statistics/", window).json()

        for name in ("readings", "minutes", "mean", "sd", "cv_percent", "min", "max", "time_in_range"):
            assert row[name] == whole[name]
        assert row["active_percent"] == whole["sufficiency"]["active_percent"] == 100

    @pytest.mark.parametrize(
        ("ranges", "target", "low"), [("t1_t2", 2, 2), ("older_high_risk", 2, 2), ("pregnancy_t1", 2, 1)]
    )
    def test_has_the_bands_of_the_set(
        self, admin: Member, patient: Patient, ranges: str, target: int, low: int
    ) -> None:
        post(admin.api, patient, datetime(2026, 3, 10, 12, tzinfo=UTC), 62, 63, 140, 141)

        bands = days(admin.api, patient, ranges=ranges)["2026-03-10"]["time_in_range"]

        assert (bands["target"]["readings"], bands["low"]["readings"]) == (target, low)

    def test_is_weighed_by_time_or_by_count(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, datetime(2026, 3, 10, 12, tzinfo=UTC), 100, cadence=15)
        post(admin.api, patient, datetime(2026, 3, 10, 14, tzinfo=UTC), 200, cadence=5)

        by_time, by_count = (
            days(admin.api, patient, weighting=weighting)["2026-03-10"] for weighting in ("time", "count")
        )

        assert (by_time["mean"], by_count["mean"]) == (125, 150)
        assert (by_time["time_in_range"]["above"]["percent"], by_count["time_in_range"]["above"]["percent"]) == (25, 50)
        assert by_count["sd"] == pytest.approx(statistics.stdev([100, 200]), abs=1e-6)

    def test_is_converted_to_mmol(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, datetime(2026, 3, 10, 12, tzinfo=UTC), 90, 110)

        row = days(admin.api, patient, unit="mmol/L")["2026-03-10"]

        assert [row[name] for name in ("mean", "min", "max", "sd")] == pytest.approx(
            [value / 18.0182 for value in (100, 90, 110, statistics.stdev([90, 110]))], abs=1e-6
        )

    def test_of_one_reading_has_no_deviation(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, datetime(2026, 3, 10, 12, tzinfo=UTC), 100)

        row = days(admin.api, patient)["2026-03-10"]

        assert (row["mean"], row["sd"], row["cv_percent"]) == (100, None, None)

    def test_without_readings_is_left_out(self, admin: Member, patient: Patient) -> None:
        assert days(admin.api, patient) == {}

    def test_leaves_out_what_is_excluded(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, datetime(2026, 3, 10, 12, tzinfo=UTC), 100, 200)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE reading SET excluded = true WHERE mg_dl = 200")

        assert days(admin.api, patient)["2026-03-10"]["max"] == 100


class TestAZone:
    @pytest.mark.parametrize(
        ("zone", "last", "first"),
        [
            ("America/Sao_Paulo", "2026-03-10T02:59:59Z", "2026-03-10T03:05:00Z"),
            ("Asia/Kathmandu", "2026-03-09T18:14:59Z", "2026-03-09T18:20:00Z"),
            ("Pacific/Kiritimati", "2026-03-09T09:59:59Z", "2026-03-09T10:05:00Z"),
            ("Pacific/Pago_Pago", "2026-03-10T10:59:59Z", "2026-03-10T11:05:00Z"),
            ("UTC", "2026-03-09T23:59:59Z", "2026-03-10T00:05:00Z"),
        ],
    )
    def test_says_where_a_day_ends(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient, zone: str, last: str, first: str
    ) -> None:
        patient = make_patient(clinic, timezone=zone)
        for time, value in ((last, 100), (first, 200)):
            post(admin.api, patient, datetime.fromisoformat(time), value)

        found = {date: row["mean"] for date, row in days(admin.api, patient).items()}

        assert found == {"2026-03-09": 100, "2026-03-10": 200}

    def test_makes_a_spring_day_of_23_hours(self, clinic: Clinic, admin: Member, make_patient: MakePatient) -> None:
        patient = make_patient(clinic, timezone="America/New_York")
        post(admin.api, patient, datetime(2026, 3, 8, 5, tzinfo=UTC), *[100] * 138)

        row = days(admin.api, patient)["2026-03-08"]

        assert (row["minutes"], row["active_percent"]) == (690, 50)

    def test_makes_a_whole_spring_day_whole(self, clinic: Clinic, admin: Member, make_patient: MakePatient) -> None:
        patient = make_patient(clinic, timezone="America/New_York")
        # From midnight to midnight, and one reading on each side: 276 readings of five minutes are 23 hours.
        post(admin.api, patient, datetime(2026, 3, 8, 4, 55, tzinfo=UTC), *[100] * 278)

        found = {date: (row["readings"], row["active_percent"]) for date, row in days(admin.api, patient).items()}

        assert found["2026-03-08"] == (276, 100)
        assert {date: readings for date, (readings, _) in found.items()} == {
            "2026-03-07": 1,
            "2026-03-08": 276,
            "2026-03-09": 1,
        }

    def test_makes_an_autumn_day_of_25_hours(self, clinic: Clinic, admin: Member, make_patient: MakePatient) -> None:
        patient = make_patient(clinic, timezone="America/New_York")
        post(admin.api, patient, datetime(2025, 11, 2, 4, tzinfo=UTC), *[100] * 150)

        row = days(admin.api, patient, start="2025-11-02", end="2025-11-02")["2025-11-02"]

        assert (row["minutes"], row["active_percent"]) == (750, 50)

    def test_of_a_day_before_a_move_is_the_one_lived_in(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient
    ) -> None:
        patient = make_patient(clinic, timezone="America/New_York")
        post(admin.api, patient, datetime(2026, 3, 8, 5, tzinfo=UTC), *[100] * 138)
        send(admin.api, "patch", f"{V1}patients/{patient.id}/", {"timezone": "Asia/Kathmandu"})

        row = days(admin.api, patient)["2026-03-08"]

        assert (row["readings"], row["active_percent"]) == (138, 50)

    @pytest.mark.parametrize(
        ("zone", "hour", "found"),
        [
            ("Pacific/Kiritimati", 12, ["2026-03-03", "2026-03-16"]),
            ("Pacific/Pago_Pago", 6, ["2026-03-01", "2026-03-14"]),
            ("UTC", 12, ["2026-03-02", "2026-03-15"]),
        ],
    )
    def test_says_which_day_is_today(
        self,
        clinic: Clinic,
        member: Callable[..., Member],
        make_patient: MakePatient,
        clock: Any,
        zone: str,
        hour: int,
        found: list[str],
    ) -> None:
        now = NOW.replace(hour=hour)
        clock.move_to(now)
        admin = member(clinic, Role.ADMIN)
        patient = make_patient(clinic, timezone=zone)
        for ago in (0, 13, 14):
            post(admin.api, patient, now - timedelta(days=ago), 100)

        assert list(days(admin.api, patient)) == found


class TestFreshness:
    @pytest.fixture
    def december(self, clean_readings: None, clinic: Clinic, member: Callable[..., Member], clock: Any) -> Member:
        """Somebody on 2025-12-20: a refresh beyond what clean_readings refreshes away would outlive the test."""
        clock.move_to(datetime(2025, 12, 20, 12, tzinfo=UTC))
        return member(clinic, Role.ADMIN)

    def test_shows_a_reading_of_last_year_at_once(
        self, december: Member, clinic: Clinic, make_patient: MakePatient
    ) -> None:
        patient = make_patient(clinic)
        post(december.api, patient, datetime(2024, 6, 1, 12, tzinfo=UTC), 100)
        refresh(datetime(2024, 5, 1, tzinfo=UTC), datetime(2025, 12, 20, tzinfo=UTC))

        post(december.api, patient, datetime(2024, 6, 1, 13, tzinfo=UTC), 200)
        post(december.api, patient, datetime(2024, 7, 1, 13, tzinfo=UTC), 300)

        found = days(december.api, patient, start="2024-05-01", end="2024-08-01")
        assert {date: (row["readings"], row["mean"]) for date, row in found.items()} == {
            "2024-06-01": (2, 150),
            "2024-07-01": (1, 300),
        }
        window = {"start": "2024-05-01T00:00:00Z", "end": "2024-08-01T00:00:00Z"}
        whole = december.api.get(f"{V1}patients/{patient.id}/statistics/", window).json()
        assert (whole["readings"], whole["sufficiency"]["days_with_data"]) == (3, 2)

    def test_shows_a_reading_of_now_after_a_refresh(
        self, december: Member, clinic: Clinic, make_patient: MakePatient
    ) -> None:
        patient = make_patient(clinic)
        refresh(datetime(2025, 12, 1, tzinfo=UTC), datetime(2025, 12, 20, tzinfo=UTC))

        post(december.api, patient, datetime(2025, 12, 20, 11, 55, tzinfo=UTC), 123)

        assert days(december.api, patient)["2025-12-20"]["mean"] == 123

    def test_answers_the_same_from_the_aggregate_as_from_readings(
        self, december: Member, clinic: Clinic, make_patient: MakePatient
    ) -> None:
        patient = make_patient(clinic)
        post(december.api, patient, datetime(2025, 12, 10, 1, tzinfo=UTC), *range(40, 328))
        raw = days(december.api, patient)

        assert refresh_late_ranges(lambda: datetime(2025, 12, 20, 12, tzinfo=UTC)) == 1

        assert days(december.api, patient) == raw
        assert len(raw) == 2


class TestTheWindow:
    @pytest.fixture
    def three_days(self, admin: Member, patient: Patient) -> Patient:
        for day in (9, 10, 11):
            post(admin.api, patient, datetime(2026, 3, day, 12, tzinfo=UTC), 100)
        return patient

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"start": "2026-03-09", "end": "2026-03-11"}, [9, 10, 11]),
            ({"start": "2026-03-10", "end": "2026-03-10"}, [10]),
            ({"start": "2026-03-10"}, [10, 11]),
            ({"end": "2026-03-10"}, [9, 10]),
            ({}, [9, 10, 11]),
            ({"start": "2026-03-12", "end": "2026-03-14"}, []),
        ],
    )
    def test_includes_both_days(
        self, admin: Member, three_days: Patient, query: dict[str, str], found: list[int]
    ) -> None:
        assert list(days(admin.api, three_days, **query)) == [f"2026-03-{day:02}" for day in found]

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ({"start": "2026-03-10", "end": "2026-03-09"}, "end"),
            ({"start": "2026-03-16"}, "end"),
            ({"start": "2026-03-10T00:00:00Z"}, "start"),
            ({"start": "2026-02-30"}, "start"),
            ({"start": "20260310"}, "start"),
            ({"start": "2026-W10-1"}, "start"),
            ({"start": "10/03/2026"}, "start"),
            ({"start": ""}, "start"),
            ({"start": "\x00"}, "start"),
            ({"start": "0001-01-01"}, "start"),
            ({"end": "9999-12-31"}, "end"),
            ({"end": "٢٠٢٦-03-10"}, "end"),
            ({"end": "today"}, "end"),
            ({"unit": "mg"}, "unit"),
            ({"ranges": "x"}, "ranges"),
            ({"weighting": "x"}, "weighting"),
        ],
    )
    def test_is_refused_where_it_is_none(
        self, admin: Member, patient: Patient, query: dict[str, str], name: str
    ) -> None:
        assert_parameter_refused(ask(admin.api, patient, **query), name)

    def test_of_twenty_years_is_too_large(self, admin: Member, patient: Patient) -> None:
        assert_problem(ask(admin.api, patient, start="2006-03-15"), 422, "window-too-large")


class TestWho:
    def test_has_no_token_is_told_so(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(ask(anonymous, patient), 401, "not-authenticated")


def test_put_of_the_suite_and_a_post_give_one_day(admin: Member, patient: Patient) -> None:
    put(patient, 100, start=datetime(2026, 3, 10, 12, tzinfo=UTC), offset=-180, now=NOW)
    post(admin.api, patient, datetime(2026, 3, 10, 13, tzinfo=UTC), 200)

    assert days(admin.api, patient)["2026-03-10"]["mean"] == 150

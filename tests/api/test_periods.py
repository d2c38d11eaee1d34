"""`GET patients/{id}/periods/`: by day, week, month, block of the day, weekday and weekend."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Clinic
from patients.models import Patient, PatientTimeZone
from tests.api.asserting import NOW, V1, assert_parameter_refused, assert_problem
from tests.conftest import Member, put

MARCH = datetime(2026, 3, 1, 3, tzinfo=UTC)  # midnight in São Paulo, a Sunday
DAY = timedelta(days=1)
MakePatient = Callable[..., Patient]


def ask(api: APIClient, patient: Patient | str, of: str = "periods", **query: Any) -> Any:
    api.raise_request_exception = False
    return api.get(f"{V1}patients/{getattr(patient, 'id', patient)}/{of}/", query)


def answer(api: APIClient, patient: Patient, **query: Any) -> dict[str, Any]:
    response = ask(api, patient, **query)
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def named(api: APIClient, patient: Patient, **query: Any) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in answer(api, patient, **query)["results"]}


def fill(patient: Patient, *means: int, start: datetime = MARCH) -> None:
    """A whole day of every mean, half of it 20 below and half of it 20 above."""
    for number, mean in enumerate(means):
        put(patient, *[mean - 20, mean + 20] * 144, start=start + number * DAY, offset=-180, now=NOW)


class TestADay:
    def test_has_the_numbers_of_the_daily_answer(self, admin: Member, patient: Patient) -> None:
        fill(patient, 100, 150, 260)
        window = {"start": "2026-03-01", "end": "2026-03-03"}

        found = named(admin.api, patient, by="day", **window)
        rows = ask(admin.api, patient, "daily", **window).json()["results"]

        assert [row["date"] for row in rows] == list(found)
        for row in rows:
            one = found[row["date"]]
            for name in ("readings", "minutes", "mean", "sd", "cv_percent", "min", "max", "time_in_range"):
                assert one[name] == row[name]
            assert one["sufficiency"]["active_percent"] == row["active_percent"] == 100

    def test_without_readings_is_there_too(self, admin: Member, patient: Patient) -> None:
        fill(patient, 100)

        one, other = answer(admin.api, patient, start="2026-03-01", end="2026-03-02")["results"]

        assert (one["mean"], other["mean"], other["readings"], other["goals"]["met"]) == (100, None, 0, None)
        assert other["sufficiency"]["reason"] == "There are no readings in the window."
        assert other["change"]["mean"] is None
        assert other["change"]["active_percent"] is None

    def test_tells_how_it_differs_from_the_one_before(self, admin: Member, patient: Patient) -> None:
        fill(patient, 100, 190)

        first, second = answer(admin.api, patient, start="2026-03-01", end="2026-03-02")["results"]

        assert first["change"] is None
        cv_percent = second["cv_percent"] - first["cv_percent"]
        assert second["change"] == {
            "mean": 90,
            "median": 90,
            "sd": 0,
            "cv_percent": pytest.approx(cv_percent, abs=2e-6),
            "gmi_percent": round(90 * 0.02392, 6),
            "active_percent": 0,
            "time_in_range": {
                "very_low": 0,
                "low": 0,
                "target": -50,
                "tight_target": -100,
                "high": 50,
                "very_high": 0,
                "below": 0,
                "above": 50,
            },
        }

    def test_is_told_in_mmol(self, admin: Member, patient: Patient) -> None:
        fill(patient, 100, 190)

        second = answer(admin.api, patient, start="2026-03-01", end="2026-03-02", unit="mmol/L")["results"][1]

        assert (second["mean"], second["change"]["mean"]) == (round(190 / 18.0182, 6), round(90 / 18.0182, 6))


class TestPeriods:
    def test_are_weeks_from_monday_on_as_far_as_they_lie_inside(self, admin: Member, patient: Patient) -> None:
        fill(patient, *range(100, 110))

        weeks = answer(admin.api, patient, by="week", start="2026-03-01", end="2026-03-10")["results"]

        assert [(one["name"], one["start"], one["end"], one["sufficiency"]["days"]) for one in weeks] == [
            ("2026-W09", "2026-03-01", "2026-03-01", 1),
            ("2026-W10", "2026-03-02", "2026-03-08", 7),
            ("2026-W11", "2026-03-09", "2026-03-10", 2),
        ]
        assert [one["mean"] for one in weeks] == [100, 104, 108.5]
        assert [one["change"] and one["change"]["mean"] for one in weeks] == [None, 4, 4.5]

    def test_are_months(self, admin: Member, patient: Patient) -> None:
        fill(patient, *range(100, 110), start=MARCH - 5 * DAY)

        months = answer(admin.api, patient, by="month", start="2026-02-24", end="2026-03-05")["results"]

        assert [(one["name"], one["readings"], one["mean"]) for one in months] == [
            ("2026-02", 5 * 288, 102),
            ("2026-03", 5 * 288, 107),
        ]

    def test_cross_a_year_in_their_order(self, admin: Member, patient: Patient) -> None:
        weeks = answer(admin.api, patient, by="week", start="2025-12-28", end="2026-01-05")["results"]

        assert [one["name"] for one in weeks] == ["2025-W52", "2026-W01", "2026-W02"]

    def test_are_blocks_of_the_local_clock(self, admin: Member, patient: Patient) -> None:
        for hour, value in ((0, 100), (6, 110), (12, 120), (18, 130)):
            put(patient, *[value] * 72, start=MARCH + timedelta(hours=hour), offset=-180, now=NOW)

        found = answer(admin.api, patient, by="time_of_day", start="2026-03-01", end="2026-03-02")["results"]

        assert [(one["name"], one["mean"], one["minutes"]) for one in found] == [
            ("night", 100, 360),
            ("morning", 110, 360),
            ("afternoon", 120, 360),
            ("evening", 130, 360),
        ]
        assert {one["sufficiency"]["active_percent"] for one in found} == {50}
        assert {one["sufficiency"]["days"] for one in found} == {2}
        assert {one["change"] for one in found} == {None}

    def test_are_weekdays_and_weekends(self, admin: Member, patient: Patient) -> None:
        fill(patient, 200, 100, 110, 120, 130, 140, 300)

        found = named(admin.api, patient, by="weekday", start="2026-03-01", end="2026-03-07")

        assert {name: (one["mean"], one["sufficiency"]["days"]) for name, one in found.items()} == {
            "weekday": (120, 5),
            "weekend": (250, 2),
        }

    def test_of_a_window_without_a_weekend_are_weekdays_alone(self, admin: Member, patient: Patient) -> None:
        assert list(named(admin.api, patient, by="weekday", start="2026-03-02", end="2026-03-06")) == ["weekday"]

    def test_tell_which_goals_are_met(self, admin: Member, patient: Patient) -> None:
        fill(patient, 120, 250)

        good, bad = answer(admin.api, patient, start="2026-03-01", end="2026-03-02")["results"]

        assert (good["goals"]["met"], bad["goals"]["met"]) == (True, False)
        assert len(good["goals"]["results"]) == 6


class TestTheWindow:
    def test_is_compared_with_the_same_length_before_it(self, admin: Member, patient: Patient) -> None:
        fill(patient, 100, 110, 150, 170)

        found = answer(admin.api, patient, start="2026-03-03", end="2026-03-04")

        assert (found["window"]["start"], found["window"]["end"]) == ("2026-03-03", "2026-03-04")
        assert (found["previous"]["start"], found["previous"]["end"]) == ("2026-03-01", "2026-03-02")
        assert (found["window"]["mean"], found["previous"]["mean"]) == (160, 105)
        assert found["window"]["change"]["mean"] == 55
        assert found["window"]["sufficiency"]["days"] == 2

    def test_ends_today_and_has_14_days(self, admin: Member, patient: Patient) -> None:
        found = answer(admin.api, patient)

        assert (found["window"]["start"], found["window"]["end"], found["by"]) == ("2026-03-02", "2026-03-15", "day")
        assert len(found["results"]) == 14

    def test_has_as_many_days_as_are_asked_for(self, admin: Member, patient: Patient) -> None:
        found = answer(admin.api, patient, days=3, end="2026-03-05")

        assert [one["name"] for one in found["results"]] == ["2026-03-03", "2026-03-04", "2026-03-05"]
        assert found["previous"]["start"] == "2026-02-28"

    def test_of_14_days_is_sufficient_where_one_has_23_hours(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient
    ) -> None:
        someone = make_patient(clinic, timezone="America/New_York")
        put(someone, *[100] * 288 * 13, start=datetime(2026, 3, 1, 5, tzinfo=UTC), offset=-300, now=NOW)

        enough = answer(admin.api, someone, start="2026-03-01", end="2026-03-14")["window"]["sufficiency"]

        assert (enough["sufficient"], enough["days"]) == (True, 14)
        assert enough["active_percent"] == pytest.approx(100 * 13 * 1440 / (14 * 1440 - 60), abs=1e-6)


class TestAZone:
    def test_says_how_long_a_night_is(self, clinic: Clinic, admin: Member, make_patient: MakePatient) -> None:
        """On 8 March 2026 the clocks of New York go from 2 to 3."""
        someone = make_patient(clinic, timezone="America/New_York")
        put(someone, *[100] * 60, start=datetime(2026, 3, 8, 5, tzinfo=UTC), offset=-300, now=NOW)

        night = named(admin.api, someone, by="time_of_day", start="2026-03-08", end="2026-03-08")["night"]

        assert (night["minutes"], night["sufficiency"]["active_percent"]) == (300, 100)

    def test_is_that_of_where_the_patient_lived(self, admin: Member, patient: Patient) -> None:
        """A day of 25 hours in Lisbon is one of 24 in São Paulo."""
        PatientTimeZone.objects.create(
            patient=patient, timezone="Europe/Lisbon", since=datetime(2025, 9, 1, tzinfo=UTC)
        )
        put(patient, *[100] * 24, start=datetime(2025, 10, 25, 23, tzinfo=UTC), offset=60, now=NOW)
        put(patient, *[100] * 276, start=datetime(2025, 10, 26, 1, tzinfo=UTC), offset=0, now=NOW)

        day = named(admin.api, patient, start="2025-10-26", end="2025-10-26")["2025-10-26"]

        assert day["minutes"] == 24 * 60 + 60
        assert day["sufficiency"]["active_percent"] == 100

    def test_that_passed_over_a_day_divides_by_nothing(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient
    ) -> None:
        """There was no 30 December 2011 in Samoa; a reading of that day came from elsewhere."""
        someone = make_patient(clinic, timezone="Pacific/Apia")
        put(someone, 100, start=datetime(2011, 12, 30, 12, tzinfo=UTC), offset=0, now=NOW)

        (day,) = answer(admin.api, someone, start="2011-12-30", end="2011-12-30")["results"]
        (row,) = ask(admin.api, someone, "daily", start="2011-12-30", end="2011-12-30").json()["results"]

        assert day["sufficiency"]["active_percent"] == row["active_percent"] == 100


class TestAsking:
    def test_is_answered_304_until_something_changes(self, admin: Member, patient: Patient) -> None:
        tag = ask(admin.api, patient)["ETag"]
        address = f"{V1}patients/{patient.id}/periods/"

        assert admin.api.get(address, headers={"If-None-Match": tag}).status_code == 304
        fill(patient, 100)
        assert admin.api.get(address, headers={"If-None-Match": tag}).status_code == 200

    def test_has_a_tag_for_each_form(self, admin: Member, patient: Patient) -> None:
        forms: list[dict[str, Any]] = [
            {},
            {"by": "week"},
            {"unit": "mmol/L"},
            {"weighting": "count"},
            {"ranges": "pregnancy_t1"},
            {"days": 13},
        ]

        assert len({ask(admin.api, patient, **form)["ETag"] for form in forms}) == len(forms)

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ({"by": "hour"}, "by"),
            ({"by": ""}, "by"),
            ({"unit": "mg"}, "unit"),
            ({"ranges": "custom"}, "ranges"),
            ({"weighting": "rows"}, "weighting"),
            ({"start": "2026-03-02", "end": "2026-03-01"}, "end"),
            ({"start": "2026-03-01T00:00:00Z"}, "start"),
            ({"days": "0"}, "days"),
            ({"days": "7", "start": "2026-03-01"}, "days"),
        ],
    )
    def test_refuses_what_cannot_be_read(
        self, admin: Member, patient: Patient, query: dict[str, str], parameter: str
    ) -> None:
        assert_parameter_refused(ask(admin.api, patient, **query), parameter)

    @pytest.mark.parametrize("query", [{"days": "3661"}, {"start": "2000-01-01", "end": "2026-03-01"}])
    def test_refuses_a_window_that_is_too_long(self, admin: Member, patient: Patient, query: dict[str, str]) -> None:
        assert_problem(ask(admin.api, patient, **query), 422, "window-too-large")

    def test_wants_a_token(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(ask(anonymous, patient), 401, "not-authenticated")

"""`GET patients/{id}/episodes/`; the rules by themselves are in tests/unit/test_episodes.py."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from analytics.episodes import KIND_NAMES
from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_not_found, assert_parameter_refused
from tests.conftest import Member, put

# 2026-03-14 01:00 in São Paulo.
NIGHT = datetime(2026, 3, 14, 4, tzinfo=UTC)


def ask(api: APIClient, patient: Patient | str, **query: Any) -> Any:
    api.raise_request_exception = False
    return api.get(f"{V1}patients/{getattr(patient, 'id', patient)}/episodes/", query)


def answer_of(api: APIClient, patient: Patient, **query: Any) -> dict[str, Any]:
    response = ask(api, patient, **query)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def put_locally(patient: Patient, *values: int, start: datetime = NIGHT, cadence: int = 5) -> None:
    put(patient, *values, start=start, now=NOW, offset=-180, cadence=cadence)


class TestTheEpisodes:
    def test_are_told_one_by_one(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, 100, 60, 50, 52, 53, 65, 100, 100, 100)

        answer = answer_of(admin.api, patient)

        assert answer["results"] == [
            {
                "kind": "hypo_level1",
                "start": "2026-03-14T04:05:00Z",
                "end": "2026-03-14T04:30:00Z",
                "minutes": 25,
                "extreme": 50,
                "area": 5 * (10 + 20 + 18 + 17 + 5),
                "night": True,
            },
            {
                "kind": "hypo_level2",
                "start": "2026-03-14T04:10:00Z",
                "end": "2026-03-14T04:25:00Z",
                "minutes": 15,
                "extreme": 50,
                "area": 5 * (4 + 2 + 1),
                "night": True,
            },
        ]

    def test_are_summed_up_by_kind(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, *[60] * 3, *[100] * 3, *[60] * 5, *[100] * 3)
        put_locally(patient, *[200] * 4, start=NOW - timedelta(hours=3))

        summary = answer_of(admin.api, patient)["summary"]

        assert tuple(summary) == KIND_NAMES
        assert summary["hypo_level1"] == {
            "count": 2,
            "per_day": round(2 / 14, 6),
            "per_week": 1,
            "mean_minutes": 20,
            "night_percent": 100,
        }
        assert (summary["hyper_level1"]["count"], summary["hyper_level1"]["night_percent"]) == (1, 0)
        assert summary["hypo_level2"] == {
            "count": 0, "per_day": 0, "per_week": 0, "mean_minutes": None, "night_percent": None
        }  # fmt: skip

    def test_lie_between_readings_a_quarter_of_an_hour_apart(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, 100, 40, 100, 100, cadence=15)

        # On the lines: 80 60 40 60 80, every five minutes.
        (one,) = answer_of(admin.api, patient)["results"]

        assert (one["kind"], one["start"], one["minutes"], one["extreme"]) == (
            "hypo_level1", "2026-03-14T04:10:00Z", 15, 40
        )  # fmt: skip

    def test_end_where_readings_are_missing(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, *[60] * 6)
        put_locally(patient, *[60] * 6, start=NIGHT + timedelta(minutes=25 + 46))

        found = answer_of(admin.api, patient)["results"]

        assert [one["kind"] for one in found] == ["hypo_level1", "hypo_level1"]
        assert found[0]["end"] == "2026-03-14T04:30:00Z"

    def test_go_on_over_a_short_hole(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, *[60] * 6)
        put_locally(patient, *[60] * 6, start=NIGHT + timedelta(minutes=25 + 45))

        assert [one["minutes"] for one in answer_of(admin.api, patient)["results"]] == [100]

    def test_leave_out_what_is_excluded(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, 100, *[60] * 4, 100)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE reading SET excluded = true WHERE mg_dl = 60")

        assert answer_of(admin.api, patient)["results"] == []

    def test_follow_the_unit_where_they_are_glucose_and_only_there(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, *[60] * 3)

        answer = answer_of(admin.api, patient, unit="mmol/L")

        (one,) = answer["results"]
        assert (one["extreme"], one["area"]) == (round(60 / 18.0182, 6), round(150 / 18.0182, 6))
        assert (one["minutes"], answer["unit"]) == (15, "mmol/L")

    def test_do_not_move_with_the_unit(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, *[70] * 5, *[69] * 5, *[54] * 5, *[180] * 5, *[250] * 5)

        mg, mmol = (answer_of(admin.api, patient, unit=unit)["results"] for unit in ("mg/dL", "mmol/L"))

        assert [(one["kind"], one["start"]) for one in mg] == [(one["kind"], one["start"]) for one in mmol]


class TestTheWindow:
    def test_cuts_what_goes_beyond_it(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, *[60] * 12)

        (one,) = answer_of(admin.api, patient, start="2026-03-14T04:10:00Z", end="2026-03-14T04:30:00Z")["results"]

        assert (one["start"], one["end"]) == ("2026-03-14T04:10:00Z", "2026-03-14T04:30:00Z")

    def test_is_the_last_fourteen_days_where_nothing_is_said(self, admin: Member, patient: Patient) -> None:
        answer = answer_of(admin.api, patient)

        assert (answer["start"], answer["end"]) == ("2026-03-01T12:00:00Z", "2026-03-15T12:00:00Z")
        assert answer["timezone"] == "America/Sao_Paulo"

    def test_without_readings_has_no_counts_and_a_reason(self, admin: Member, patient: Patient) -> None:
        answer = answer_of(admin.api, patient)

        assert answer["results"] == []
        assert {value for kind in answer["summary"].values() for value in kind.values()} == {None}
        assert answer["sufficiency"]["reason"]

    def test_says_how_much_of_it_was_covered(self, admin: Member, patient: Patient) -> None:
        # From 22:00 to 02:00 in São Paulo.
        put_locally(patient, *[100] * 48, start=datetime(2026, 3, 15, 1, tzinfo=UTC))

        sufficiency = answer_of(admin.api, patient, days=1)["sufficiency"]

        assert (sufficiency["days_with_data"], sufficiency["active_percent"]) == (2, round(100 * 4 / 24, 6))


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("query", "name"), [({"unit": "mg"}, "unit"), ({"days": "0"}, "days"), ({"start": "today"}, "start")]
    )
    def test_it_names_the_parameter(self, admin: Member, patient: Patient, query: dict[str, str], name: str) -> None:
        assert_parameter_refused(ask(admin.api, patient, **query), name)

    def test_a_window_that_is_too_long(self, admin: Member, patient: Patient) -> None:
        assert_parameter_refused(ask(admin.api, patient, days=3661), "days", "window-too-large")

    def test_a_patient_of_nobody(self, admin: Member) -> None:
        assert_not_found(ask(admin.api, "01952f00-0000-7000-8000-000000000000"))

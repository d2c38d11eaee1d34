"""`GET patients/{id}/readings/?layout=columns`."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from patients.models import Patient
from tests.api.asserting import (
    NOW,
    V1,
    assert_parameter_refused,
    assert_problem,
)
from tests.conftest import Member, put


def columns(api: APIClient, patient: Patient | str, **query: Any) -> Any:
    api.raise_request_exception = False
    return api.get(f"{V1}patients/{getattr(patient, 'id', patient)}/readings/", {"layout": "columns", **query})


def test_it_answers_the_window_oldest_first(admin: Member, patient: Patient) -> None:
    put(patient, 100, 110, 120, start=NOW - timedelta(minutes=15), now=NOW)
    first = int(datetime(2026, 3, 15, 11, 45, tzinfo=UTC).timestamp() * 1000)

    answer = columns(admin.api, patient, start="2026-03-15T11:45:00Z", end="2026-03-15T11:55:00Z").json()

    assert answer == {
        "patient": str(patient.id),
        "unit": "mg/dL",
        "start": "2026-03-15T11:45:00Z",
        "end": "2026-03-15T11:55:00Z",
        "count": 2,
        "time": [first, first + 300_000],
        "value": [100, 110],
    }


def test_it_answers_more_than_a_page_at_once(admin: Member, patient: Patient) -> None:
    put(patient, *[100 + n % 50 for n in range(2000)], start=NOW - timedelta(days=7), now=NOW)

    answer = columns(admin.api, patient, days=7).json()

    assert answer["count"] == len(answer["time"]) == len(answer["value"]) == 2000
    assert answer["time"] == sorted(answer["time"])
    assert answer["value"] == [100 + n % 50 for n in range(2000)]


def test_it_converts_to_mmol(admin: Member, patient: Patient) -> None:
    put(patient, 40, 100, 400, start=NOW - timedelta(hours=1), now=NOW)

    answer = columns(admin.api, patient, unit="mmol/L").json()

    assert answer["unit"] == "mmol/L"
    assert answer["value"] == [round(value / 18.0182, 6) for value in (40, 100, 400)]


def test_it_leaves_out_what_is_excluded(admin: Member, patient: Patient) -> None:
    put(patient, 100, 110, 120, start=NOW - timedelta(hours=1), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reading SET excluded = true WHERE mg_dl = 110")

    assert columns(admin.api, patient).json()["value"] == [100, 120]


@pytest.mark.parametrize("unit", ["mg/dL", "mmol/L"])
def test_it_is_empty_where_there_is_nothing(admin: Member, patient: Patient, unit: str) -> None:
    answer = columns(admin.api, patient, unit=unit).json()

    assert (answer["count"], answer["time"], answer["value"]) == (0, [], [])


def test_it_covers_fourteen_days_where_nothing_is_said(admin: Member, patient: Patient) -> None:
    answer = columns(admin.api, patient).json()

    assert (answer["start"], answer["end"]) == ("2026-03-01T12:00:00Z", "2026-03-15T12:00:00Z")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"start": "2026-03-15T11:00:00"}, "start"),
        ({"start": "2026-03-15T11:00:00Z", "end": "2026-03-15T11:00:00Z"}, "end"),
        ({"start": "2026-03-15T11:00:00Z", "end": "2026-03-14T11:00:00Z"}, "end"),
        ({"days": "1e3"}, "days"),
        ({"days": "0"}, "days"),
        ({"unit": "mol"}, "unit"),
    ],
)
def test_it_refuses_what_is_no_window(admin: Member, patient: Patient, query: dict[str, str], name: str) -> None:
    assert_parameter_refused(columns(admin.api, patient, **query), name)


@pytest.mark.parametrize("query", [{"start": "2006-03-15T12:00:00Z"}, {"days": "7305"}])
def test_it_refuses_twenty_years(admin: Member, patient: Patient, query: dict[str, str]) -> None:
    assert_problem(columns(admin.api, patient, **query), 422, "window-too-large")


def test_it_wants_a_token(anonymous: APIClient, patient: Patient) -> None:
    assert_problem(columns(anonymous, patient), 401, "not-authenticated")

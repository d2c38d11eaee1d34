"""`GET patients/{id}/sync-truth/`: of each local day what was expected, received, fillable and lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from glucose.models import Gap
from glucose.services.gaps import open_ledgers
from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_parameter_refused, assert_problem
from tests.conftest import Member, put

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# Midnight where the patient lives, ten days ago.
START = datetime.fromisoformat("2026-03-05T03:00:00Z")


@pytest.fixture
def followed(patient: Patient) -> Patient:
    open_ledgers({patient.id: START})
    return patient


def ask(api: APIClient, patient: Patient, **query: Any) -> Any:
    return api.get(f"{V1}patients/{patient.id}/sync-truth/", query)


def steady(patient: Patient, start: datetime, end: datetime) -> None:
    """A reading every five minutes, both ends included."""
    put(patient, *[100] * ((end - start) // timedelta(minutes=5) + 1), start=start, now=end)


def test_a_whole_day_is_whole(admin: Member, followed: Patient) -> None:
    steady(followed, START, START + DAY)

    answer = ask(admin.api, followed, start="2026-03-05", end="2026-03-05").json()

    whole = {"minutes": 1440, "expected": 1440, "received": 1440, "fillable": 0, "lost": 0, "causes": []}
    assert answer == {"results": [{"date": "2026-03-05", **whole}]}


def test_what_is_missing_is_told_by_cause_and_hope(admin: Member, followed: Patient) -> None:
    # Two gaps of an hour less half a cadence on either side.
    for hours in (0, 5, 10):
        steady(followed, START + hours * HOUR, START + (hours + 4) * HOUR)
    steady(followed, START + 14 * HOUR, START + DAY)
    first, second = Gap.objects.order_by("start")
    Gap.objects.filter(id=first.id).update(state="lost", cause="phone")
    Gap.objects.filter(id=second.id).update(cause="account")

    (day,) = ask(admin.api, followed, start="2026-03-05", end="2026-03-05").json()["results"]

    assert day == {
        "date": "2026-03-05",
        "minutes": 1440,
        "expected": 1440,
        "received": 1330,
        "fillable": 55,
        "lost": 55,
        "causes": [
            {"cause": "phone", "fillable": False, "minutes": 55},
            {"cause": "account", "fillable": True, "minutes": 55},
        ],
    }


def test_a_silence_counts_before_the_ledger_knows_of_it(admin: Member, followed: Patient) -> None:
    steady(followed, START, NOW - 2 * HOUR)

    days = ask(admin.api, followed).json()["results"]

    assert [day["date"] for day in days] == [f"2026-03-{number:02}" for number in range(5, 16)]
    # Since ten minutes past eight hours; the last 20 minutes may be on their way.
    assert (days[-1]["expected"], days[-1]["received"], days[-1]["fillable"]) == (520, 422, 98)


def test_the_fourteen_days_up_to_today_are_the_default(admin: Member, patient: Patient) -> None:
    open_ledgers({patient.id: START - 30 * DAY})

    days = [day["date"] for day in ask(admin.api, patient).json()["results"]]

    assert (days[0], days[-1], len(days)) == ("2026-03-02", "2026-03-15", 14)


def test_nothing_is_told_of_who_is_not_followed_or_was_not_yet(admin: Member, patient: Patient) -> None:
    assert ask(admin.api, patient).json() == {"results": []}
    open_ledgers({patient.id: START})
    assert ask(admin.api, patient, start="2026-01-01", end="2026-03-04").json() == {"results": []}


def test_a_day_of_a_zone_with_summer_time_has_23_hours(admin: Member, make_patient: Any) -> None:
    patient = make_patient(admin.user.membership.clinic, timezone="America/New_York")
    open_ledgers({patient.id: START})

    (day,) = ask(admin.api, patient, start="2026-03-08", end="2026-03-08").json()["results"]

    assert (day["minutes"], day["expected"]) == (1380, 1380)


@pytest.mark.parametrize(
    ("query", "name", "slug"),
    [
        ({"start": "2026-03-05T00:00:00Z"}, "start", "invalid-input"),
        ({"end": "yesterday"}, "end", "invalid-input"),
        ({"start": "2026-03-05", "end": "2026-03-04"}, "end", "invalid-input"),
        ({"start": "2010-01-01", "end": "2026-03-04"}, "end", "window-too-large"),
    ],
)
def test_what_is_no_window_is_refused(
    admin: Member, patient: Patient, query: dict[str, str], name: str, slug: str
) -> None:
    assert_parameter_refused(ask(admin.api, patient, **query), name, slug)


def test_it_wants_a_token(anonymous: APIClient, patient: Patient) -> None:
    assert_problem(ask(anonymous, patient), 401, "not-authenticated")

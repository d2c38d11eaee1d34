"""`GET clinic/overview/`: every patient whom the caller sees, with what stands out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Clinic
from patients.models import Patient
from tests.api.asserting import NOW, V1
from tests.conftest import Member, put

URL = f"{V1}clinic/overview/"
MakePatient = Callable[..., Patient]
DAY = timedelta(days=1)
# NOW is 12:00 UTC: the window of somebody in UTC begins 14 whole days before this day.
TODAY = datetime(2026, 3, 15, tzinfo=UTC)
START = TODAY - 14 * DAY


def ask(api: APIClient, **query: Any) -> Any:
    api.raise_request_exception = False
    return api.get(URL, query)


def rows(api: APIClient, **query: Any) -> list[dict[str, Any]]:
    response = ask(api, **query)
    assert response.status_code == 200, response.content
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def row(api: APIClient, **query: Any) -> dict[str, Any]:
    (only,) = rows(api, **query)
    return only


@pytest.fixture
def somebody(clinic: Clinic, make_patient: MakePatient) -> Patient:
    """A patient in UTC."""
    return make_patient(clinic, timezone="UTC")


def fill(patient: Patient, *values: int, start: datetime = START, end: datetime = NOW, cadence: int = 15) -> None:
    """Readings all the time from start up to end, the values over and over."""
    count = int((end - start) / timedelta(minutes=cadence))
    repeated = (values * (count // len(values) + 1))[:count]
    put(patient, *repeated, start=start, cadence=cadence, now=NOW)


class TestARow:
    def test_has_the_numbers_of_the_contract(self, admin: Member, somebody: Patient) -> None:
        fill(somebody, 100, 120, 190, 60)

        found = row(admin.api)

        assert found["patient"] == {
            "id": str(somebody.id),
            "name": "Ana Souza",
            "external_ref": None,
            "diabetes_type": "unknown",
            "status": "active",
        }
        assert (found["start"], found["end"], found["timezone"]) == (
            "2026-03-01T00:00:00Z",
            "2026-03-15T12:00:00Z",
            "UTC",
        )
        assert (found["mean"], found["active_percent"], found["ranges"]) == (117.5, 100, "t1_t2")
        assert found["gmi_percent"] == pytest.approx(3.31 + 0.02392 * 117.5, abs=1e-6)
        assert found["time_in_range"]["target"] == {"percent": 50, "minutes": 14.5 * 720, "readings": 14.5 * 48}
        assert (found["sufficient"], found["reason"]) == (True, None)
        assert found["latest"]["time"] == "2026-03-15T11:45:00Z"
        assert found["latest"]["stale"] is False
        assert found["change_from_previous_period"] is None
        assert found["categories"] == ["any_low", "low_time_in_range", "any_high"]

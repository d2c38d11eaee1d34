"""The hot endpoints, each on the same history, and SELECT 1."""

import json
from datetime import UTC, datetime, timedelta
from typing import Final

from bench.comparison import SELECT_1, window
from bench.dataset import DAYS, NOW
from bench.history import History
from bench.people import clinic
from bench.web import Endpoint, Request

DAY_OF_READINGS: Final = 288
MINUTE: Final = timedelta(minutes=1)


def reference(data: History) -> Endpoint:
    """The least that an authenticated request with a query can be."""
    return _reading(data, SELECT_1[0], SELECT_1[1])


def endpoints(data: History, turns: int) -> list[Endpoint]:
    """Every hot endpoint; those that write can be asked so many times, each time with something new."""
    one = f"/api/v1/patients/{data.patient_id}"
    two_weeks, quarter = window(14), window(DAYS)
    dates = f"start={NOW - 13 * timedelta(days=1):%Y-%m-%d}&end={NOW:%Y-%m-%d}"
    paths = {
        "patients list": "/api/v1/patients/",
        "patients by a word": "/api/v1/patients/?search=Paciente%207",
        "patients by status and type": "/api/v1/patients/?status=active&diabetes_type=unknown",
        "patients with data since": f"/api/v1/patients/?has_data_since={NOW:%Y-%m-%dT%H:%M:%SZ}",
        "patient detail": f"{one}/",
        "columns of 14 days": f"{one}/readings/?layout=columns&{two_weeks}",
        "page of 100 rows": f"{one}/readings/?{quarter}",
        "latest of one": f"{one}/readings/latest/",
        "latest of all": "/api/v1/readings/latest/",
        "latest per_patient": "/api/v1/readings/latest/?per_patient=true",
        "statistics of 14 days": f"{one}/statistics/?{two_weeks}",
        "statistics of 90 days": f"{one}/statistics/?{quarter}",
        "daily of 14 days": f"{one}/daily/?{dates}",
        "periods of 14 days by day": f"{one}/periods/?{dates}",
        "periods of 90 days by week": f"{one}/periods/?by=week&days=90&end={NOW:%Y-%m-%d}",
        "profile of 14 days": f"{one}/agp/?{two_weeks}",
        "profile of 90 days": f"{one}/agp/?{quarter}",
        "episodes of 14 days": f"{one}/episodes/?{two_weeks}",
        "episodes of 90 days": f"{one}/episodes/?{quarter}",
    }
    return [
        *(_reading(data, name, path) for name, path in paths.items()),
        _posting("POST of one reading", turns, readings=1),
        _posting(f"POST of {DAY_OF_READINGS} readings", turns, readings=DAY_OF_READINGS),
    ]


def _reading(data: History, name: str, path: str) -> Endpoint:
    return Endpoint(name, data.clinic.token, lambda turn: Request(path))


def _posting(name: str, turns: int, *, readings: int) -> Endpoint:
    """Each turn posts the last readings up to now of a patient who has none."""
    people = clinic(name, turns)
    now = datetime.now(UTC).replace(microsecond=0)
    items = [
        {"time": (now - 5 * MINUTE * number).isoformat(), "value": 100 + number % 90, "trend": 3}
        for number in range(readings)
    ]
    body = json.dumps({"readings": items}).encode()
    return Endpoint(
        name,
        people.token,
        lambda turn: Request(f"/api/v1/patients/{people.patients[turn].id}/readings/", body),
    )

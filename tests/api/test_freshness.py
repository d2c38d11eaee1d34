"""Whatever was stored, late or not, excluded, or targeted anew, is in the next answer of everything that is cached."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import Clinic
from accounts.roles import Role
from glucose.services.late import refresh_late_ranges
from patients.models import Patient
from tests.api.asserting import V1, send
from tests.conftest import Member, put
from tests.contract import document
from tests.pdf_text import text_of

NOW = datetime(2025, 12, 20, 12, tzinfo=UTC)
TODAY, LATE = NOW - timedelta(hours=1), NOW - timedelta(days=9)
WINDOW, DAYS = "start=2025-12-06T00:00:00Z&end=2025-12-20T12:00:00Z", "start=2025-12-06&end=2025-12-20"
# What has a tag and is computed from readings, and how it is asked for.
CACHED = {
    "agp": f"agp/?{WINDOW}",
    "daily": f"daily/?{DAYS}",
    "episodes": f"episodes/?{WINDOW}",
    "periods": f"periods/?by=week&{DAYS}",
    "readings_list": f"readings/?{WINDOW}&page_size=1000",
    "report": "report.pdf",
    "statistics": f"statistics/?{WINDOW}&explain=true",
}
# What has a tag and no number of the readings but the newest.
CLINIC = {"clinic_overview", "clinic_statistics"}  # tests/api/test_clinic_freshness.py
RECORDS = {"librelinkup_accounts_read", "patients_read", "health_profile_read", "notes_read"}
# What shows the readings themselves, whatever targets are.
WITHOUT_TARGETS = {"episodes", "readings_list"}


def told(response: Any) -> Any:
    return text_of(response.content) if response["Content-Type"] == "application/pdf" else response.json()


@pytest.fixture
def december(clean_readings: None, clinic: Clinic, member: Callable[..., Member], clock: Any) -> Member:
    """Somebody on 2025-12-20: a refresh beyond what clean_readings refreshes away would outlive the test."""
    clock.move_to(NOW)
    return member(clinic, Role.ADMIN)


@pytest.fixture
def known(december: Member, clinic: Clinic, make_patient: Callable[..., Patient]) -> Patient:
    """Somebody with readings of last week and of today, all of whose days the aggregate shows."""
    patient = make_patient(clinic)
    put(patient, *[100, 110, 120] * 40, start=LATE, now=NOW)
    put(patient, *[130] * 5, start=TODAY, now=NOW)
    refresh_late_ranges(lambda: NOW)
    return patient


def a_reading_of_today(december: Member, patient: Patient) -> None:
    put(patient, 301, start=TODAY + timedelta(minutes=30), now=NOW)


def a_late_reading(december: Member, patient: Patient) -> None:
    put(patient, 302, start=LATE - timedelta(days=2), now=NOW)


def a_late_reading_in_the_columnstore(december: Member, patient: Patient) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT compress_chunk(c) FROM show_chunks('reading', older_than => %s) AS c", [LATE])
    put(patient, 303, start=LATE - timedelta(days=2), now=NOW)


def a_late_reading_that_was_refreshed(december: Member, patient: Patient) -> None:
    put(patient, 304, start=LATE - timedelta(days=2), now=NOW)
    refresh_late_ranges(lambda: NOW)


def an_exclusion(december: Member, patient: Patient) -> None:
    body = {"start": LATE.isoformat(), "end": (LATE + timedelta(hours=1)).isoformat(), "reason": "faulty_sensor"}
    assert send(december.api, "post", f"{V1}patients/{patient.id}/exclusions/", body).status_code == 201


def an_exclusion_that_is_undone(december: Member, patient: Patient) -> None:
    an_exclusion(december, patient)
    exclusions = f"{V1}patients/{patient.id}/exclusions/"
    (exclusion,) = december.api.get(exclusions).json()["results"]
    put(patient, 305, start=TODAY + timedelta(minutes=30), now=NOW)
    assert december.api.post(f"{exclusions}{exclusion['id']}/undo/").status_code == 200


def other_targets(december: Member, patient: Patient) -> None:
    body = {"target_set": "custom", "low_mg_dl": 115, "high_mg_dl": 125}
    response = send(december.api, "post", f"{V1}patients/{patient.id}/targets/", body)
    assert response.status_code == 201, response.content


CHANGES = (
    a_reading_of_today,
    a_late_reading,
    a_late_reading_in_the_columnstore,
    a_late_reading_that_was_refreshed,
    an_exclusion,
    an_exclusion_that_is_undone,
    other_targets,
)


TRIED = [
    pytest.param(operation, change, id=f"{operation}-{change.__name__}")
    for operation in CACHED
    for change in CHANGES
    if (change is not other_targets or operation not in WITHOUT_TARGETS)
    # A report is of days that are over.
    and (operation != "report" or change not in (a_reading_of_today, an_exclusion_that_is_undone))
]


@pytest.mark.parametrize(("operation", "change"), TRIED)
def test_is_in_the_next_answer(operation: str, change: Any, december: Member, known: Patient) -> None:
    path = f"{V1}patients/{known.id}/{CACHED[operation]}"
    before = december.api.get(path)
    assert december.api.get(path, headers={"if-none-match": before["ETag"]}).status_code == 304

    change(december, known)

    after = december.api.get(path, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert told(after) != told(before)
    assert told(after) == told(december.api.get(path, headers={"cache-control": "no-cache"}))


def test_every_answer_with_a_tag_is_tried() -> None:
    paths = document.read(document.COMMITTED)["paths"].values()
    tagged = {one["get"]["operationId"] for one in paths if "304" in one.get("get", {}).get("responses", {})}

    assert tagged == set(CACHED) | CLINIC | RECORDS

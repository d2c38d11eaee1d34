"""`patients/{id}/readings/?include=treatments`."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from accounts.roles import Scope
from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_problem, pages, send
from tests.api.test_keys import by, make
from tests.conftest import Member, put

# 11:00, 11:10 … 11:50 UTC, in pages of two: 11:50 and 11:40, then 11:30 and 11:20, then 11:10 and 11:00.
START = NOW - timedelta(hours=1)
WINDOW = {"start": "2026-03-15T10:00:00Z", "end": "2026-03-15T12:00:00Z", "include": "treatments"}


def address(patient: Patient, what: str = "readings") -> str:
    return f"{V1}patients/{patient.id}/{what}/"


def treat(member: Member, patient: Patient, *minutes: int) -> None:
    """A unit of insulin so many minutes after 11:00."""
    told = [
        {"time": (START + timedelta(minutes=one)).isoformat(), "kind": "rapid_insulin", "amount": 1} for one in minutes
    ]
    assert send(member.api, "post", address(patient, "treatments"), {"treatments": told}).json()["stored"] == len(told)


def walked(member: Member, asked: str | None, direction: str) -> list[Any]:
    """The answers from an address on, as each tells the next one."""
    found: list[Any] = []
    while asked:
        found.append(member.api.get(asked).json())
        asked = found[-1][direction]
    return found


@pytest.fixture
def readings(patient: Patient) -> None:
    for minutes in range(0, 60, 10):
        put(patient, 100, start=START + timedelta(minutes=minutes), now=NOW)


@pytest.mark.usefixtures("readings")
class TestBesideReadings:
    def test_are_those_of_the_window_in_columns(self, admin: Member, patient: Patient) -> None:
        treat(admin, patient, -61, -60, 5, 59, 60)

        answer = admin.api.get(address(patient), WINDOW | {"layout": "columns"}).json()

        assert answer["count"] == 6
        assert [one["time"] for one in answer["treatments"]] == [
            "2026-03-15T10:00:00Z",
            "2026-03-15T11:05:00Z",
            "2026-03-15T11:59:00Z",
        ]
        assert answer["treatments"][1] == {
            "id": answer["treatments"][1]["id"],
            "time": "2026-03-15T11:05:00Z",
            "utc_offset_minutes": -180,
            "kind": "rapid_insulin",
            "amount": 1.0,
            "unit": "U",
            "duration_minutes": None,
            "source": "upload",
        }

    @pytest.mark.parametrize("size", [1, 2, 4, 6, 7])
    def test_are_each_on_one_page_in_both_directions(self, admin: Member, patient: Patient, size: int) -> None:
        minutes = (-59, -1, 0, 1, 10, 15, 20, 29, 30, 39, 45, 50, 59)
        treat(admin, patient, *minutes)

        forwards = walked(admin, f"{address(patient)}?{urlencode(WINDOW)}&page_size={size}", "next")

        shown = [one["time"] for page in reversed(forwards) for one in page["treatments"]]
        assert shown == [(START + timedelta(minutes=one)).isoformat().replace("+00:00", "Z") for one in minutes]
        backwards = walked(admin, forwards[-1]["previous"], "previous")
        times = [one["time"] for page in backwards for one in page["treatments"]]
        assert len(times) == len(set(times))
        assert set(times) | {one["time"] for one in forwards[-1]["treatments"]} == set(shown)

    def test_lie_in_the_time_of_their_page(self, admin: Member, patient: Patient) -> None:
        treat(admin, patient, 15, 25, 35, 55)

        found = admin.api.get(address(patient), WINDOW | {"page_size": 2}).json()

        assert [row["time"][11:16] for row in found["results"]] == ["11:50", "11:40"]
        assert [one["time"][11:16] for one in found["treatments"]] == ["11:55"]

    def test_are_left_out_where_nobody_asks(self, admin: Member, patient: Patient) -> None:
        treat(admin, patient, 5)

        assert "treatments" not in admin.api.get(address(patient)).json()
        assert "treatments" not in admin.api.get(address(patient), {"layout": "columns"}).json()

    @pytest.mark.parametrize("layout", ["rows", "columns"])
    def test_change_the_tag(self, admin: Member, patient: Patient, layout: str) -> None:
        query = WINDOW | {"layout": layout}
        treat(admin, patient, 5)
        before = admin.api.get(address(patient), query)
        assert admin.api.get(address(patient), query, headers={"if-none-match": before["ETag"]}).status_code == 304
        treatment = before.json()["treatments"][0]["id"]

        send(admin.api, "post", f"{address(patient, 'treatments')}{treatment}/remove/", {})
        removed = admin.api.get(address(patient), query, headers={"if-none-match": before["ETag"]})
        admin.api.post(f"{address(patient, 'treatments')}{treatment}/restore/")
        restored = admin.api.get(address(patient), query, headers={"if-none-match": removed["ETag"]})
        treat(admin, patient, 6)
        more = admin.api.get(address(patient), query, headers={"if-none-match": restored["ETag"]})

        assert [len(one.json()["treatments"]) for one in (removed, restored, more)] == [0, 1, 2]

    @pytest.mark.parametrize("layout", ["rows", "columns"])
    def test_want_a_scope_of_their_own(self, admin: Member, patient: Patient, layout: str) -> None:
        key = by(make(admin, Scope.READINGS_READ)["secret"])

        assert_problem(key.get(address(patient), WINDOW | {"layout": layout}), 403, "forbidden")
        assert key.get(address(patient)).status_code == 200

    @pytest.mark.parametrize("kind", ["text/csv", "application/x-ndjson", "application/vnd.apache.arrow.stream"])
    def test_are_in_no_stream(self, admin: Member, patient: Patient, kind: str) -> None:
        document = assert_problem(
            admin.api.get(address(patient), WINDOW, headers={"accept": kind}), 422, "invalid-input"
        )

        assert [error["parameter"] for error in document["errors"]] == ["include"]


def test_a_page_without_readings_shows_those_of_the_window(admin: Member, patient: Patient) -> None:
    treat(admin, patient, 5)

    answer = admin.api.get(address(patient), WINDOW).json()

    assert (answer["results"], len(answer["treatments"])) == ([], 1)


@pytest.mark.parametrize("given", ["", "notes", "treatments,notes"])
def test_nothing_else_is_included(admin: Member, patient: Patient, given: Any) -> None:
    document = assert_problem(admin.api.get(address(patient), {"include": given}), 422, "invalid-input")

    assert [error["parameter"] for error in document["errors"]] == ["include"]
    assert pages(admin.api, address(patient), {"page_size": 2}) == [[]]

"""`GET patients/{id}/readings/` in rows."""

import base64
from datetime import timedelta
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
    pages,
)
from tests.conftest import Member, put


def address(patient: Patient | str) -> str:
    return f"{V1}patients/{getattr(patient, 'id', patient)}/readings/"


def values(api: APIClient, patient: Patient, **query: Any) -> list[float]:
    response = api.get(address(patient), query)
    assert response.status_code == 200, response.content
    return [row["value"] for row in response.json()["results"]]


@pytest.fixture
def hour(patient: Patient) -> Patient:
    """A patient with 12 readings, 101 at 11:00 to 112 at 11:55."""
    put(patient, *range(101, 113), start=NOW - timedelta(hours=1), offset=-180, now=NOW)
    return patient


class TestTheRows:
    def test_are_newest_first_with_every_field(self, admin: Member, hour: Patient) -> None:
        first = admin.api.get(address(hour)).json()["results"][0]

        assert (
            first.items()
            >= {
                "time": "2026-03-15T11:55:00Z",
                "value": 112,
                "unit": "mg/dL",
                "trend": None,
                "source": "upload",
                "utc_offset_minutes": -180,
                "excluded": False,
            }.items()
        )
        assert values(admin.api, hour) == list(range(112, 100, -1))

    def test_flag_what_is_excluded(self, admin: Member, hour: Patient) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE reading SET excluded = true WHERE mg_dl = 105")

        rows = admin.api.get(address(hour)).json()["results"]

        assert [row["value"] for row in rows if row["excluded"]] == [105]
        assert len(rows) == 12

    def test_are_converted_to_mmol(self, admin: Member, patient: Patient) -> None:
        put(patient, 40, 100, 400, start=NOW - timedelta(hours=1), now=NOW)

        rows = admin.api.get(address(patient), {"unit": "mmol/L"}).json()["results"]

        assert [row["value"] for row in rows] == [round(value / 18.0182, 6) for value in (400, 100, 40)]
        assert {row["unit"] for row in rows} == {"mmol/L"}

    def test_are_none_where_there_are_none(self, admin: Member, patient: Patient) -> None:
        assert admin.api.get(address(patient)).json() == {"next": None, "previous": None, "results": []}

    def test_go_back_to_the_first_where_no_start_is_said(self, admin: Member, patient: Patient) -> None:
        put(patient, 100, start=NOW - timedelta(days=9000), now=NOW)

        assert values(admin.api, patient) == [100]

    def test_hold_a_reading_of_a_clock_that_is_ahead(self, admin: Member, patient: Patient) -> None:
        put(patient, 100, start=NOW + timedelta(minutes=9), now=NOW)

        assert values(admin.api, patient) == [100]


class TestTheWindow:
    @pytest.mark.parametrize(
        ("start", "end", "expected"),
        [
            ("2026-03-15T11:00:00Z", "2026-03-15T11:10:00Z", [102, 101]),
            ("2026-03-15T11:00:01Z", "2026-03-15T11:10:01Z", [103, 102]),
            ("2026-03-15T08:00:00-03:00", "2026-03-15T16:55:00+05:45", [102, 101]),
            ("2026-03-15T11:50:00Z", None, [112, 111]),
            (None, "2026-03-15T11:05:00Z", [101]),
            ("2026-03-15T11:59:00Z", None, []),
            (None, "1950-01-01T00:00:00Z", []),
        ],
    )
    def test_includes_its_start_and_not_its_end(
        self, admin: Member, hour: Patient, start: str | None, end: str | None, expected: list[int]
    ) -> None:
        query = {name: text for name, text in (("start", start), ("end", end)) if text}

        assert values(admin.api, hour, **query) == expected

    def test_of_a_day_ends_now(self, admin: Member, hour: Patient) -> None:
        put(hour, 90, start=NOW - timedelta(days=1, minutes=5), now=NOW)

        assert len(values(admin.api, hour, days=1)) == 12
        assert len(values(admin.api, hour, days=2)) == 13

    def test_takes_a_plus_that_nobody_escaped(self, admin: Member, hour: Patient) -> None:
        link = f"{address(hour)}?start=2026-03-15T13:50:00+02:00"

        assert len(admin.api.get(link).json()["results"]) == 2

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ({"start": "2026-03-15T11:00:00"}, "start"),
            ({"start": "2026-03-15T11:00:00Z", "end": "2026-03-15T12:00:00"}, "end"),
            ({"start": "2026-03-15"}, "start"),
            ({"start": "2026-03-15T11:00:00Z", "end": "2026-03-15T10:59:59Z"}, "end"),
            ({"start": "2026-03-15T11:00:00Z", "end": "2026-03-15T11:00:00Z"}, "end"),
            ({"start": "2026-03-15T12:00:01Z"}, "end"),
            ({"start": ""}, "start"),
            ({"start": "0001-01-01T00:00:00+14:00"}, "start"),
            ({"start": "9999-12-31T23:59:59-14:00"}, "start"),
            ({"end": "0001-01-01T00:00:00+14:00"}, "end"),
            ({"end": "9999-12-31T23:59:59-14:00"}, "end"),
            ({"start": "2026-02-30T00:00:00Z"}, "start"),
            ({"start": "1773576000"}, "start"),
            ({"start": "2026-03-15T11:00:00Z\x00"}, "start"),
            ({"start": "2026-W11-7T11:00:00Z"}, "start"),
            ({"start": "٢٠٢٦-03-15T11:00:00Z"}, "start"),
            ({"days": "0"}, "days"),
            ({"days": "-1"}, "days"),
            ({"days": "1e3"}, "days"),
            ({"days": "1.5"}, "days"),
            ({"days": "abc"}, "days"),
            ({"days": ""}, "days"),
            ({"days": " 1"}, "days"),
            ({"days": "٣"}, "days"),
            ({"days": "³"}, "days"),
            ({"days": "NaN"}, "days"),
            ({"days": "9" * 5000}, "days"),
            ({"days": "99999999999999999999"}, "days"),
            ({"days": "7", "start": "2026-03-15T11:00:00Z"}, "days"),
            ({"unit": "mg"}, "unit"),
            ({"unit": ""}, "unit"),
            ({"unit": "mmol/l"}, "unit"),
            ({"layout": "table"}, "layout"),
            ({"page_size": "0"}, "page_size"),
            ({"page_size": "-1"}, "page_size"),
            ({"page_size": "abc"}, "page_size"),
        ],
    )
    def test_is_refused_where_it_is_none(
        self, admin: Member, patient: Patient, query: dict[str, str], name: str
    ) -> None:
        admin.api.raise_request_exception = False

        assert_parameter_refused(admin.api.get(address(patient), query), name)

    @pytest.mark.parametrize(
        "query", [{"start": "2006-03-15T12:00:00Z"}, {"days": "7305"}, {"start": "1900-01-01T00:00:00Z"}]
    )
    def test_of_twenty_years_is_too_large(self, admin: Member, patient: Patient, query: dict[str, str]) -> None:
        assert_problem(admin.api.get(address(patient), query), 422, "window-too-large")


def cursor_of(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


class TestThePages:
    @pytest.mark.parametrize(("size", "sizes"), [(1, [1] * 12), (5, [5, 5, 2]), (6, [6, 6]), (12, [12])])
    def test_cover_every_reading_once(self, admin: Member, hour: Patient, size: int, sizes: list[int]) -> None:
        found = pages(admin.api, address(hour), {"page_size": size})

        assert [len(page) for page in found] == sizes
        assert [row["value"] for page in found for row in page] == list(range(112, 100, -1))

    def test_hold_a_hundred_where_nothing_is_said(self, admin: Member, patient: Patient) -> None:
        put(patient, *[100] * 101, start=NOW - timedelta(days=1), now=NOW)

        assert [len(page) for page in pages(admin.api, address(patient))] == [100, 1]

    def test_hold_a_thousand_at_most(self, admin: Member, patient: Patient) -> None:
        put(patient, *[100] * 1001, start=NOW - timedelta(days=4), now=NOW)

        assert [len(page) for page in pages(admin.api, address(patient), {"page_size": 1000})] == [1000, 1]

    def test_stay_inside_the_window(self, admin: Member, hour: Patient) -> None:
        query = {"page_size": 2, "start": "2026-03-15T11:10:00Z", "end": "2026-03-15T11:35:00Z"}

        found = pages(admin.api, address(hour), query)

        assert [[row["value"] for row in page] for page in found] == [[107, 106], [105, 104], [103]]

    def test_go_forwards_and_back_while_readings_arrive(self, admin: Member, hour: Patient) -> None:
        first = admin.api.get(address(hour), {"page_size": 5}).json()
        put(hour, 120, 121, start=NOW, now=NOW + timedelta(minutes=5))
        put(hour, 90, start=NOW - timedelta(hours=2), now=NOW)
        second = admin.api.get(first["next"]).json()
        third = admin.api.get(second["next"]).json()
        put(hour, 91, start=NOW - timedelta(minutes=70), now=NOW)

        assert [row["value"] for page in (first, second, third) for row in page["results"]] == [
            *range(112, 100, -1),
            90,
        ]
        assert third["next"] is None
        back = admin.api.get(third["previous"]).json()
        assert back["results"] == second["results"]
        again = admin.api.get(back["previous"]).json()
        assert again["results"] == first["results"]
        newest = admin.api.get(again["previous"]).json()
        assert [row["value"] for row in newest["results"]] == [121, 120]
        assert newest["previous"] is None
        assert admin.api.get(newest["next"]).json()["results"] == first["results"]

    def test_have_no_neighbours_where_all_fits(self, admin: Member, hour: Patient) -> None:
        answer = admin.api.get(address(hour), {"page_size": 12}).json()

        assert (answer["next"], answer["previous"]) == (None, None)

    @pytest.mark.parametrize(
        "cursor",
        [
            "",
            "abc",
            "!!!!",
            "\x00",
            "é",
            "🙂",
            "a" * 7_000,
            cursor_of(b""),
            cursor_of(b"null"),
            cursor_of(b"{}"),
            cursor_of(b"[]"),
            cursor_of(b"[false]"),
            cursor_of(b"[0,1773576000]"),
            cursor_of(b"[false,1773576000,1]"),
            cursor_of(b"[false,null]"),
            cursor_of(b'[false,"x"]'),
            cursor_of(b"[false,[]]"),
            cursor_of(b"[false,{}]"),
            cursor_of(b"[false,1e400]"),
            cursor_of(b"[false,NaN]"),
            cursor_of(b"[false," + b"9" * 30 + b"]"),
            cursor_of(b"[false,-" + b"9" * 15 + b"]"),
            cursor_of(b"[true,253402300799]"),
            cursor_of(b"[" * 2000),
            cursor_of(b"\xff\xfe"),
            cursor_of(b'[false,"01952f00-0000-7000-8000-000000000000"]'),
        ],
    )
    def test_refuse_a_cursor_that_is_not_theirs(self, admin: Member, hour: Patient, cursor: str) -> None:
        admin.api.raise_request_exception = False

        assert_parameter_refused(admin.api.get(address(hour), {"cursor": cursor}), "cursor")

    def test_refuse_a_cursor_that_was_cut(self, admin: Member, hour: Patient) -> None:
        link = admin.api.get(address(hour), {"page_size": 1}).json()["next"]
        cursor = link.split("cursor=")[1].split("&")[0]

        assert_parameter_refused(admin.api.get(address(hour), {"cursor": cursor[:-3]}), "cursor")


class TestWho:
    def test_has_no_token_is_told_so(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(anonymous.get(address(patient)), 401, "not-authenticated")


def test_a_form_that_is_not_answered_is_not_acceptable(admin: Member, patient: Patient) -> None:
    assert_problem(admin.api.get(address(patient), HTTP_ACCEPT="image/png"), 406, "not-acceptable")

"""`POST patients/{id}/readings/`."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from glucose.models import Reading
from patients.models import Patient
from tests.api.asserting import (
    JSON,
    NOW,
    V1,
    assert_field_refused,
    assert_problem,
    send,
)
from tests.conftest import Member
from tests.contract.validation import errors_of_body

TIME = "2026-03-01T08:00:00Z"


def address(patient: Patient | str) -> str:
    return f"{V1}patients/{getattr(patient, 'id', patient)}/readings/"


def post(api: APIClient, patient: Patient | str, *readings: Any) -> Any:
    api.raise_request_exception = False
    return send(api, "post", address(patient), {"readings": list(readings)})


def stored(patient: Patient) -> list[tuple[str, int]]:
    rows = Reading.objects.filter(patient_id=patient.id).order_by("time")
    return [(row.time.isoformat().replace("+00:00", "Z"), row.mg_dl) for row in rows]


def reading(minute: int = 0, value: Any = 100, **more: Any) -> dict[str, Any]:
    return {"time": f"2026-03-01T08:{minute:02}:00Z", "value": value, **more}


class TestStoring:
    def test_answers_what_became_of_each(self, admin: Member, patient: Patient) -> None:
        response = post(admin.api, patient, reading(0, 100), reading(5, 110), reading(10, 700), reading(15, 120))

        assert response.status_code == 200
        answer = response.json()
        assert {**answer, "rejected": [row["index"] for row in answer["rejected"]]} == {
            "received": 4,
            "stored": 3,
            "duplicates": 0,
            "rejected": [2],
        }
        assert [value for _, value in stored(patient)] == [100, 110, 120]

    def test_keeps_every_field(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, reading(0, 100, unit="mg/dL", trend=4, source="file", cadence_minutes=15))

        (row,) = admin.api.get(address(patient)).json()["results"]

        assert (
            row.items()
            >= {
                "time": TIME,
                "value": 100,
                "unit": "mg/dL",
                "trend": 4,
                "source": "file",
                "utc_offset_minutes": -180,
                "excluded": False,
            }.items()
        )
        assert Reading.objects.get().cadence_minutes == 15

    def test_takes_an_upload_of_five_minutes_where_nothing_is_said(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, reading(0, 100))

        (row,) = admin.api.get(address(patient)).json()["results"]

        assert (row["source"], row["trend"], Reading.objects.get().cadence_minutes) == ("upload", None, 5)

    @pytest.mark.parametrize(
        ("time", "kept"),
        [
            ("2026-03-01T08:00:00Z", TIME),
            ("2026-03-01T05:00:00-03:00", TIME),
            ("2026-03-01T13:45:00+05:45", TIME),
            ("2026-03-01T08:00:00.999999Z", TIME),
            ("2026-02-28T23:30:00-08:30", TIME),
            ("1999-01-01T00:00:00Z", "1999-01-01T00:00:00Z"),
        ],
    )
    def test_keeps_times_in_utc_and_to_the_second(self, admin: Member, patient: Patient, time: str, kept: str) -> None:
        post(admin.api, patient, {"time": time, "value": 100})

        assert stored(patient) == [(kept, 100)]

    @pytest.mark.parametrize(
        ("value", "unit", "mg_dl"),
        [
            (20, "mg/dL", 20),
            (600, "mg/dL", 600),
            (100.4, "mg/dL", 100),
            (100.6, "mg/dL", 101),
            (1e2, "mg/dL", 100),
            (5.5, "mmol/L", 99),
            (3.9, "mmol/L", 70),
            (10, "mmol/L", 180),
            (10.0, "mmol/L", 180),
            (13.9, "mmol/L", 250),
            (33.3, "mmol/L", 600),
            (1.11, "mmol/L", 20),
        ],
    )
    def test_keeps_values_in_whole_mg_dl(
        self, admin: Member, patient: Patient, value: float, unit: str, mg_dl: int
    ) -> None:
        assert post(admin.api, patient, reading(0, value, unit=unit)).json()["stored"] == 1
        assert stored(patient) == [(TIME, mg_dl)]

    def test_answers_mmol_as_it_came_to_a_decimal(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, reading(0, 5.5, unit="mmol/L"))

        (row,) = admin.api.get(address(patient), {"unit": "mmol/L"}).json()["results"]

        assert row["value"] == round(99 / 18.0182, 6)
        assert round(row["value"], 1) == 5.5

    def test_of_an_empty_list_stores_nothing(self, admin: Member, patient: Patient) -> None:
        answer = post(admin.api, patient).json()

        assert answer == {"received": 0, "stored": 0, "duplicates": 0, "rejected": []}

    def test_takes_ten_thousand_and_no_more(self, admin: Member, patient: Patient) -> None:
        first = NOW - timedelta(days=40)
        many = [{"time": (first + timedelta(minutes=5 * n)).isoformat(), "value": 100} for n in range(10_001)]

        assert_field_refused(post(admin.api, patient, *many), "/readings")
        assert not Reading.objects.exists()
        assert post(admin.api, patient, *many[:10_000]).json()["stored"] == 10_000

    def test_takes_null_for_what_may_be_left_out(self, admin: Member, patient: Patient) -> None:
        given = reading(0, 100, trend=None, source=None, cadence_minutes=None)

        response = post(admin.api, patient, given)

        assert response.json()["stored"] == 1
        assert errors_of_body("readings_create", {"readings": [given]}) == []


class TestDuplicates:
    def test_posting_twice_stores_once(self, admin: Member, patient: Patient) -> None:
        body = [reading(0), reading(5), reading(10)]
        first = post(admin.api, patient, *body).json()
        second = post(admin.api, patient, *body).json()

        assert (first["stored"], first["duplicates"]) == (3, 0)
        assert (second["stored"], second["duplicates"], second["rejected"]) == (0, 3, [])

    def test_what_is_stored_stays(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, reading(0, 100))
        post(admin.api, patient, reading(0, 200))

        assert stored(patient) == [(TIME, 100)]

    @pytest.mark.parametrize("values", [(100, 100), (100, 200), (200, 100)])
    def test_one_time_twice_in_a_body_is_one_reading(
        self, admin: Member, patient: Patient, values: tuple[int, int]
    ) -> None:
        answer = post(admin.api, patient, *(reading(0, value) for value in values)).json()

        assert (answer["received"], answer["stored"], answer["duplicates"]) == (2, 1, 1)
        assert stored(patient) == [(TIME, 100)]

    @pytest.mark.parametrize("together", [True, False])
    @pytest.mark.parametrize(
        ("cadence", "seconds", "kept"),
        [(5, 149, 1), (5, 150, 2), (15, 449, 1), (15, 450, 2), (1, 29, 1), (1, 30, 2)],
    )
    def test_closer_than_half_the_cadence_is_the_same_reading(
        self, admin: Member, patient: Patient, cadence: int, seconds: int, kept: int, together: bool
    ) -> None:
        later = f"2026-03-01T08:{seconds // 60:02}:{seconds % 60:02}Z"
        both = [reading(0, cadence_minutes=cadence), {**reading(0, 120, cadence_minutes=cadence), "time": later}]

        for body in [both] if together else [both[:1], both[1:]]:
            post(admin.api, patient, *body)

        assert len(stored(patient)) == kept

    def test_the_larger_of_two_cadences_says_how_close(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, reading(0, cadence_minutes=15))

        assert post(admin.api, patient, reading(7, cadence_minutes=1)).json()["duplicates"] == 1
        assert post(admin.api, patient, reading(8, cadence_minutes=1)).json()["stored"] == 1

    def test_an_upload_is_believed_before_a_file_in_one_body(self, admin: Member, patient: Patient) -> None:
        post(admin.api, patient, reading(0, 100, source="file"), reading(1, 200, source="upload"))

        assert [value for _, value in stored(patient)] == [200]

    def test_two_patients_may_have_one_time(
        self, admin: Member, patient: Patient, make_patient: Callable[..., Patient]
    ) -> None:
        other = make_patient(patient.clinic, name="Bia")
        post(admin.api, patient, reading(0))

        assert post(admin.api, other, reading(0)).json()["stored"] == 1


REJECTED = {
    "value null": reading(0, None),
    "value missing": {"time": TIME},
    "value NaN": reading(0, float("nan")),
    "value Infinity": reading(0, float("inf")),
    "value -Infinity": reading(0, float("-inf")),
    "value a string": reading(0, "100"),
    "value true": reading(0, True),
    "value false": reading(0, False),
    "value a list": reading(0, [100]),
    "value an object": reading(0, {"mg": 100}),
    "value negative": reading(0, -100),
    "value 0": reading(0, 0),
    "value 19": reading(0, 19),
    "value 601": reading(0, 601),
    "value 10^9": reading(0, 10**9),
    "value 10^400": reading(0, 10**400),
    "value 1e308": reading(0, 1e308),
    "value 1e-308": reading(0, 1e-308),
    "mmol/L of a mg/dL value": reading(0, 100, unit="mmol/L"),
    "mmol/L too low": reading(0, 1, unit="mmol/L"),
    "mmol/L 34": reading(0, 34, unit="mmol/L"),
    "unit unknown": reading(0, unit="mg"),
    "unit in another case": reading(0, unit="MG/DL"),
    "unit a number": reading(0, unit=1),
    "unit a list": reading(0, unit=["mg/dL"]),
    "time null": {"time": None, "value": 100},
    "time missing": {"value": 100},
    "time a number": {"time": 1_700_000_000, "value": 100},
    "time empty": {"time": "", "value": 100},
    "time naive": {"time": "2026-03-01T08:00:00", "value": 100},
    "time a day": {"time": "2026-03-01", "value": 100},
    "time impossible": {"time": "2026-02-30T08:00:00Z", "value": 100},
    "time hour 25": {"time": "2026-03-01T25:00:00Z", "value": 100},
    "time offset 24": {"time": "2026-03-01T08:00:00+24:00", "value": 100},
    "time year 1": {"time": "0001-01-01T00:00:00Z", "value": 100},
    "time year 1 and before": {"time": "0001-01-01T00:00:00+14:00", "value": 100},
    "time year 9999": {"time": "9999-12-31T23:59:59Z", "value": 100},
    "time year 9999 and after": {"time": "9999-12-31T23:59:59-14:00", "value": 100},
    "time year 1900": {"time": "1900-01-01T00:00:00+14:00", "value": 100},
    "time year 2199": {"time": "2199-12-31T23:59:59-14:00", "value": 100},
    "time before 1999": {"time": "1998-12-31T23:59:59Z", "value": 100},
    "time in future": {"time": "2026-03-15T12:10:01Z", "value": 100},
    "time a null byte": {"time": "2026-03-01T08:00:00Z\x00", "value": 100},
    "time of a week": {"time": "2026-W09-7T08:00:00Z", "value": 100},
    "time without separators": {"time": "20260301T080000Z", "value": 100},
    "time with another separator": {"time": "2026-03-01x08:00:00Z", "value": 100},
    "time a surrogate": {"time": "2026-03-01\ud80008:00:00Z", "value": 100},
    "time in other digits": {"time": "٢٠٢٦-03-01T08:00:00Z", "value": 100},
    "trend 0": reading(0, trend=0),
    "trend 6": reading(0, trend=6),
    "trend a string": reading(0, trend="up"),
    "trend true": reading(0, trend=True),
    "trend 10^30": reading(0, trend=10**30),
    "source unknown": reading(0, source="pump"),
    "source of the vendor": reading(0, source="librelinkup_current"),
    "source a list": reading(0, source=["upload"]),
    "source a number": reading(0, source=20),
    "cadence 0": reading(0, cadence_minutes=0),
    "cadence 3": reading(0, cadence_minutes=3),
    "cadence a string": reading(0, cadence_minutes="5"),
    "cadence -5": reading(0, cadence_minutes=-5),
    "cadence true": reading(0, cadence_minutes=True),
    "not an object": 100,
    "null": None,
    "a list": [TIME, 100],
}


class TestRejecting:
    @pytest.mark.parametrize("bad", REJECTED.values(), ids=REJECTED.keys())
    def test_a_bad_reading_is_told_by_index_and_the_rest_is_stored(
        self, admin: Member, patient: Patient, bad: Any
    ) -> None:
        response = post(admin.api, patient, reading(20, 101), bad, reading(40, 102))

        assert response.status_code == 200, response.content
        answer = response.json()
        assert (answer["received"], answer["stored"], answer["duplicates"]) == (3, 2, 0)
        ((index, reason),) = [(row["index"], row["reason"]) for row in answer["rejected"]]
        assert (index, bool(reason)) == (1, True)
        assert [value for _, value in stored(patient)] == [101, 102]

    def test_all_bad_readings_are_told_in_their_order(self, admin: Member, patient: Patient) -> None:
        answer = post(admin.api, patient, reading(0, 700), None, reading(5), reading(10, "x"), reading(15, 1)).json()

        assert [row["index"] for row in answer["rejected"]] == [0, 1, 3, 4]
        assert answer["stored"] == 1

    @pytest.mark.parametrize(("ahead", "kept"), [(0, 1), (599, 1), (600, 1), (601, 0), (86_400, 0)])
    def test_up_to_ten_minutes_ahead_is_a_clock_that_is_off(
        self, admin: Member, patient: Patient, ahead: int, kept: int
    ) -> None:
        time = (NOW + timedelta(seconds=ahead)).isoformat()

        answer = post(admin.api, patient, {"time": time, "value": 100}).json()

        assert (answer["stored"], len(answer["rejected"])) == (kept, 1 - kept)


class TestTheBody:
    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({}, "/readings"),
            ({"readings": None}, "/readings"),
            ({"readings": {}}, "/readings"),
            ({"readings": "[]"}, "/readings"),
            ({"readings": 5}, "/readings"),
            ({"readings": [reading(0)], "patient": "x"}, "/patient"),
            ({"reading": [reading(0)]}, "/reading"),
            ({"readings": [reading(0), reading(5, valeu=100)]}, "/readings/1/valeu"),
            ({"readings": [reading(0), reading(5, excluded=True)]}, "/readings/1/excluded"),
        ],
    )
    def test_is_refused_as_a_whole_where_it_is_not_what_is_expected(
        self, admin: Member, patient: Patient, body: Any, pointer: str
    ) -> None:
        assert_field_refused(send(admin.api, "post", address(patient), body), pointer)
        assert not Reading.objects.exists()

    @pytest.mark.parametrize("body", ["[]", "null", "5", '"x"', "true", "NaN", json.dumps([reading(0)])])
    def test_is_an_object(self, admin: Member, patient: Patient, body: str) -> None:
        assert_problem(admin.api.post(address(patient), body, content_type=JSON), 422, "invalid-input")
        assert not Reading.objects.exists()

    def test_is_not_empty(self, admin: Member, patient: Patient) -> None:
        assert_problem(admin.api.post(address(patient), b"", content_type=JSON), 422, "invalid-input")

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b'{"readings": [}',
            b'{"readings": [{"time": "2026-03-01T08:00:00Z", "value": 01}]}',
            b"{'readings': []}",
            b"\xff\xfe",
            b'{"readings": "\xe9"}',
            b"\x00" * 10,
        ],
        ids=["cut", "bracket", "octal", "quotes", "no utf-8", "latin-1", "null bytes"],
    )
    def test_is_json_in_utf_8(self, admin: Member, patient: Patient, body: bytes) -> None:
        admin.api.raise_request_exception = False

        assert_problem(admin.api.post(address(patient), body, content_type=JSON), 422, "malformed-body")

    def test_may_have_no_field_that_cannot_be_written(self, admin: Member, patient: Patient) -> None:
        assert_problem(post(admin.api, patient, reading(0, **{"\ud800": 1})), 422, "invalid-input")
        assert not Reading.objects.exists()

    @pytest.mark.parametrize("kind", ["text/plain", "text/csv", "application/x-www-form-urlencoded", "application/xml"])
    def test_is_of_a_content_type_that_is_read(self, admin: Member, patient: Patient, kind: str) -> None:
        response = admin.api.post(address(patient), "time,value", content_type=kind)

        assert_problem(response, 415, "unsupported-media-type")

    def test_of_fifty_megabytes_is_refused_before_it_is_read(self, admin: Member, patient: Patient) -> None:
        response = admin.api.post(address(patient), b"{}", content_type=JSON, CONTENT_LENGTH=str(50_000_000))

        assert_problem(response, 413, "body-too-large")

    def test_of_more_than_the_limit_is_refused_whoever_sends_it(self, anonymous: APIClient, patient: Patient) -> None:
        body = b'{"readings": [' + b" " * 4_000_000 + b"]}"

        assert_problem(anonymous.post(address(patient), body, content_type=JSON), 413, "body-too-large")


class TestWho:
    def test_has_no_token_is_told_so(self, anonymous: APIClient, patient: Patient) -> None:
        assert_problem(post(anonymous, patient, reading(0)), 401, "not-authenticated")
        assert not Reading.objects.exists()

    def test_uses_another_method_is_told_so(self, admin: Member, patient: Patient) -> None:
        for method in (admin.api.put, admin.api.patch, admin.api.delete):
            assert_problem(method(address(patient)), 405, "method-not-allowed")

"""`GET patients/{id}/agp/`: as JSON and as a drawing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
import time_machine
from django.db import connection
from rest_framework.test import APIClient

from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_not_found, assert_parameter_refused, assert_problem
from tests.conftest import Member, put, tokens_of

SVG = "image/svg+xml"
# 2026-03-14 00:00 in São Paulo.
YESTERDAY = datetime(2026, 3, 14, 3, tzinfo=UTC)


def ask(api: APIClient, patient: Patient | str, accept: str = "application/json", **query: Any) -> Any:
    api.raise_request_exception = False
    return api.get(f"{V1}patients/{getattr(patient, 'id', patient)}/agp/", query, headers={"accept": accept})


def answer_of(api: APIClient, patient: Patient, **query: Any) -> dict[str, Any]:
    response = ask(api, patient, **query)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def put_locally(patient: Patient, *values: int, start: datetime = YESTERDAY, cadence: int = 5) -> None:
    put(patient, *values, start=start, now=NOW, offset=-180, cadence=cadence)


class TestTheBins:
    def test_of_a_quarter_of_an_hour_have_the_percentiles_of_the_textbook(
        self, admin: Member, patient: Patient
    ) -> None:
        put_locally(patient, 100, 130, 190, 80)

        bins = answer_of(admin.api, patient, bin_minutes=15)["bins"]

        expected = dict(
            zip(
                ["p5", "p25", "p50", "p75", "p95"],
                np.percentile([100, 130, 190], [5, 25, 50, 75, 95]).tolist(),
                strict=True,
            )
        )
        assert bins[0] == pytest.approx({"minute_of_day": 0, "n": 3} | expected, abs=1e-6)
        assert (bins[1]["minute_of_day"], bins[1]["n"], bins[1]["p50"]) == (15, 1, 80)
        assert bins[2] == {
            "minute_of_day": 30, "n": 0, "p5": None, "p25": None, "p50": None, "p75": None, "p95": None
        }  # fmt: skip
        assert len(bins) == 96

    def test_of_an_hour_are_smoothed_where_nothing_is_said(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, *[100] * 12, *[160] * 12, *[100] * 12)

        answer = answer_of(admin.api, patient)

        assert (answer["bin_minutes"], answer["smoothed"], len(answer["bins"])) == (60, True, 24)
        # (4 * 100 + 160) / 5, as there is nothing before; (100 + 4 * 160 + 100) / 6.
        assert [row["p50"] for row in answer["bins"][:3]] == [112, 140, 112]
        assert answer_of(admin.api, patient, bin_minutes=15)["smoothed"] is False

    def test_are_by_the_clock_at_which_each_reading_was_taken(self, admin: Member, patient: Patient) -> None:
        put(patient, 100, start=YESTERDAY, now=NOW, offset=345)

        bins = answer_of(admin.api, patient, bin_minutes=15)["bins"]

        assert [row["minute_of_day"] for row in bins if row["n"]] == [8 * 60 + 45]

    def test_follow_the_unit(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, 100)

        answer = answer_of(admin.api, patient, unit="mmol/L")

        assert answer["bins"][0]["p50"] == round(100 / 18.0182, 6)
        assert answer["target"] == {"low": round(70 / 18.0182, 6), "high": round(180 / 18.0182, 6)}

    def test_leave_out_what_is_excluded(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, 100, 300)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE reading SET excluded = true WHERE mg_dl = 300")

        assert answer_of(admin.api, patient)["bins"][0]["p95"] == 100

    def test_weigh_mixed_cadences_by_minutes(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, 100, cadence=15)
        put_locally(patient, 200, start=YESTERDAY + timedelta(minutes=30))

        bins = answer_of(admin.api, patient)["bins"]

        assert (bins[0]["n"], bins[0]["p50"]) == (2, 100)


class TestTheAnswer:
    def test_says_what_it_is_of(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, 100, 110)

        answer = answer_of(admin.api, patient)

        assert (
            answer.items()
            >= {
                "patient": str(patient.id),
                "timezone": "America/Sao_Paulo",
                "unit": "mg/dL",
                "definitions": "1",
                "ranges": "t1_t2",
                "target": {"low": 70, "high": 180},
                "readings": 2,
                "minutes": 10,
            }.items()
        )

    def test_has_the_target_that_is_asked_for(self, admin: Member, patient: Patient) -> None:
        answer = answer_of(admin.api, patient, ranges="pregnancy_t1")

        assert (answer["ranges"], answer["target"]) == ("pregnancy_t1", {"low": 63, "high": 140})

    def test_without_readings_has_empty_bins_and_a_reason(self, admin: Member, patient: Patient) -> None:
        answer = answer_of(admin.api, patient)

        assert {(row["n"], row["p50"]) for row in answer["bins"]} == {(0, None)}
        assert answer["sufficiency"]["sufficient"] is False
        assert answer["sufficiency"]["reason"]


class TestTheWindow:
    def test_is_whole_local_days_and_today_so_far(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, 100, start=datetime(2026, 3, 1, 3, tzinfo=UTC))
        put_locally(patient, 200, start=datetime(2026, 3, 1, 2, 50, tzinfo=UTC))

        answer = answer_of(admin.api, patient, days=14)

        assert (answer["start"], answer["end"]) == ("2026-03-01T03:00:00Z", "2026-03-15T12:00:00Z")
        assert answer["readings"] == 1
        assert answer["sufficiency"]["days"] == 14.375

    def test_may_be_given_by_instants(self, admin: Member, patient: Patient) -> None:
        answer = answer_of(admin.api, patient, start="2026-03-10T00:00:00Z", end="2026-03-11T00:00:00Z")

        assert (answer["start"], answer["end"]) == ("2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z")

    def test_of_fourteen_days_is_enough_where_one_has_23_hours(
        self, admin: Member, patient: Patient, clock: time_machine.Traveller
    ) -> None:
        Patient.objects.update(timezone="America/New_York")
        # Half past midnight, two days after the clocks were changed on the 8th.
        now = datetime(2026, 3, 10, 4, 30, tzinfo=UTC)
        clock.move_to(now)
        admin.api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(admin.user).access}")
        put(patient, *[100] * 1300, start=now - timedelta(minutes=15 * 1300), now=now, offset=-240, cadence=15)

        sufficiency = answer_of(admin.api, patient)["sufficiency"]

        assert (sufficiency["sufficient"], sufficiency["reason"]) == (True, None)


class TestTheDrawing:
    def test_is_of_the_same_numbers(self, admin: Member, patient: Patient) -> None:
        put_locally(patient, *[100] * 12, *[160] * 12, *[100] * 12)

        response = ask(admin.api, patient, SVG)

        assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
        drawing = response.content.decode()
        assert "lowest at 00:00 with 112 mg/dL and highest at 01:00 with 140 mg/dL" in drawing
        assert "default-src 'none'" in response["Content-Security-Policy"]

    def test_is_in_the_unit(self, admin: Member, patient: Patient) -> None:
        assert "target 3.9 to 10.0 mmol/L" in ask(admin.api, patient, SVG, unit="mmol/L").content.decode()

    def test_has_a_tag_of_its_own(self, admin: Member, patient: Patient) -> None:
        drawing, numbers = ask(admin.api, patient, SVG), ask(admin.api, patient)

        assert drawing["ETag"] != numbers["ETag"]
        again = admin.api.get(
            f"{V1}patients/{patient.id}/agp/", headers={"accept": SVG, "if-none-match": drawing["ETag"]}
        )
        assert (again.status_code, again.content) == (304, b"")

    def test_that_cannot_be_is_a_problem_in_json(self, admin: Member, patient: Patient) -> None:
        assert_parameter_refused(ask(admin.api, patient, SVG, unit="g/L"), "unit")

    def test_is_not_a_picture_of_another_kind(self, admin: Member, patient: Patient) -> None:
        assert_problem(ask(admin.api, patient, "image/png"), 406, "not-acceptable")


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ({"bin_minutes": "30"}, "bin_minutes"),
            ({"bin_minutes": ""}, "bin_minutes"),
            ({"unit": "mg"}, "unit"),
            ({"ranges": "mine"}, "ranges"),
            ({"days": "0"}, "days"),
            ({"days": "1.5"}, "days"),
            ({"start": "2026-03-01"}, "start"),
            ({"start": "2026-03-02T00:00:00Z", "end": "2026-03-01T00:00:00Z"}, "end"),
            ({"start": "2026-03-02T00:00:00Z", "days": "3"}, "days"),
        ],
    )
    def test_it_names_the_parameter(self, admin: Member, patient: Patient, query: dict[str, str], name: str) -> None:
        assert_parameter_refused(ask(admin.api, patient, **query), name)

    def test_a_window_that_is_too_long(self, admin: Member, patient: Patient) -> None:
        assert_parameter_refused(ask(admin.api, patient, days=3661), "days", "window-too-large")

    def test_a_patient_of_nobody(self, admin: Member) -> None:
        assert_not_found(ask(admin.api, "01952f00-0000-7000-8000-000000000000"))

"""`GET clinic/statistics/`: the clinic as a whole, and the distribution over its patients."""

import statistics
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Clinic
from accounts.roles import Scope
from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_problem
from tests.api.test_clinic_overview import DAY, START, ask, fill, row
from tests.api.test_keys import by, make
from tests.conftest import Member, put

URL = f"{V1}clinic/statistics/"
MakePatient = Callable[..., Patient]


def whole(api: APIClient, **query: Any) -> dict[str, Any]:
    response = api.get(URL, query)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


@pytest.fixture
def three(clinic: Clinic, make_patient: MakePatient) -> list[Patient]:
    """Of three patients two have readings, of different cadences."""
    made = [make_patient(clinic, timezone="UTC") for _ in range(3)]
    put(made[0], 100, 200, 300, start=START, cadence=15, now=NOW)
    put(made[1], 60, 80, start=START, cadence=5, now=NOW)
    return made


class TestTheClinicAsAWhole:
    def test_weighs_every_reading_by_its_minutes(self, admin: Member, three: list[Patient]) -> None:
        answer = whole(admin.api)
        pooled = answer["pooled"]

        assert [answer[name] for name in ("patients", "patients_with_data", "patients_with_sufficient_data")] == [
            3,
            2,
            0,
        ]
        assert (pooled["readings"], pooled["minutes"]) == (5, 55)
        assert pooled["mean"] == pytest.approx((15 * 600 + 5 * 140) / 55, abs=1e-6)
        assert pooled["time_in_range"]["target"]["percent"] == pytest.approx(100 * 20 / 55, abs=1e-6)
        assert pooled["gmi_percent"] == pytest.approx(3.31 + 0.02392 * 9700 / 55, abs=1e-6)

    def test_has_the_plain_deviation_of_one_cadence(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient
    ) -> None:
        for values in ((100, 110, 150), (60, 250)):
            put(make_patient(clinic, timezone="UTC"), *values, start=START, now=NOW)

        pooled = whole(admin.api)["pooled"]

        deviation = statistics.stdev([100, 110, 150, 60, 250])
        assert pooled["sd"] == pytest.approx(deviation, abs=1e-6)
        assert pooled["cv_percent"] == pytest.approx(100 * deviation / 134, abs=1e-6)

    def test_counts_shares_by_the_targets_of_each_patient(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient
    ) -> None:
        for target_set in ("t1_t2", "pregnancy_t1"):
            put(make_patient(clinic, timezone="UTC", target_set=target_set), 150, start=START, now=NOW)

        assert whole(admin.api)["pooled"]["time_in_range"]["target"]["percent"] == 50

    def test_has_the_period_before(self, admin: Member, three: list[Patient]) -> None:
        put(three[2], 90, start=START - DAY, now=NOW)

        answer = whole(admin.api)

        assert (answer["previous"]["readings"], answer["previous"]["mean"]) == (1, 90)
        assert answer["patients_compared"] == 0

    def test_is_converted_to_mmol(self, admin: Member, three: list[Patient]) -> None:
        answer = whole(admin.api, unit="mmol/L")

        assert answer["pooled"]["mean"] == pytest.approx(9700 / 55 / 18.0182, abs=1e-6)
        bins = answer["distributions"]["mean"]["bins"]
        assert (bins[0]["low"], bins[-1]["high"]) == (
            pytest.approx(60 / 18.0182, abs=1e-6),
            pytest.approx(220 / 18.0182, abs=1e-6),
        )

    def test_of_nobody_is_null(self, admin: Member) -> None:
        answer = whole(admin.api)

        assert (answer["patients"], answer["pooled"]["mean"], answer["pooled"]["sd"]) == (0, None, None)
        assert answer["pooled"]["time_in_range"]["target"] == {"percent": None, "minutes": 0, "readings": 0}
        assert answer["distributions"]["mean"] == {
            "patients": 0,
            **dict.fromkeys(("p5", "p25", "p50", "p75", "p95")),
            "bins": [],
        }


class TestADistribution:
    def test_is_over_the_patients_who_have_the_value(self, admin: Member, three: list[Patient]) -> None:
        put(three[2], 120, start=START, now=NOW)

        found = whole(admin.api)["distributions"]

        # The means are 200, 70 and 120; a single reading has no coefficient of variation.
        assert {name: one["patients"] for name, one in found.items()} == {
            "time_in_range": 3,
            "mean": 3,
            "gmi_percent": 3,
            "cv_percent": 2,
            "active_percent": 3,
        }
        assert [found["mean"][name] for name in ("p5", "p25", "p50", "p75", "p95")] == [75, 95, 120, 160, 192]
        assert [(one["low"], one["patients"]) for one in found["mean"]["bins"] if one["patients"]] == [
            (60, 1),
            (120, 1),
            (200, 1),
        ]
        assert sum(one["patients"] for one in found["mean"]["bins"]) == 3

    def test_ends_with_who_is_in_range_all_the_time(
        self, clinic: Clinic, admin: Member, make_patient: MakePatient
    ) -> None:
        fill(make_patient(clinic, timezone="UTC"), 100)

        found = whole(admin.api)["distributions"]

        for name in ("time_in_range", "active_percent"):
            assert found[name]["bins"] == [{"low": 90, "high": 100, "patients": 1}]

    def test_counts_what_the_overview_counts(self, admin: Member, three: list[Patient]) -> None:
        assert whole(admin.api)["counts"] == ask(admin.api).json()["counts"]


class TestWhoMay:
    def test_see_it_sees_their_own_patients_only(self, people: dict[str, Member], patient: Patient) -> None:
        put(patient, 100, start=NOW - DAY, now=NOW)
        # Two patients are in the clinic.
        expected = {
            "admin": (2, 1),
            "assigned clinician": (1, 1),
            "unassigned clinician": (0, 0),
            "service": (2, 1),
            "the patient": (1, 1),
            "another patient": (1, 0),
            "admin of another clinic": (0, 0),
        }
        for label, (visible, with_data) in expected.items():
            answer, overview = whole(people[label].api), ask(people[label].api).json()
            assert (answer["patients"], answer["patients_with_data"]) == (visible, with_data), label
            assert (overview["patients"], len(overview["results"])) == (visible, visible), label
            assert sum(one["readings"] for one in overview["results"]) == with_data, label

    def test_not_see_it_is_a_researcher(self, people: dict[str, Member]) -> None:
        for url in (URL, f"{V1}clinic/overview/"):
            assert_problem(people["researcher"].api.get(url), 403, "forbidden")

    def test_read_statistics_by_a_key_alone_sees_no_names_and_no_readings(
        self, admin: Member, patient: Patient
    ) -> None:
        put(patient, 100, start=NOW - DAY, now=NOW)
        narrow = by(make(admin, Scope.STATISTICS_READ)["secret"])
        wider = by(make(admin, Scope.STATISTICS_READ, Scope.PATIENTS_READ, Scope.READINGS_READ)["secret"])

        found, seen = row(narrow), row(wider)

        assert (found["patient"]["name"], found["latest"], found["mean"]) == (None, None, 100)
        assert (seen["patient"]["name"], seen["latest"]["value"]) == ("Ana Souza", 100)
        assert_problem(ask(narrow, search="Souza"), 403, "forbidden")

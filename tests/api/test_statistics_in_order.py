"""What `patients/{id}/statistics/` says of order, of episodes and of goals; expected numbers are by hand."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from analytics.metrics.sequence import sequence_metrics
from analytics.metrics.trace import Trace
from patients.models import Patient
from tests.api.asserting import NOW
from tests.api.test_statistics import answer_of
from tests.conftest import Member, put

WEEK = timedelta(days=7)


def two_days() -> list[int]:
    return [round(150 + 70 * np.sin(minute / 100)) for minute in range(0, 2 * 1440, 5)]


class TestMetricsThatDependOnOrder:
    def test_are_those_of_the_readings(self, admin: Member, patient: Patient) -> None:
        values, start = two_days(), NOW - timedelta(days=2)
        put(patient, *values, start=start, now=NOW)
        seconds = int(start.timestamp()) + 300 * np.arange(len(values))
        offsets = np.full(len(values), -180)

        answer = answer_of(admin.api, patient)

        expected = sequence_metrics(Trace.of(seconds, np.array(values), np.full(len(values), 5), offsets))
        for name in ("mage", "mage_plus", "mage_minus", "modd", "conga_24", "gvp_percent", "mag", "li"):
            assert answer["variability"][name] == pytest.approx(getattr(expected, name), abs=1e-6)
            assert answer["variability"][name] is not None
        assert answer["risk"]["adrr"] == pytest.approx(expected.adrr, abs=1e-6)

    def test_have_both_denominators_of_the_active_time(self, admin: Member, patient: Patient) -> None:
        put(patient, *[100] * 288, start=NOW - timedelta(days=1), now=NOW)

        sufficiency = answer_of(admin.api, patient, days=4)["sufficiency"]

        assert (sufficiency["active_percent"], sufficiency["record_active_percent"]) == (25, 100)

    def test_of_one_reading_are_null(self, admin: Member, patient: Patient) -> None:
        put(patient, 100, start=NOW - timedelta(hours=1), now=NOW)

        found = answer_of(admin.api, patient)["variability"]

        known = {name for name, value in found.items() if value is not None}
        # What one value has a score of.
        assert known == {
            "m_value", "m_value_reference", "grade", "grade_hypo_percent", "grade_eu_percent", "grade_hyper_percent"
        }  # fmt: skip

    def test_of_a_constant_are_zero_where_they_are_differences(self, admin: Member, patient: Patient) -> None:
        put(patient, *[100] * 576, start=NOW - timedelta(days=2), now=NOW)

        found = answer_of(admin.api, patient)["variability"]

        assert [found[name] for name in ("modd", "conga_24", "gvp_percent", "mag", "li")] == [0] * 5
        assert found["mage"] is None


class TestEpisodes:
    def test_of_every_kind_are_counted(self, admin: Member, patient: Patient) -> None:
        # 20 minutes below 70, 15 of them below 54; then 20 above 250.
        put(patient, 100, 60, 50, 50, 50, 100, 100, 100, 260, 260, 260, 260, 100, start=NOW - WEEK, now=NOW)

        found = answer_of(admin.api, patient, days=14)["episodes"]

        counts = {kind: one["count"] for kind, one in found.items()}
        assert counts == {
            "hypo_level1": 1, "hypo_level2": 1, "hypo_extended": 0, "hyper_level1": 1, "hyper_level2": 1
        }  # fmt: skip
        assert found["hypo_level1"] == {
            "count": 1, "per_day": pytest.approx(1 / 14, abs=1e-6), "per_week": 0.5, "mean_minutes": 20,
            "night_percent": 0,
        }  # fmt: skip
        assert found["hypo_extended"]["mean_minutes"] is None


class TestGoals:
    def test_say_which_are_met(self, admin: Member, patient: Patient) -> None:
        put(patient, *[100] * 90, *[200] * 10, start=NOW - WEEK, now=NOW)

        answer = answer_of(admin.api, patient)

        goals: dict[str, Any] = {one.pop("measure"): one for one in answer["goals"]["results"]}
        assert goals["target"] == {"comparison": "above", "limit": 70, "value": 90, "met": True}
        assert goals["above"] == {"comparison": "below", "limit": 25, "value": 10, "met": True}
        assert set(goals) == {"target", "below", "very_low", "above", "very_high", "cv_percent"}
        assert answer["goals"]["met"] is True
        assert answer["targets"] == {"low": 70, "high": 180}

    def test_are_those_of_the_set(self, admin: Member, patient: Patient) -> None:
        put(patient, *[100] * 60, *[150] * 40, start=NOW - WEEK, now=NOW)

        answer = answer_of(admin.api, patient, ranges="pregnancy_t1")

        missed = {one["measure"] for one in answer["goals"]["results"] if not one["met"]}
        assert missed == {"target", "above"}
        assert (answer["goals"]["met"], answer["targets"]) == (False, {"low": 63, "high": 140})

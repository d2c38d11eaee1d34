"""Sensors of 1, 5 and 15 minutes in one window: every number of readings weighs by minutes, or by rows if asked to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from analytics.definitions import DEFINITIONS, READINGS
from analytics.explain import value_at
from patients.models import Patient
from tests.api.asserting import NOW
from tests.api.test_statistics import answer_of
from tests.conftest import Member, put

# Values by the minutes that each reading of theirs stands for.
MIXED = {15: (60, 72, 85, 140), 5: (150, 163, 178, 181, 52), 1: (251, 262, 280, 290, 303, 199)}
ROWS = [value for values in MIXED.values() for value in values]
MINUTES = [value for minutes, values in MIXED.items() for value in values for _ in range(minutes)]
OF_READINGS = [one.name for one in DEFINITIONS if one.basis == READINGS]
# These have n - 1 of n readings in them, which a reading a minute makes more of.
OF_SD = {"sd", "cv_percent", "variability.j_index"}


@pytest.fixture
def mixed(patient: Patient) -> Patient:
    """A patient whose sensors change twice within three hours."""
    for place, (minutes, values) in enumerate(MIXED.items()):
        put(patient, *values, start=NOW - timedelta(hours=3 - place), now=NOW, cadence=minutes)
    return patient


@pytest.fixture
def another(patient: Patient, make_patient: Callable[..., Patient]) -> Patient:
    return make_patient(patient.clinic, name="Bia")


def numbers(answer: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: value_at(answer, name) for name in names}


def test_by_count_each_number_is_that_of_as_many_rows_of_one_sensor(
    admin: Member, mixed: Patient, another: Patient
) -> None:
    put(another, *ROWS, start=NOW - timedelta(hours=3), now=NOW, cadence=5)

    found = numbers(answer_of(admin.api, mixed, weighting="count"), OF_READINGS)

    assert found == pytest.approx(numbers(answer_of(admin.api, another), OF_READINGS), abs=2e-6)


def test_by_time_each_number_is_that_of_a_reading_every_minute(admin: Member, mixed: Patient, another: Patient) -> None:
    put(another, *MINUTES, start=NOW - timedelta(hours=3), now=NOW, cadence=1)
    names = [name for name in OF_READINGS if name not in OF_SD]

    found = numbers(answer_of(admin.api, mixed), names)

    assert found == pytest.approx(numbers(answer_of(admin.api, another), names), abs=2e-6)
    assert found != pytest.approx(numbers(answer_of(admin.api, mixed, weighting="count"), names), abs=1)


def test_by_iglu_each_is_that_of_rows_too(admin: Member, mixed: Patient) -> None:
    by_count = numbers(answer_of(admin.api, mixed, weighting="count"), OF_READINGS)

    answer = answer_of(admin.api, mixed, compatibility="iglu")

    other_formulas = {"risk.lbgi", "risk.hbgi", "variability.grade_hypo_percent"}
    alike = [name for name in OF_READINGS if name not in {*answer["not_reproduced"], *other_formulas}]
    assert len(alike) > 20
    assert numbers(answer, alike) == {name: by_count[name] for name in alike}

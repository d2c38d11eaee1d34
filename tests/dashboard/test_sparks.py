"""The lines of the last 24 hours: of those whom the member sees, and of nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Clinic, User
from accounts.roles import Role
from patients.models import Patient
from tests.conftest import Member, put

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]
SPARKS: Final = "/clinic/sparks/"


def asked(browser: Client, *patients: UUID | str) -> Any:
    return browser.get(f"{SPARKS}?patients={','.join(str(one) for one in patients)}", secure=True)


@pytest.fixture
def with_readings(patient: Patient) -> Patient:
    put(patient, 100, 53, start=timezone.now() - timedelta(minutes=12))
    return patient


def test_has_minutes_before_now_and_mg_dl(with_readings: Patient, clinician: Member, browser_of: Browsers) -> None:
    line = asked(browser_of(clinician.user), with_readings.id).json()["results"][str(with_readings.id)]

    assert line["mg_dl"] == [100, 53]
    assert line["minutes"][1] - line["minutes"][0] == 5
    assert -13 <= line["minutes"][0] <= -12


def test_leaves_out_what_is_older_than_a_day(patient: Patient, clinician: Member, browser_of: Browsers) -> None:
    put(patient, 100, start=timezone.now() - timedelta(hours=25))

    assert asked(browser_of(clinician.user), patient.id).json()["results"] == {}


def test_gives_nothing_of_another_clinics_patient(
    with_readings: Patient, other_clinic: Clinic, member: Callable[..., Member], browser_of: Browsers
) -> None:
    stranger = member(other_clinic, Role.ADMIN)

    answer = asked(browser_of(stranger.user), with_readings.id)

    assert (answer.status_code, answer.json()["results"]) == (200, {})


def test_gives_nothing_of_somebody_in_anothers_care(
    with_readings: Patient, clinic: Clinic, member: Callable[..., Member], browser_of: Browsers
) -> None:
    colleague = member(clinic, Role.CLINICIAN)

    assert asked(browser_of(colleague.user), with_readings.id).json()["results"] == {}


@pytest.mark.parametrize("patients", ["", "nobody", "01a21592-aa48-71ff-a4da-6ba033888974,", "%00"])
def test_refuses_what_is_no_list_of_ids(patients: str, clinician: Member, browser_of: Browsers) -> None:
    assert browser_of(clinician.user).get(f"{SPARKS}?patients={patients}", secure=True).status_code == 422


def test_takes_a_hundred_at_once_and_refuses_more(clinician: Member, browser_of: Browsers) -> None:
    browser, ids = browser_of(clinician.user), [UUID(int=number) for number in range(101)]

    assert asked(browser, *ids[:100]).status_code == 200
    assert asked(browser, *ids).status_code == 422


def test_is_not_for_somebody_who_may_not_read(
    clinic: Clinic, member: Callable[..., Member], browser_of: Browsers
) -> None:
    assert asked(browser_of(member(clinic, Role.RESEARCHER).user), UUID(int=1)).status_code == 403

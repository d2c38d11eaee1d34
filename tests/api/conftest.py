"""People and patients for every endpoint, at one instant: the clock stands still, so that ages are exact."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import Clinic
from accounts.roles import Role
from patients.models import Patient
from tests.api.asserting import NOW
from tests.conftest import Member
from tests.contract.watching import undocumented


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is 2026-03-15 12:00 UTC, and stays so until a test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def no_static_files(settings: Settings) -> None:
    """Every client makes its own handler, and looking for the files of the docs page again each time is slow."""
    settings.WHITENOISE_USE_FINDERS = False


@pytest.fixture(autouse=True)
def documented(settings: Settings) -> Iterator[None]:
    """Every answer of a test is one that the OpenAPI document tells."""
    settings.MIDDLEWARE = ["tests.contract.watching.WatchingMiddleware", *settings.MIDDLEWARE]
    undocumented.clear()
    yield
    assert undocumented == []


@pytest.fixture
def anonymous(db: None) -> APIClient:
    """Nobody."""
    return APIClient()


@pytest.fixture
def owner(clinic: Clinic, patient: Patient, member: Callable[..., Member]) -> Member:
    """The patient themself, signed in."""
    owner = member(clinic, Role.PATIENT)
    patient.user = owner.user
    patient.save()
    return owner


@pytest.fixture
def people(
    clinic: Clinic,
    other_clinic: Clinic,
    admin: Member,
    clinician: Member,
    patient: Patient,
    owner: Member,
    member: Callable[..., Member],
    make_patient: Callable[..., Patient],
) -> dict[str, Member]:
    """Everybody who could ask for ``patient``, each by a word."""
    neighbour = member(clinic, Role.PATIENT)
    make_patient(clinic, user=neighbour.user, name="Bia Lima")
    return {
        "admin": admin,
        "assigned clinician": clinician,
        "unassigned clinician": member(clinic, Role.CLINICIAN),
        "researcher": member(clinic, Role.RESEARCHER),
        "service": member(clinic, Role.SERVICE),
        "the patient": owner,
        "another patient": neighbour,
        "admin of another clinic": member(other_clinic, Role.ADMIN),
        "clinician of another clinic": member(other_clinic, Role.CLINICIAN),
        "service of another clinic": member(other_clinic, Role.SERVICE),
    }


@pytest.fixture
def foreign_patient(other_clinic: Clinic, make_patient: Callable[..., Patient]) -> Patient:
    """A patient of another clinic."""
    return make_patient(other_clinic, name="Carla Reis")

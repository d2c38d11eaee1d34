"""The scene of every test of alerts."""

from collections.abc import Callable

import pytest

from patients.models import Patient
from tests.conftest import Member
from tests.integration.alerts.scene import Scene


@pytest.fixture
def scene(patient: Patient, clinician: Member, admin: Member, make_patient: Callable[..., Patient]) -> Scene:
    return Scene(patient, clinician, admin, make_patient)

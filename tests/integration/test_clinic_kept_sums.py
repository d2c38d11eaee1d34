"""What of the clinic's sums is kept for others."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from accounts import identity
from accounts.models import Clinic
from accounts.roles import Role
from analytics.metrics.targets import custom_targets
from analytics.selectors.clinic import followed_patients
from analytics.selectors.period_sums import period_sums
from patients.models import Patient
from tests.conftest import Member, put

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


@pytest.fixture
def with_readings(patient: Patient) -> Patient:
    put(patient, 60, 100, start=NOW - timedelta(hours=1), now=NOW)
    return patient


def test_nothing_is_kept_of_a_patient_whom_the_caller_ceased_to_see(
    clinic: Clinic, admin: Member, member: Callable[..., Member], with_readings: Patient
) -> None:
    clinician = member(clinic, Role.CLINICIAN)
    # As read just before the assignment of the clinician ended.
    followed = followed_patients(admin.caller, NOW)

    with identity.acting(clinician.user.id):
        assert not period_sums(followed, 14).any()

    with identity.acting(admin.user.id):
        assert period_sums(followed, 14).any()


def test_sums_of_other_targets_are_not_taken(admin: Member, with_readings: Patient) -> None:
    (before,) = followed_patients(admin.caller, NOW)
    after = [replace(before, targets=custom_targets(low, 200, {})) for low in (58, 65)]

    with identity.acting(admin.user.id):
        sums = [period_sums([one], 14).tolist() for one in after]

    assert sums[0] != sums[1]

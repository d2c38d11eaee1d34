"""The page of a patient's trend, and what it lets whom do."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Clinic, User
from accounts.roles import Role
from dashboard.trend_words import treatment_kinds
from glucose.treatments import TreatmentKind
from patients.models import Patient
from tests.conftest import Member
from tests.pages.browsing import read

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]


def test_is_sound_html_with_both_forms(patient: Patient, clinician: Member, browser_of: Browsers) -> None:
    answer = browser_of(clinician.user).get(f"/clinic/patients/{patient.id}/", secure=True)

    read(answer)
    page = answer.content.decode()
    assert 'data-notes="yes"' in page
    assert '<dialog id="note"' in page
    assert '<dialog id="exclusion"' in page


def test_asks_for_no_notes_and_changes_nothing_in_the_hands_of_the_patient(
    patient: Patient, clinic: Clinic, member: Callable[..., Member], browser_of: Browsers
) -> None:
    user = member(clinic, Role.PATIENT).user
    patient.user = user
    patient.save()

    answer = browser_of(user).get(f"/clinic/patients/{patient.id}/", secure=True)

    read(answer)
    page = answer.content.decode()
    assert 'data-notes=""' in page
    assert "<dialog" not in page


def test_has_words_for_each_kind_of_treatment() -> None:
    assert set(treatment_kinds()) == set(TreatmentKind)

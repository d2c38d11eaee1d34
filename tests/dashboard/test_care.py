"""A patient's care: who may see the page, what it offers to whom, and rules for one patient."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from patients.models import Patient
from tests.conftest import Member
from tests.pages.browsing import read

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]


def page_of(browser: Client, patient: Patient) -> Any:
    return browser.get(f"/clinic/patients/{patient.id}/care/", secure=True)


def test_offers_assignment_to_administrators_alone(
    admin: Member, clinician: Member, patient: Patient, browser_of: Browsers
) -> None:
    theirs, others = page_of(browser_of(admin.user), patient), page_of(browser_of(clinician.user), patient)

    read(theirs)
    read(others)
    assert 'id="clinicians"' in theirs.content.decode()
    assert 'id="clinicians"' not in others.content.decode()
    assert 'id="rule-dialog"' in others.content.decode()


def test_of_somebody_elses_patient_is_not_there(
    clinician: Member, patient: Patient, member: Callable[..., Member], browser_of: Browsers
) -> None:
    other = member(clinician.user.membership.clinic, clinician.caller.role)

    assert page_of(browser_of(other.user), patient).status_code == 404


class TestARule:
    @pytest.fixture
    def send(self, clinician: Member, patient: Patient, browser_of: Browsers) -> Callable[[dict[str, Any]], Any]:
        browser = browser_of(clinician.user)
        token = read(page_of(browser, patient)).forms["/clinic/appearance/"]["csrfmiddlewaretoken"]
        headers = {"x-csrftoken": token, "referer": "https://localhost/clinic/"}

        def sent(body: dict[str, Any]) -> Any:
            whole = {"patient": str(patient.id), **body}
            return browser.post(
                "/clinic/data/alerts/rules/", whole, content_type="application/json", secure=True, headers=headers
            )

        return sent

    def test_is_set_for_the_patient_by_who_treats_them(self, send: Callable[[dict[str, Any]], Any]) -> None:
        answer = send({"kind": "low", "threshold": 4.4, "unit": "mmol/L"})

        assert answer.status_code == 201
        assert (answer.json()["level"], answer.json()["said"]) == ("patient", ["threshold"])
        assert answer.json()["threshold"] == pytest.approx(4.4, abs=0.05)

    def test_that_says_nothing_lets_the_clinics_stand(self, send: Callable[[dict[str, Any]], Any]) -> None:
        send({"kind": "low", "threshold": 80})

        answer = send({"kind": "low"})

        assert (answer.json()["threshold"], answer.json()["said"]) == (70, [])

    def test_beyond_the_limits_is_refused_in_words(self, send: Callable[[dict[str, Any]], Any]) -> None:
        answer = send({"kind": "low", "threshold": 20})

        assert answer.status_code == 422
        assert "lies between 54 and 120" in answer.json()["errors"][0]["detail"]

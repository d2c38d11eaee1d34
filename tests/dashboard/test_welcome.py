"""Members whom the clinic's pages are not made for: where a sign-in leads them, and what they find there."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Clinic, User
from accounts.roles import Role
from patients.models import Patient
from tests.conftest import Member
from tests.pages.browsing import read

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]


@pytest.mark.parametrize("role", [Role.PATIENT, Role.RESEARCHER, Role.SERVICE])
def test_is_where_others_than_the_staff_are_led(
    role: Role, clinic: Clinic, member: Callable[..., Member], browser_of: Browsers
) -> None:
    answer = browser_of(member(clinic, role).user).get("/clinic/", secure=True, follow=True)

    assert answer.redirect_chain == [("/clinic/welcome/", 302)]
    read(answer)
    assert 'aria-label="Pages"' not in answer.content.decode()


def test_leads_a_patient_to_their_own_record_which_opens(
    clinic: Clinic, member: Callable[..., Member], make_patient: Callable[..., Patient], browser_of: Browsers
) -> None:
    somebody = member(clinic, Role.PATIENT)
    own, other = make_patient(clinic, user=somebody.user), make_patient(clinic)
    browser = browser_of(somebody.user)

    page = browser.get("/clinic/welcome/", secure=True).content.decode()

    assert f'href="/clinic/patients/{own.id}/"' in page
    assert str(other.id) not in page
    for path in ("", "statistics/", "pattern/"):
        assert browser.get(f"/clinic/patients/{own.id}/{path}", secure=True).status_code == 200
    assert browser.get(f"/clinic/patients/{other.id}/", secure=True).status_code == 404


def test_tells_a_patient_without_a_record_whom_to_ask(
    clinic: Clinic, member: Callable[..., Member], browser_of: Browsers
) -> None:
    page = browser_of(member(clinic, Role.PATIENT).user).get("/clinic/welcome/", secure=True).content.decode()

    assert "Ask your clinic to connect it." in page

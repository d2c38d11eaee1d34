"""Every page: who may open it, what it is made of, and what is answered instead."""

from collections.abc import Callable
from typing import Final

import pytest
from django.test import Client

from accounts.models import Clinic, User
from accounts.roles import Role
from dashboard.models import Preference
from tests.conftest import Member
from tests.pages.browsing import read

pytestmark = pytest.mark.django_db
PAGES: Final = (
    "/clinic/",
    "/clinic/alerts/",
    "/clinic/developers/",
    "/clinic/notifications/",
    "/clinic/reviews/",
    "/clinic/accounts/",
    "/clinic/patients/new/",
    "/clinic/tasks/",
)
# For those who manage the clinic alone.
MANAGERS: Final = ("/clinic/people/",)
Browsers = Callable[[User], Client]


@pytest.mark.parametrize("address", [*PAGES, *MANAGERS])
def test_leads_somebody_who_is_not_signed_in_to_sign_in_and_back(address: str) -> None:
    answer = Client(headers={"host": "localhost"}).get(address, secure=True)

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/account/login/?next={address}"


@pytest.mark.parametrize("role", [Role.ADMIN, Role.CLINICIAN])
@pytest.mark.parametrize("address", PAGES)
def test_is_sound_html_without_anything_inline(
    address: str, role: Role, clinic: Clinic, member: Callable[..., Member], browser_of: Browsers
) -> None:
    answer = browser_of(member(clinic, role).user).get(address, secure=True)

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    read(answer)


@pytest.mark.parametrize("address", MANAGERS)
def test_of_managers_is_sound_too_and_theirs_alone(
    address: str, admin: Member, clinician: Member, browser_of: Browsers
) -> None:
    answer = browser_of(admin.user).get(address, secure=True)

    assert answer.status_code == 200
    read(answer)
    assert browser_of(clinician.user).get(address, secure=True).status_code == 403


@pytest.mark.parametrize("address", PAGES[1:])
def test_tells_a_role_that_may_not(
    address: str, clinic: Clinic, member: Callable[..., Member], browser_of: Browsers
) -> None:
    answer = browser_of(member(clinic, Role.RESEARCHER).user).get(address, secure=True)

    assert answer.status_code == 403
    assert "does not open this page" in answer.content.decode()


def test_the_start_leads_to_the_clinic() -> None:
    answer = Client(headers={"host": "localhost"}).get("/", secure=True)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/clinic/")


class TestAppearance:
    def test_is_kept_for_the_member(self, clinician: Member, browser_of: Browsers) -> None:
        browser = browser_of(clinician.user)
        token = read(browser.get("/clinic/", secure=True)).forms["/clinic/appearance/"]["csrfmiddlewaretoken"]
        form = {"csrfmiddlewaretoken": token, "unit": "mmol/L", "theme": "dark", "next": "/clinic/?a=b"}

        answer = browser.post("/clinic/appearance/", form, secure=True, headers={"referer": "https://localhost/"})

        assert (answer.status_code, answer.headers["Location"]) == (302, "/clinic/?a=b")
        page = browser.get("/clinic/", secure=True).content.decode()
        assert 'data-unit="mmol/L"' in page
        assert 'data-theme="dark"' in page

    def test_leads_to_no_other_site_and_keeps_nothing_unknown(self, clinician: Member, browser_of: Browsers) -> None:
        browser = browser_of(clinician.user)
        token = read(browser.get("/clinic/", secure=True)).forms["/clinic/appearance/"]["csrfmiddlewaretoken"]
        form = {"csrfmiddlewaretoken": token, "unit": "g/L", "next": "https://evil.example/"}

        answer = browser.post("/clinic/appearance/", form, secure=True, headers={"referer": "https://localhost/"})

        assert answer.headers["Location"] == "/clinic/"
        assert Preference.objects.get(user=clinician.user).value["unit"] == "mg/dL"

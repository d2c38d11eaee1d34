"""The developers' page: what it shows to whom, and examples that run."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import ServiceKey, User
from dashboard.examples import examples
from patients.models import Patient
from tests.conftest import Member
from tests.pages.browsing import read

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]
PAGE = "/clinic/developers/"
ADDRESS = re.compile(r"/patients/[^\"]+")


class TestThePage:
    def test_names_the_clinic_and_a_patient_of_who_asks(
        self, clinician: Member, patient: Patient, browser_of: Browsers
    ) -> None:
        page = browser_of(clinician.user).get(PAGE, secure=True).content.decode()

        assert f"<code>{clinician.caller.clinic_id}</code>" in page
        assert f"/patients/{patient.id}/statistics/" in page

    def test_says_where_to_put_an_id_while_there_is_no_patient(self, admin: Member, browser_of: Browsers) -> None:
        page = browser_of(admin.user).get(PAGE, secure=True).content.decode()

        assert "/patients/PATIENT/" in page
        assert "put the id of one where PATIENT stands" in page

    def test_shows_keys_webhooks_and_dead_letters_to_administrators_alone(
        self, admin: Member, clinician: Member, browser_of: Browsers
    ) -> None:
        theirs = browser_of(admin.user).get(PAGE, secure=True).content.decode()
        others = browser_of(clinician.user).get(PAGE, secure=True).content.decode()

        for place in ('id="keys"', 'id="webhooks"', 'id="letters"', 'id="secret-dialog"'):
            assert place in theirs
            assert place not in others


class TestAKey:
    def test_is_made_from_the_page_and_opens_what_the_examples_ask(
        self, admin: Member, patient: Patient, browser_of: Browsers
    ) -> None:
        browser = browser_of(admin.user)
        token = read(browser.get(PAGE, secure=True)).forms["/clinic/appearance/"]["csrfmiddlewaretoken"]
        scopes = ["patients:read", "readings:read", "statistics:read"]

        made = browser.post(
            "/clinic/data/keys/",
            {"name": "warehouse", "scopes": scopes},
            content_type="application/json",
            secure=True,
            headers={"x-csrftoken": token, "referer": f"https://localhost{PAGE}"},
        )

        assert made.status_code == 201
        assert "no-store" in made.headers["Cache-Control"]
        assert ServiceKey.objects.get(id=made.json()["id"]).scopes == scopes
        program = APIClient()
        program.credentials(HTTP_AUTHORIZATION=f"Bearer {made.json()['secret']}")
        asked = [
            found.group()
            for one in examples(api="https://localhost/api/v1", username="ana", patient_id=patient.id)
            for found in ADDRESS.finditer(one.text)
        ]
        assert len(asked) == 3
        assert [program.get(f"/api/v1{address}").status_code for address in asked] == [200] * 3


def test_an_example_quotes_a_user_name_that_a_shell_would_read() -> None:
    texts = [one.text for one in examples(api="https://x/api/v1", username="o'brien; rm", patient_id="p")]

    assert any("'o'\"'\"'brien; rm'" in text for text in texts)

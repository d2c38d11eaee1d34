"""The pages of a patient's record, and where a clinic without patients is led."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client

from accounts.models import Clinic, User
from accounts.roles import Role
from glucose.models import SourceAccount
from patients.models import Patient
from tests.conftest import Member
from tests.pages.browsing import read

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]
NEW: Final = "/clinic/patients/new/"
DATA: Final = "/clinic/data/patients/"


class TestFirstRun:
    def test_leads_administrators_to_connecting_and_to_adding(self, admin: Member, browser_of: Browsers) -> None:
        page = browser_of(admin.user).get("/clinic/", secure=True)

        read(page)
        assert 'href="/clinic/accounts/?connect"' in page.content.decode()
        assert f'href="{NEW}"' in page.content.decode()

    def test_leads_to_the_people_of_an_account_that_is_there(
        self, clinic: Clinic, admin: Member, browser_of: Browsers
    ) -> None:
        SourceAccount.objects.create(clinic=clinic, email="norte@example.org", password="x")

        page = browser_of(admin.user).get("/clinic/", secure=True).content.decode()

        assert "Accept people" in page
        assert "?connect" not in page

    def test_leads_clinicians_to_adding_only(self, clinician: Member, browser_of: Browsers) -> None:
        page = browser_of(clinician.user).get("/clinic/", secure=True).content.decode()

        assert "?connect" not in page
        assert f'href="{NEW}"' in page

    def test_is_over_with_the_first_patient(self, patient: Patient, clinician: Member, browser_of: Browsers) -> None:
        page = browser_of(clinician.user).get("/clinic/", secure=True).content.decode()

        assert "No patients yet" not in page
        assert f'href="{NEW}"' in page


class TestNew:
    def test_begins_with_the_clinics_zone(
        self, admin: Member, browser_of: Browsers, send_data: Callable[..., Any]
    ) -> None:
        browser = browser_of(admin.user)
        rules = {"timezone": "America/Recife", "kind": "weekly"}
        assert admin.api.put("/api/v1/reviews/rules/", rules, format="json").status_code == 200

        page = browser.get(NEW, secure=True)

        read(page)
        assert 'data-zone="America/Recife"' in page.content.decode()

    def test_is_not_for_patients(self, clinic: Clinic, member: Callable[..., Member], browser_of: Browsers) -> None:
        assert browser_of(member(clinic, Role.PATIENT).user).get(NEW, secure=True).status_code == 403

    def test_adds_somebody_in_the_care_of_the_clinician(
        self, clinician: Member, browser_of: Browsers, send_data: Callable[..., Any]
    ) -> None:
        body = {"name": "Íris Melo", "timezone": "America/Recife", "birth_date": None, "external_ref": None}

        answer = send_data(browser_of(clinician.user), "post", DATA, body)

        assert answer.status_code == 201
        assert answer.json()["clinicians"] == [str(clinician.user.id)]

    def test_names_each_field_that_is_wrong(
        self, clinician: Member, browser_of: Browsers, send_data: Callable[..., Any]
    ) -> None:
        body = {"name": "", "timezone": "Mars/Olympus", "birth_date": "1066-10-14", "email": "nobody"}

        answer = send_data(browser_of(clinician.user), "post", DATA, body)

        assert answer.status_code == 422
        assert {one["pointer"] for one in answer.json()["errors"]} == {
            "/name",
            "/timezone",
            "/birth_date",
            "/email",
        }

    def test_finds_somebody_of_the_same_name_whatever_its_accents(
        self, clinic: Clinic, clinician: Member, make_patient: Callable[..., Patient], browser_of: Browsers
    ) -> None:
        there = make_patient(clinic, clinician, name="Íris Melo")

        answer = browser_of(clinician.user).get(f"{DATA}?page_size=10&search=iris%20MELO", secure=True)

        assert [one["id"] for one in answer.json()["results"]] == [str(there.id)]


class TestRecord:
    def test_shows_what_is_known(self, patient: Patient, clinician: Member, browser_of: Browsers) -> None:
        page = browser_of(clinician.user).get(f"/clinic/patients/{patient.id}/record/", secure=True)

        read(page)
        assert f'value="{patient.name}"' in page.content.decode()
        assert f'data-zone="{patient.timezone}"' in page.content.decode()

    def test_is_not_there_for_another_clinic(
        self, other_clinic: Clinic, admin: Member, make_patient: Callable[..., Patient], browser_of: Browsers
    ) -> None:
        address = f"/clinic/patients/{make_patient(other_clinic).id}/record/"

        assert browser_of(admin.user).get(address, secure=True).status_code == 404

    def test_changes_what_is_given_and_takes_the_patient_out(
        self, patient: Patient, clinician: Member, browser_of: Browsers, send_data: Callable[..., Any]
    ) -> None:
        browser, address = browser_of(clinician.user), f"{DATA}{patient.id}/"
        tag = browser.get(address, secure=True).headers["ETag"]

        changed = send_data(browser, "patch", address, {"external_ref": "R-77"}, **{"if-match": tag})
        stale = send_data(browser, "delete", address, **{"if-match": tag})
        gone = send_data(browser, "delete", address, **{"if-match": changed.headers["ETag"]})

        assert (changed.status_code, stale.status_code, gone.status_code) == (200, 412, 204)
        assert browser.get(f"/clinic/patients/{patient.id}/record/", secure=True).status_code == 404
        assert Patient.objects.filter(id=patient.id).exists()

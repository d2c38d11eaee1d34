"""The pages of vendors' accounts: who sees what of them, and what their scripts may send."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client

from accounts.models import Clinic, User
from glucose.account_states import AccountState
from glucose.models import AccountEvent, SourceAccount, VendorPatient
from patients.models import Patient
from tests.conftest import NOW, Member
from tests.pages.browsing import read

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]
DATA: Final = "/clinic/data/librelinkup/accounts/"
PASSWORD: Final = "a vendor's password"


@pytest.fixture
def account(clinic: Clinic) -> SourceAccount:
    return SourceAccount.objects.create(clinic=clinic, email="norte@example.org", password=PASSWORD)


def page_of(account: SourceAccount) -> str:
    return f"/clinic/accounts/{account.id}/"


class TestList:
    def test_lets_administrators_connect(self, admin: Member, browser_of: Browsers) -> None:
        page = browser_of(admin.user).get("/clinic/accounts/", secure=True)

        read(page)
        assert 'id="connecting-form"' in page.content.decode()

    def test_lets_clinicians_look_and_sync_only(self, clinician: Member, browser_of: Browsers) -> None:
        page = browser_of(clinician.user).get("/clinic/accounts/", secure=True).content.decode()

        assert 'id="connecting-form"' not in page
        assert 'data-sync="yes"' in page


class TestAccount:
    def test_is_sound_and_never_has_the_password(
        self, account: SourceAccount, admin: Member, browser_of: Browsers
    ) -> None:
        page = browser_of(admin.user).get(page_of(account), secure=True)

        read(page)
        assert account.email in page.content.decode()
        assert PASSWORD not in page.content.decode()

    def test_says_who_accepts_terms(self, account: SourceAccount, admin: Member, browser_of: Browsers) -> None:
        page = browser_of(admin.user).get(page_of(account), secure=True).content.decode()

        assert f"You, {admin.user.name}, accept it in your own name" in page

    def test_lets_clinicians_change_nothing(
        self, account: SourceAccount, clinician: Member, browser_of: Browsers
    ) -> None:
        page = browser_of(clinician.user).get(page_of(account), secure=True)

        read(page)
        for control in ('id="change"', 'id="delete"', 'id="waiting"', 'id="terms"'):
            assert control not in page.content.decode()
        assert 'id="sync"' in page.content.decode()

    def test_is_not_there_for_another_clinic(self, other_clinic: Clinic, admin: Member, browser_of: Browsers) -> None:
        other = SourceAccount.objects.create(clinic=other_clinic, email="sul@example.org", password=PASSWORD)

        assert browser_of(admin.user).get(page_of(other), secure=True).status_code == 404


class TestWhatIsSent:
    def test_connects_an_account_and_tells_the_password_to_nobody(
        self, admin: Member, browser_of: Browsers, send_data: Callable[..., Any]
    ) -> None:
        body = {"kind": "librelinkup", "email": "new@example.org", "password": PASSWORD}

        answer = send_data(browser_of(admin.user), "post", DATA, body)

        assert answer.status_code == 201
        assert PASSWORD not in answer.content.decode()
        assert SourceAccount.objects.get(id=answer.json()["id"]).password == PASSWORD

    def test_names_the_field_that_is_wrong(
        self, admin: Member, browser_of: Browsers, send_data: Callable[..., Any]
    ) -> None:
        answer = send_data(browser_of(admin.user), "post", DATA, {"email": "nobody", "password": ""})

        assert answer.status_code == 422
        assert {one["pointer"] for one in answer.json()["errors"]} == {"/email", "/password"}

    def test_is_refused_to_a_clinician(
        self, account: SourceAccount, clinician: Member, browser_of: Browsers, send_data: Callable[..., Any]
    ) -> None:
        browser = browser_of(clinician.user)

        assert send_data(browser, "post", DATA, {"email": "x@example.org", "password": PASSWORD}).status_code == 403
        assert send_data(browser, "patch", f"{DATA}{account.id}/", {"state": "disabled"}).status_code == 403
        assert send_data(browser, "delete", f"{DATA}{account.id}/").status_code == 403

    def test_changes_nothing_that_somebody_changed_meanwhile(
        self, account: SourceAccount, admin: Member, browser_of: Browsers, send_data: Callable[..., Any]
    ) -> None:
        browser = browser_of(admin.user)
        tag = browser.get(f"{DATA}{account.id}/", secure=True).headers["ETag"]
        send_data(browser, "patch", f"{DATA}{account.id}/", {"password": "another"})

        answer = send_data(browser, "patch", f"{DATA}{account.id}/", {"state": "disabled"}, **{"if-match": tag})

        assert answer.status_code == 412
        account.refresh_from_db()
        assert account.state == AccountState.ACTIVE

    def test_accepts_a_person_as_a_new_patient_in_the_zone(
        self, account: SourceAccount, admin: Member, browser_of: Browsers, send_data: Callable[..., Any]
    ) -> None:
        VendorPatient.objects.create(account=account, vendor_id="v-1", first_name="Hugo", last_name="Prado")
        body = {"create": True, "timezone": "America/Manaus"}

        answer = send_data(browser_of(admin.user), "post", f"{DATA}{account.id}/unlinked/v-1/link/", body)

        assert answer.status_code == 201
        patient = Patient.objects.get(id=answer.json()["patient"])
        assert (patient.name, patient.timezone) == ("Hugo Prado", "America/Manaus")

    def test_shows_the_history_with_who_did_it(
        self, account: SourceAccount, admin: Member, browser_of: Browsers
    ) -> None:
        AccountEvent.objects.create(account=account, at=NOW, state=AccountState.DISABLED, user=admin.user)

        answer = browser_of(admin.user).get(f"{DATA}{account.id}/history/", secure=True)

        assert [(one["state"], one["user"]["username"]) for one in answer.json()["results"]] == [
            ("disabled", admin.user.username)
        ]

"""The members of a clinic on its page: who may see them, and what the page's script does by the data of pages."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Invitation, User
from patients.models import CareAssignment, Patient
from tests.conftest import Member
from tests.pages.browsing import read

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]
DATA = "/clinic/data/"


@pytest.fixture
def send(admin: Member, browser_of: Browsers) -> Callable[..., Any]:
    """What the page of an administrator sends."""
    browser = browser_of(admin.user)
    token = read(browser.get("/clinic/people/", secure=True)).forms["/clinic/appearance/"]["csrfmiddlewaretoken"]

    def sent(method: str, address: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
        page = {"x-csrftoken": token, "referer": "https://localhost/clinic/people/"}
        return browser.generic(
            method,
            f"{DATA}{address}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            secure=True,
            headers=page | headers,
        )

    return sent


class TestInvitation:
    def test_is_sent_from_the_page(self, send: Callable[..., Any]) -> None:
        body = {"email": "eva@example.org", "name": "Eva", "role": "clinician", "language": "es"}

        answer = send("POST", "members/", body)

        assert (answer.status_code, answer.json()["status"]) == (201, "invited")
        assert Invitation.objects.get(user_id=answer.json()["id"]).language == "es"

    def test_of_an_address_that_is_taken_is_refused_in_words(self, send: Callable[..., Any]) -> None:
        body = {"email": "eva@example.org", "name": "Eva", "role": "clinician", "language": "es"}
        send("POST", "members/", body)

        answer = send("POST", "members/", body)

        assert answer.status_code == 409
        assert "has this e-mail address already" in answer.json()["detail"]


class TestRemoval:
    def test_of_oneself_is_refused_in_words(self, send: Callable[..., Any], admin: Member) -> None:
        answer = send("DELETE", f"members/{admin.user.id}/")

        assert answer.status_code == 409
        assert "Another administrator" in answer.json()["detail"]

    def test_of_a_clinician_deactivates_them(self, send: Callable[..., Any], clinician: Member) -> None:
        assert send("DELETE", f"members/{clinician.user.id}/").status_code == 204

        assert not User.objects.get(id=clinician.user.id).is_active


class TestCare:
    def test_is_changed_by_the_tag_of_what_was_read(
        self, send: Callable[..., Any], patient: Patient, admin: Member, clinician: Member
    ) -> None:
        read_first = send("GET", f"patients/{patient.id}/")
        wanted = [*read_first.json()["clinicians"], str(admin.user.id)]
        tag = read_first.headers["ETag"]

        answer = send("PATCH", f"patients/{patient.id}/", {"clinicians": wanted}, **{"if-match": tag})

        assert answer.status_code == 200
        cared = CareAssignment.objects.filter(patient=patient).values_list("user_id", flat=True)
        assert set(cared) == {admin.user.id, clinician.user.id}

    def test_runs_over_nobody_elses_change(
        self, send: Callable[..., Any], patient: Patient, admin: Member, clinician: Member
    ) -> None:
        tag = send("GET", f"patients/{patient.id}/").headers["ETag"]
        send("PATCH", f"patients/{patient.id}/", {"clinicians": [str(admin.user.id)]})

        answer = send("PATCH", f"patients/{patient.id}/", {"clinicians": []}, **{"if-match": tag})

        assert answer.status_code == 412

    def test_of_a_member_is_found_by_the_list(
        self, send: Callable[..., Any], patient: Patient, clinician: Member, admin: Member
    ) -> None:
        theirs = send("GET", f"patients/?clinician={clinician.user.id}").json()["results"]
        nobodys = send("GET", f"patients/?clinician={admin.user.id}").json()["results"]

        assert ([one["id"] for one in theirs], nobodys) == ([str(patient.id)], [])

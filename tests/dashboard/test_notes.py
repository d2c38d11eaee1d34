"""The page of a patient's notes and exclusions, and what its scripts send."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Clinic, User
from accounts.roles import Role
from dashboard.note_words import exclusion_reasons
from glucose.models import Exclusion
from patients.models import Patient
from tests.conftest import Member
from tests.dashboard.sending import Sender
from tests.pages.browsing import read

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]


def page_of(patient: Patient, browser: Client) -> Any:
    """The page as it is sent."""
    return browser.get(f"/clinic/patients/{patient.id}/notes/", secure=True)


class TestThePage:
    def test_is_sound_html_with_both_forms(self, patient: Patient, clinician: Member, browser_of: Browsers) -> None:
        answer = page_of(patient, browser_of(clinician.user))

        read(answer)
        page = answer.content.decode()
        assert 'aria-current="page">Notes</a>' in page
        assert '<dialog id="note"' in page
        assert '<dialog id="exclusion"' in page

    def test_is_not_for_the_patient(
        self, patient: Patient, clinic: Clinic, member: Callable[..., Member], browser_of: Browsers
    ) -> None:
        user = member(clinic, Role.PATIENT).user
        patient.user = user
        patient.save()

        assert page_of(patient, browser_of(user)).status_code == 403

    def test_has_words_for_each_reason(self) -> None:
        assert list(exclusion_reasons()) == Exclusion.Reason.values

    def test_tells_that_there_is_no_such_patient(
        self, clinic: Clinic, member: Callable[..., Member], patient: Patient, browser_of: Browsers
    ) -> None:
        stranger = member(clinic, Role.CLINICIAN, "other").user

        assert page_of(patient, browser_of(stranger)).status_code == 404


class TestWhatItSends:
    def test_writes_edits_and_removes_a_note(self, send: Sender, patient: Patient) -> None:
        made = send("post", "notes/", {"text": "Sleeps badly.", "start": None, "end": None})
        note = f"notes/{made.json()['id']}/"
        edited = send("patch", note, {"text": "Sleeps well."}, **{"if-match": made.headers["ETag"]})
        late = send("patch", note, {"text": "Late."}, **{"if-match": made.headers["ETag"]})
        removed = send("post", f"{note}remove/", {})

        assert made.status_code == 201
        assert [one["text"] for one in edited.json()["former"]] == ["Sleeps badly."]
        assert late.status_code == 412
        assert removed.json()["removed_by"] is not None

    def test_excludes_once_what_is_sent_twice_and_undoes_it(self, send: Sender, patient: Patient) -> None:
        body = {"start": "2026-02-01T10:00:00Z", "end": "2026-02-01T11:00:00Z", "reason": "warm_up", "note": ""}
        first = send("post", "exclusions/", body, **{"idempotency-key": "abc"})
        again = send("post", "exclusions/", body, **{"idempotency-key": "abc"})
        undone = send("post", f"exclusions/{first.json()['id']}/undo/", {})

        assert first.status_code == again.status_code == 201
        assert first.json()["id"] == again.json()["id"]
        assert undone.json()["undone_at"] is not None
        assert Exclusion.objects.filter(patient=patient).count() == 1

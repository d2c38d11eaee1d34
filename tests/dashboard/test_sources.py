"""The page of a patient's sources, and the files that are sent from it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Clinic, User
from accounts.roles import Role
from dashboard.import_words import date_orders, file_formats, import_words, refusals
from dashboard.source_words import source_words
from glucose.account_states import ACTION_NEEDED, AccountState
from glucose.files.port import DATE_ORDERS, FORMATS
from glucose.files.refusals import WORDS
from glucose.gap_ledger import Cause
from glucose.models import Import, SourceKind
from glucose.services.importing import run_import
from patients.models import Patient
from tests.conftest import Member
from tests.dashboard.sending import Sender
from tests.libreview_files import series
from tests.pages.browsing import read

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]
FIRST = datetime(2026, 3, 13, 8, 0)  # noqa: DTZ001 -- as the device shows it
TIMES = [FIRST + timedelta(minutes=15 * number) for number in range(8)]


def file_of(content: bytes) -> BytesIO:
    """A file with a name."""
    stream = BytesIO(content)
    stream.name = "glucose.csv"
    return stream


def checked(send: Sender, content: bytes, **fields: Any) -> Any:
    """The import of a file when it is checked."""
    begun = send.file("/imports/", file=file_of(content), patient=send.patient.id, dry_run="true", **fields)
    assert begun.status_code == 202, begun.content
    run_import(UUID(begun.json()["id"]), clock=timezone.now, between=lambda share: None)
    return send("get", f"/imports/{begun.json()['id']}/").json()


class TestThePage:
    def test_is_sound_html(self, patient: Patient, clinician: Member, browser_of: Browsers) -> None:
        answer = browser_of(clinician.user).get(f"/clinic/patients/{patient.id}/sources/", secure=True)

        read(answer)
        assert 'aria-current="page">Sources</a>' in answer.content.decode()

    def test_is_not_for_the_patient(
        self, patient: Patient, clinic: Clinic, member: Callable[..., Member], browser_of: Browsers
    ) -> None:
        user = member(clinic, Role.PATIENT).user
        patient.user = user
        patient.save()

        assert browser_of(user).get(f"/clinic/patients/{patient.id}/sources/", secure=True).status_code == 403

    def test_has_words_for_each_state_cause_and_kind(self) -> None:
        words = source_words()

        assert set(words["states"]) == set(AccountState)
        assert set(ACTION_NEEDED) <= set(words["to_do"])
        assert set(words["causes"]) == set(Cause)
        assert set(words["kinds"]) == set(SourceKind.values)

    def test_has_words_for_what_becomes_of_a_file(self) -> None:
        assert set(import_words()["states"]) == {*Import.State.values, "asked"}
        assert set(refusals()) == set(WORDS)
        assert set(file_formats()) == set(FORMATS)
        assert set(date_orders()) == set(DATE_ORDERS)


class TestAFile:
    def test_is_checked_and_then_stored(self, send: Sender) -> None:
        found = checked(send, series(TIMES, 100, 110))
        begun = send("post", f"/imports/{found['id']}/start/", {})
        run_import(UUID(found["id"]), clock=timezone.now, between=lambda share: None)

        assert (found["state"], found["stored"]) == ("checked", 8)
        assert begun.status_code == 202
        assert send("get", f"/imports/{found['id']}/").json()["state"] == "done"
        assert send("get", f"/imports/?patient={send.patient.id}").json()["results"][0]["stored"] == 8

    def test_is_read_by_its_own_view_alone(self, send: Sender, settings: Settings) -> None:
        settings.FILE_UPLOAD_HANDLERS = ["tests.dashboard.test_sources.NeverAsked"]

        begun = send.file("/imports/", file=file_of(series(TIMES, 100)), patient=send.patient.id, dry_run="true")

        assert begun.status_code == 202

    def test_may_be_larger_than_any_other_body(self, send: Sender, settings: Settings) -> None:
        settings.MAX_BODY_BYTES = 300

        assert checked(send, series(TIMES, 100, 110))["stored"] == 8

    def test_is_refused_from_elsewhere(self, send: Sender) -> None:
        del send.headers["x-csrftoken"]
        fields = {"csrfmiddlewaretoken": "a" * 64, "patient": send.patient.id}

        assert send.file("/imports/", file=file_of(b"a"), **fields).status_code == 403

    def test_has_its_refused_lines_as_a_file(self, send: Sender) -> None:
        found = checked(send, series(TIMES, 100, 5000))

        answer = send("get", f"/imports/{found['id']}/refused/", accept="text/html,application/xhtml+xml,*/*;q=0.8")

        assert answer.headers["Content-Type"].startswith("text/csv")
        assert b"glucose_range" in b"".join(answer.streaming_content)

    def test_says_at_the_field_what_cannot_be(self, send: Sender) -> None:
        answer = send.file("/imports/", file=file_of(b"a"), patient=send.patient.id, timezone="Here")

        assert [one["pointer"] for one in answer.json()["errors"]] == ["/timezone"]


class NeverAsked:
    """An upload handler that no file may come to."""

    def __init__(self, *args: Any) -> None:
        raise AssertionError("The file was read before its view.")

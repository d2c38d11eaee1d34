"""`patients/{id}/notes/`, `…/{id}/`, `…/{id}/remove/`."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from patients.care_models import Note, NoteVersion
from patients.models import Patient
from tests.api.asserting import V1, assert_field_refused, assert_not_found, assert_problem, pages, send
from tests.conftest import Member, named

RUN = {"text": "Ran for an hour.", "start": "2026-03-14T07:00:00-03:00", "end": "2026-03-14T11:00:00Z"}


def address(patient: Patient, note: str = "") -> str:
    return f"{V1}patients/{patient.id}/notes/{note + '/' if note else ''}"


def write(api: APIClient, patient: Patient, **body: Any) -> Any:
    api.raise_request_exception = False
    return send(api, "post", address(patient), body)


def edit(api: APIClient, patient: Patient, note: str, text: Any, **more: Any) -> Any:
    return api.patch(address(patient, note), {"text": text}, format="json", **more)


def remove(api: APIClient, patient: Patient, note: str) -> Any:
    return api.post(f"{address(patient, note)}remove/")


class TestWriting:
    def test_answers_the_note(self, clinician: Member, patient: Patient) -> None:
        response = write(clinician.api, patient, **RUN)

        assert response.status_code == 201
        answer = response.json()
        assert answer == {
            "id": answer["id"],
            "start": "2026-03-14T10:00:00Z",
            "end": "2026-03-14T11:00:00Z",
            "text": "Ran for an hour.",
            "author": {"id": str(clinician.user.id), "name": clinician.user.name},
            "written_at": "2026-03-15T12:00:00Z",
            "former": [],
            "removed_at": None,
            "removed_by": None,
        }
        assert clinician.api.get(address(patient, answer["id"])).json() == answer
        assert clinician.api.get(address(patient)).json()["results"] == [answer]

    def test_needs_no_time(self, admin: Member, patient: Patient) -> None:
        answer = write(admin.api, patient, text="Lives alone.", start=None).json()

        assert (answer["start"], answer["end"]) == (None, None)

    def test_keeps_the_text_as_ciphertext(self, admin: Member, patient: Patient) -> None:
        write(admin.api, patient, **RUN)

        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM patients_noteversion")
            (stored,) = cursor.fetchone()
        assert "hour" not in stored
        assert NoteVersion.objects.get().text == "Ran for an hour."

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"text": ...}, "/text"),
            ({"text": ""}, "/text"),
            ({"text": " "}, "/text"),
            ({"text": 5}, "/text"),
            ({"text": None}, "/text"),
            ({"text": "a\x00b"}, "/text"),
            ({"text": "x" * 10_001}, "/text"),
            ({"start": "2026-03-14T07:00:00"}, "/start"),
            ({"end": "2026-03-14T10:00:00Z"}, "/end"),
            ({"start": ...}, "/end"),
            ({"author": "me"}, "/author"),
        ],
    )
    def test_refuses_a_bad_field_and_stores_nothing(
        self, admin: Member, patient: Patient, changes: dict[str, Any], pointer: str
    ) -> None:
        body = {name: value for name, value in (RUN | changes).items() if value is not ...}

        assert_field_refused(write(admin.api, patient, **body), pointer)
        assert not Note.objects.exists()


class TestEditing:
    @pytest.fixture
    def note(self, admin: Member, patient: Patient) -> str:
        return str(write(admin.api, patient, **RUN).json()["id"])

    def test_keeps_what_was_said_before(
        self, admin: Member, clinician: Member, patient: Patient, note: str, clock: Any
    ) -> None:
        clock.shift(timedelta(minutes=5))
        edit(clinician.api, patient, note, "Ran for two hours.")
        clock.shift(timedelta(minutes=5))

        answer = edit(admin.api, patient, note, "Walked.").json()

        assert (answer["text"], answer["written_at"]) == ("Walked.", "2026-03-15T12:10:00Z")
        assert [(one["text"], one["author"]["id"], one["written_at"]) for one in answer["former"]] == [
            ("Ran for an hour.", str(admin.user.id), "2026-03-15T12:00:00Z"),
            ("Ran for two hours.", str(clinician.user.id), "2026-03-15T12:05:00Z"),
        ]
        assert admin.api.get(address(patient)).json()["results"] == [answer]

    def test_to_the_same_text_changes_nothing(self, admin: Member, patient: Patient, note: str) -> None:
        assert edit(admin.api, patient, note, "Ran for an hour.").json()["former"] == []
        assert NoteVersion.objects.count() == 1

    def test_keeps_to_what_was_read(self, admin: Member, patient: Patient, note: str) -> None:
        tag = admin.api.get(address(patient, note))["ETag"]
        assert admin.api.get(address(patient, note), headers={"if-none-match": tag}).status_code == 304

        first = edit(admin.api, patient, note, "Walked.", headers={"if-match": tag})
        second = edit(admin.api, patient, note, "Swam.", headers={"if-match": tag})

        assert (first.status_code, first["ETag"]) == (200, admin.api.get(address(patient, note))["ETag"])
        assert_problem(second, 412, "precondition-failed")
        assert first.json()["text"] == admin.api.get(address(patient, note)).json()["text"] == "Walked."

    @pytest.mark.parametrize("text", ["", None, 5, "x" * 10_001])
    def test_refuses_a_bad_text(self, admin: Member, patient: Patient, note: str, text: Any) -> None:
        assert_field_refused(edit(admin.api, patient, note, text), "/text")

    def test_of_the_time_is_refused(self, admin: Member, patient: Patient, note: str) -> None:
        response = admin.api.patch(address(patient, note), {"text": "x", "start": None}, format="json")

        assert_field_refused(response, "/start")


class TestRemoving:
    @pytest.fixture
    def note(self, admin: Member, patient: Patient) -> str:
        return str(write(admin.api, patient, **RUN).json()["id"])

    def test_leaves_a_trace(self, admin: Member, clinician: Member, patient: Patient, note: str) -> None:
        answer = remove(clinician.api, patient, note).json()

        assert answer["removed_at"] == "2026-03-15T12:00:00Z"
        assert answer["removed_by"] == {"id": str(clinician.user.id), "name": clinician.user.name}
        assert answer["text"] == "Ran for an hour."
        assert admin.api.get(address(patient)).json()["results"] == []
        assert admin.api.get(address(patient), {"removed": "true"}).json()["results"] == [answer]
        assert admin.api.get(address(patient, note)).json() == answer

    def test_a_second_time_keeps_the_first(
        self, admin: Member, clinician: Member, patient: Patient, note: str, clock: Any
    ) -> None:
        first = remove(clinician.api, patient, note).json()
        clock.shift(timedelta(minutes=5))

        assert remove(admin.api, patient, note).json() == first

    def test_ends_editing(self, admin: Member, patient: Patient, note: str) -> None:
        remove(admin.api, patient, note)

        assert_problem(edit(admin.api, patient, note, "Walked."), 409, "conflict")
        assert NoteVersion.objects.count() == 1

    def test_is_no_deletion(self, admin: Member, patient: Patient, note: str) -> None:
        assert_problem(admin.api.delete(address(patient, note)), 405, "method-not-allowed")

    def test_does_not_find_the_note_of_another_patient(
        self, people: dict[str, Member], patient: Patient, note: str
    ) -> None:
        (other,) = named("Bia Lima")
        api = people["admin"].api

        assert_not_found(remove(api, other, note))
        assert_not_found(edit(api, other, note, "Walked."))
        assert_not_found(api.get(address(other, note)))
        assert Note.objects.get().removed_at is None


class TestTheList:
    def test_goes_page_by_page_newest_first(self, admin: Member, patient: Patient) -> None:
        made = [write(admin.api, patient, text=str(number)).json() for number in range(3)]

        assert pages(admin.api, address(patient), {"page_size": 2}) == [[made[2], made[1]], [made[0]]]

    @pytest.mark.parametrize(
        ("start", "end", "found"),
        [
            ("2026-03-14T10:30:00Z", "2026-03-14T10:31:00Z", "range"),
            ("2026-03-14T00:00:00Z", "2026-03-14T10:00:00Z", ""),
            ("2026-03-14T11:00:00Z", "2026-03-14T12:00:00Z", ""),
            ("2026-03-14T11:00:00Z", "2026-03-14T12:00:01Z", "moment"),
            ("2026-03-14T12:00:00Z", "2026-03-14T13:00:00Z", "moment"),
            ("2026-03-14T12:00:01Z", "2026-03-14T13:00:00Z", ""),
            ("2026-03-13T00:00:00Z", "2026-03-15T00:00:00Z", "moment range"),
        ],
    )
    def test_holds_what_is_about_a_window(
        self, admin: Member, patient: Patient, start: str, end: str, found: str
    ) -> None:
        write(admin.api, patient, **RUN | {"text": "range"})
        write(admin.api, patient, text="moment", start="2026-03-14T12:00:00Z")
        write(admin.api, patient, text="always")

        rows = admin.api.get(address(patient), {"start": start, "end": end}).json()["results"]

        assert " ".join(row["text"] for row in rows) == found

    def test_holds_nobody_elses(self, people: dict[str, Member], patient: Patient) -> None:
        write(people["admin"].api, patient, **RUN)
        (other,) = named("Bia Lima")

        assert people["admin"].api.get(address(other)).json()["results"] == []

    def test_is_the_staffs(self, people: dict[str, Member], patient: Patient) -> None:
        assert_problem(people["the patient"].api.get(address(patient)), 403, "forbidden")

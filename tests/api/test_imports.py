"""`imports/`: a file that is sent, checked, stored and cancelled. Who may is in tests/security/matrix.py."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.client import encode_multipart
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from glucose.errors import ImportRefused
from glucose.models import Import, ImportFile, ImportPiece, Reading
from glucose.services.import_files import PIECE_BYTES
from glucose.services.importing import run_import
from patients.models import Patient, PatientTimeZone
from tests.api.asserting import (
    V1,
    assert_field_refused,
    assert_not_found,
    assert_parameter_refused,
    assert_problem,
    pages,
)
from tests.conftest import Member
from tests.libreview_files import libreview, line, series
from work.errors import TaskCancelled
from work.models import Task
from work.services import give_up

ADDRESS = f"{V1}imports/"
FIRST = datetime(2026, 3, 13, 8, 0)  # noqa: DTZ001 -- as the device shows it
TIMES = [FIRST + timedelta(minutes=15 * number) for number in range(8)]


def sent(api: APIClient, patient: Patient | str, content: bytes, **fields: Any) -> Any:
    """The answer to a file."""
    stream = BytesIO(content)
    stream.name = "Zenobia_Quartzo_glucose.csv"
    given = {"file": stream, "patient": str(getattr(patient, "id", patient)), **fields}
    return api.post(ADDRESS, given, format="multipart")


def done(import_id: str) -> None:
    """What the worker does."""
    run_import(UUID(import_id), clock=timezone.now, between=lambda share: None)


def imported(api: APIClient, patient: Patient, content: bytes, **fields: Any) -> Any:
    """The import of a file when it is over."""
    response = sent(api, patient, content, **fields)
    assert response.status_code == 202, response.content
    done(response.json()["id"])
    return api.get(f"{ADDRESS}{response.json()['id']}/").json()


class TestAFile:
    def test_becomes_readings_of_the_patient_in_their_zone(self, clinician: Member, patient: Patient) -> None:
        answer = imported(clinician.api, patient, series(TIMES, 100, 110))

        assert (answer["state"], answer["format"], answer["progress"]) == ("done", "libreview", 1.0)
        assert (answer["lines"], answer["glucose"], answer["stored"], answer["duplicates"]) == (10, 8, 8, 0)
        assert (answer["start"], answer["end"]) == ("2026-03-13T11:00:00Z", "2026-03-13T12:45:00Z")
        rows = Reading.objects.order_by("time").values_list("mg_dl", "utc_offset_minutes", "cadence_minutes", "source")
        assert list(rows) == [(value, -180, 15, 30) for value in (100, 110) * 4]

    def test_is_waiting_with_its_task_until_a_worker_comes(self, clinician: Member, patient: Patient) -> None:
        response = sent(clinician.api, patient, series(TIMES, 100))

        assert response.status_code == 202
        assert response.json().keys() == {"id", "task"}
        task = Task.objects.get(id=response.json()["task"])
        assert (task.actor, task.queue, task.owner_id) == ("import_file", "bulk", clinician.user.id)
        assert task.arguments == {"import_id": response.json()["id"]}
        answer = clinician.api.get(f"{ADDRESS}{response.json()['id']}/").json()
        assert (answer["state"], answer["progress"], answer["task"]) == ("waiting", 0, response.json()["task"])

    def test_adds_nothing_a_second_time(self, clinician: Member, patient: Patient) -> None:
        imported(clinician.api, patient, series(TIMES, 100))

        answer = imported(clinician.api, patient, series(TIMES, 100))

        assert (answer["stored"], answer["duplicates"]) == (0, 8)
        assert Reading.objects.count() == 8

    def test_is_kept_as_ciphertext_and_deleted_when_it_is_stored(self, clinician: Member, patient: Patient) -> None:
        response = sent(clinician.api, patient, series(TIMES, 100))

        with connection.cursor() as cursor:
            cursor.execute("SELECT to_jsonb(p)::text FROM glucose_importpiece AS p UNION ALL"
                           " SELECT to_jsonb(i)::text FROM glucose_import AS i")  # fmt: skip
            stored = " ".join(text for (text,) in cursor.fetchall())
        assert "FreeStyle" not in stored
        assert "Quartzo" not in stored
        done(response.json()["id"])
        assert not ImportPiece.objects.exists()
        assert not ImportFile.objects.exists()

    def test_is_asked_for_the_zone_of_its_clock(self, clinician: Member, patient: Patient) -> None:
        answer = imported(clinician.api, patient, series(TIMES, 100), timezone="Asia/Kathmandu")

        assert (answer["timezone"], answer["start"]) == ("Asia/Kathmandu", "2026-03-13T02:15:00Z")

    def test_is_read_by_the_zones_that_the_patient_lived_in(self, clinician: Member, patient: Patient) -> None:
        moved = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)
        PatientTimeZone.objects.create(patient=patient, timezone="Europe/Lisbon", since=moved)

        answer = imported(clinician.api, patient, series([*TIMES[:2], FIRST + timedelta(hours=12)], 100))

        assert (answer["start"], answer["end"]) == ("2026-03-13T11:00:00Z", "2026-03-13T20:00:00Z")

    def test_whose_dates_leave_the_order_open_is_started_with_it(self, clinician: Member, patient: Patient) -> None:
        content = series([at.replace(year=2025, day=5) for at in TIMES], 100)
        response = sent(clinician.api, patient, content)
        with pytest.raises(ImportRefused):
            done(response.json()["id"])
        address = f"{ADDRESS}{response.json()['id']}/"
        found = clinician.api.get(address).json()
        assert (found["state"], found["error"]["code"]) == ("failed", "date_order_needed")
        assert "03-05-2025" in found["error"]["words"]
        assert "date_order day_first or month_first" in found["error"]["words"]
        assert (found["error"]["field"], found["error"]["choices"]) == ("date_order", ["day_first", "month_first"])

        begun = clinician.api.post(f"{address}start/", {"date_order": "day_first"}, format="json")

        assert begun.status_code == 202
        done(begun.json()["id"])
        answer = clinician.api.get(address).json()
        assert (answer["state"], answer["date_order"], answer["stored"]) == ("done", "day_first", 8)
        assert answer["error"] is None

    def test_whose_order_was_said_wrongly_says_what_to_say(self, clinician: Member, patient: Patient) -> None:
        times = [TIMES[0] - timedelta(days=1), *TIMES]
        response = sent(clinician.api, patient, series(times, 100), date_order="day_first")
        with pytest.raises(ImportRefused):
            done(response.json()["id"])

        error = clinician.api.get(f"{ADDRESS}{response.json()['id']}/").json()["error"]

        assert (error["code"], error["field"]) == ("date_order_wrong", "date_order")
        assert error["words"].endswith("say date_order month_first.")

    def test_is_told_both_orders_where_another_is_said(self, clinician: Member, patient: Patient) -> None:
        response = sent(clinician.api, patient, series(TIMES, 100), date_order="year_first")

        assert "neither day_first nor month_first" in response.json()["errors"][0]["detail"]

    def test_that_was_checked_is_stored_without_being_sent_again(self, clinician: Member, patient: Patient) -> None:
        checked = imported(clinician.api, patient, series(TIMES, 100), dry_run="true")
        assert (checked["state"], checked["stored"], checked["has_file"]) == ("checked", 8, True)
        assert not Reading.objects.exists()

        begun = clinician.api.post(f"{ADDRESS}{checked['id']}/start/")

        assert begun.json()["id"] == checked["id"]
        assert begun.json()["task"] != checked["task"]
        done(checked["id"])
        answer = clinician.api.get(f"{ADDRESS}{checked['id']}/").json()
        assert (answer["state"], answer["stored"], answer["has_file"]) == ("done", 8, False)

    def test_is_cancelled_before_a_worker_comes(self, clinician: Member, patient: Patient) -> None:
        address = f"{ADDRESS}{sent(clinician.api, patient, series(TIMES, 100)).json()['id']}/"

        answer = clinician.api.post(f"{address}cancel/").json()

        assert (answer["state"], answer["finished_at"]) == ("cancelled", "2026-03-15T12:00:00Z")
        with pytest.raises(TaskCancelled):
            done(answer["id"])
        assert clinician.api.get(address).json() == answer
        assert clinician.api.get(f"{V1}tasks/{answer['task']}/").json()["status"] == "cancelled"
        assert not Reading.objects.exists()
        assert_problem(clinician.api.post(f"{address}cancel/"), 409, "conflict")

    def test_whose_task_is_cancelled_and_retried_is_cancelled_and_waits_again(
        self, clinician: Member, patient: Patient
    ) -> None:
        begun = sent(clinician.api, patient, series(TIMES, 100)).json()
        states = []
        for act in ("cancel", "retry"):
            assert clinician.api.post(f"{V1}tasks/{begun['task']}/{act}/").status_code == 202
            states.append(clinician.api.get(f"{ADDRESS}{begun['id']}/").json()["state"])

        assert states == ["cancelled", "waiting"]

    def test_that_is_given_up_says_so(self, clinician: Member, patient: Patient) -> None:
        begun = sent(clinician.api, patient, series(TIMES, 100)).json()
        give_up(begun["task"])

        answer = clinician.api.get(f"{ADDRESS}{begun['id']}/").json()

        assert (answer["state"], answer["error"]["code"]) == ("failed", "given_up")
        assert "started again" in answer["error"]["words"]

    def test_that_is_stored_is_neither_started_nor_cancelled(self, clinician: Member, patient: Patient) -> None:
        address = f"{ADDRESS}{imported(clinician.api, patient, series(TIMES, 100))['id']}/"

        for act in ("start", "cancel"):
            assert_problem(clinician.api.post(f"{address}{act}/"), 409, "conflict")

    def test_that_waits_is_not_started_twice(self, clinician: Member, patient: Patient) -> None:
        address = f"{ADDRESS}{sent(clinician.api, patient, series(TIMES, 100)).json()['id']}/"

        assert_problem(clinician.api.post(f"{address}start/"), 409, "conflict")

    def test_whose_order_is_told_otherwise_half_way_is_refused(self, clinician: Member, patient: Patient) -> None:
        found = sent(clinician.api, patient, series(TIMES, 100)).json()["id"]
        Import.objects.filter(id=found).update(state="cancelled", position=4, date_order="month_first")

        response = clinician.api.post(f"{ADDRESS}{found}/start/", {"date_order": "day_first"}, format="json")

        assert_problem(response, 409, "conflict")

    def test_may_be_started_by_a_colleague(self, admin: Member, clinician: Member, patient: Patient) -> None:
        checked = imported(clinician.api, patient, series(TIMES, 100), dry_run="true")

        assert admin.api.post(f"{ADDRESS}{checked['id']}/start/").status_code == 202
        assert Task.objects.latest("id").owner_id == admin.user.id


class TestWhatIsRefused:
    LINES = (line(FIRST, "many"), line(FIRST + timedelta(minutes=15), 5), line(FIRST + timedelta(minutes=30), 100))

    def test_is_told_by_line_and_reason(self, clinician: Member, patient: Patient) -> None:
        answer = imported(clinician.api, patient, libreview(self.LINES))

        assert (answer["stored"], answer["glucose"]) == (1, 1)
        assert {one["code"]: one["count"] for one in answer["refused"]} == {"glucose": 1, "glucose_range": 1}
        assert [(one["line"], one["code"]) for one in answer["first_refused"]] == [(3, "glucose"), (4, "glucose_range")]
        assert "many" not in str(answer)

    def test_is_told_whole_as_csv(self, clinician: Member, patient: Patient) -> None:
        lines = [line(FIRST + timedelta(minutes=15 * number), "=1+1") for number in range(30)]
        answer = imported(clinician.api, patient, libreview([*lines, line(FIRST, 100)]))
        assert len(answer["first_refused"]) == 20

        response: Any = clinician.api.get(f"{ADDRESS}{answer['id']}/refused/")

        assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
        rows = b"".join(response.streaming_content).decode().splitlines()
        assert rows[0] == "line,code,words"
        assert [row.split(",")[:2] for row in rows[1:]] == [[str(number), "glucose"] for number in range(3, 33)]
        assert "=1" not in "".join(rows)

    def test_is_an_empty_list_where_nothing_was(self, clinician: Member, patient: Patient) -> None:
        answer = imported(clinician.api, patient, series(TIMES, 100))

        response: Any = clinician.api.get(f"{ADDRESS}{answer['id']}/refused/")

        assert b"".join(response.streaming_content) == b"line,code,words\r\n"


class TestAForm:
    def assert_nothing_is_kept(self) -> None:
        assert not Import.objects.exists()
        assert not ImportFile.objects.exists()
        assert not ImportPiece.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("patient", "nobody"),
            ("format", "excel"),
            ("timezone", "Mars/Olympus"),
            ("date_order", "year_first"),
            ("dry_run", "perhaps"),
            ("misspelt", "1"),
        ],
    )
    def test_with_a_wrong_field_is_refused_and_its_file_forgotten(
        self, clinician: Member, patient: Patient, field: str, value: str
    ) -> None:
        given = {"patient": str(patient.id), field: value}

        response = sent(clinician.api, given.pop("patient"), series(TIMES, 100), **given)

        assert_field_refused(response, f"/{field}")
        self.assert_nothing_is_kept()

    def test_without_a_file_is_refused(self, clinician: Member, patient: Patient) -> None:
        response = clinician.api.post(ADDRESS, {"patient": str(patient.id)}, format="multipart")

        assert_field_refused(response, "/file")

    def test_with_text_in_place_of_a_file_is_refused(self, clinician: Member, patient: Patient) -> None:
        response = clinician.api.post(ADDRESS, {"patient": str(patient.id), "file": "Glucose"}, format="multipart")

        assert_field_refused(response, "/file")

    def test_with_an_empty_file_is_refused(self, clinician: Member, patient: Patient) -> None:
        assert_field_refused(sent(clinician.api, patient, b""), "/file")
        self.assert_nothing_is_kept()

    def test_with_two_files_is_refused(self, clinician: Member, patient: Patient) -> None:
        files = [SimpleUploadedFile("a", b"1"), SimpleUploadedFile("b", b"2")]
        response = clinician.api.post(ADDRESS, {"patient": str(patient.id), "file": files}, format="multipart")

        assert_field_refused(response, "/file")
        self.assert_nothing_is_kept()

    def test_with_two_patients_is_refused(self, clinician: Member, patient: Patient) -> None:
        given = {"patient": [str(patient.id)] * 2, "file": SimpleUploadedFile("a", b"1")}

        assert_field_refused(clinician.api.post(ADDRESS, given, format="multipart"), "/patient")
        self.assert_nothing_is_kept()

    def test_of_another_clinics_patient_is_not_found_and_its_file_forgotten(
        self, clinician: Member, foreign_patient: Patient
    ) -> None:
        assert_not_found(sent(clinician.api, foreign_patient, series(TIMES, 100)))
        self.assert_nothing_is_kept()

    def test_that_breaks_off_is_refused(self, clinician: Member, patient: Patient) -> None:
        body = encode_multipart("x", {"patient": str(patient.id), "file": SimpleUploadedFile("a", series(TIMES, 100))})

        response = clinician.api.post(ADDRESS, body[:-200], content_type="multipart/form-data; boundary=x")

        assert_problem(response, 422, "malformed-body")
        self.assert_nothing_is_kept()

    def test_above_the_limit_is_refused_before_it_is_read(
        self, clinician: Member, patient: Patient, settings: Settings
    ) -> None:
        settings.IMPORT_MAX_BYTES = 5_000_000

        response = clinician.api.post(
            ADDRESS, b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="5000001"
        )

        assert assert_problem(response, 413, "body-too-large")["detail"] == "The body may have 5000000 bytes."

    def test_may_be_larger_than_any_other_body_and_is_kept_piece_by_piece(
        self, clinician: Member, patient: Patient, settings: Settings
    ) -> None:
        settings.MAX_BODY_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
        content = series([FIRST + timedelta(minutes=number) for number in range(9_000)], 100)

        assert sent(clinician.api, patient, content).status_code == 202
        assert ImportPiece.objects.count() == len(content) // PIECE_BYTES + 1

    def test_tells_no_name_of_the_file_to_the_log(
        self, clinician: Member, patient: Patient, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")

        answer = imported(clinician.api, patient, series(TIMES, 100))

        assert "Quartzo" not in caplog.text + str(answer)


class TestTheList:
    def test_goes_page_by_page_newest_first_and_by_patient(
        self, clinician: Member, patient: Patient, make_patient: Callable[..., Patient]
    ) -> None:
        other = make_patient(patient.clinic, clinician)
        make_patient(patient.clinic)
        ids = [sent(clinician.api, one, series(TIMES, 100)).json()["id"] for one in (patient, other, patient)]

        def told(query: dict[str, Any]) -> list[list[str]]:
            return [[one["id"] for one in page] for page in pages(clinician.api, ADDRESS, query)]

        assert told({"page_size": 2}) == [[ids[2], ids[1]], [ids[0]]]
        assert told({"patient": str(patient.id)}) == [[ids[2], ids[0]]]

    def test_of_a_patient_whom_one_does_not_see_is_not_found(self, clinician: Member, foreign_patient: Patient) -> None:
        assert_not_found(clinician.api.get(ADDRESS, {"patient": str(foreign_patient.id)}))
        assert_parameter_refused(clinician.api.get(ADDRESS, {"patient": "x"}), "patient")

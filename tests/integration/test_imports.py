"""Imports as the worker does them: killed anywhere, cancelled, checked, and beside what a sync brought."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from pytest_django import Settings

from accounts import identity
from glucose.errors import ImportRefused
from glucose.models import (
    Gap,
    GapLedger,
    Import,
    ImportFile,
    ImportPiece,
    ImportRefusals,
    Reading,
    Sensor,
    SourceAccount,
    Treatment,
    VendorPatient,
)
from glucose.services.import_counts import COUNTS
from glucose.services.import_files import PIECE_BYTES, FileWriter, delete_file, forget_orphans, opened
from glucose.services.importing import run_import
from glucose.services.imports import cancel_import, end_left, forget_old, request_import, start_import
from glucose.services.sync import sync_account
from patients.models import Patient
from simulator.process import SimulatorProcess
from tests.conftest import Member, put
from tests.libreview_files import SERIAL, libreview, line, series
from work.errors import TaskCancelled, TaskNotOurs
from work.models import Task

NOW: Final = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
FIRST: Final = datetime(2026, 3, 13, 8, 0)  # noqa: DTZ001 -- as the device shows it
STEP: Final = timedelta(minutes=15)
ROOT: Final = Path(__file__).resolve().parents[2]
# A file of all that there is: measured, scanned, refused, taken, and the same again.
LINES: Final = [
    *(line(FIRST + STEP * number, 100 + number) for number in range(8)),
    line(FIRST + timedelta(minutes=4), 104, kind=1),
    line(FIRST + timedelta(minutes=200), 180, kind=1),
    line(FIRST + timedelta(days=400), 100),
    line(FIRST, "12x"),
    *(line(FIRST + STEP * number, 100) for number in range(6, 10)),
    f"FreeStyle LibreLink,{SERIAL},03-13-2026 09:10 AM,4,,,,6,,,,,,,,,,,\n",
    f"FreeStyle LibreLink,{SERIAL},03-13-2026 09:10 AM,5,,,,,,45,,,,,,,,,\n",
]
CONTENT: Final = libreview(LINES)
EXPECTED: Final = {"lines": 20, "glucose": 15, "stored": 11, "duplicates": 3, "treatments": 2, "stored_treatments": 2}
REFUSED: Final = {"future_time": 1, "glucose": 1}


def kept(member: Member, content: bytes) -> UUID:
    """A file that was sent."""
    writer = FileWriter(member.user.id, NOW)
    writer.write(content)
    return writer.finish()


def asked(member: Member, patient: Patient, content: bytes, *, dry_run: bool = False, **said: str) -> Import:
    file_id = kept(member, content)
    with identity.acting(member.user.id):
        return request_import(
            member.caller,
            patient.id,
            file_id=file_id,
            size=len(content),
            dry_run=dry_run,
            asked={"format": "", "timezone": "", "date_order": "", **said},
            now=NOW,
        )


def small(found: Import, size: int = 4) -> Import:
    """The same with batches of a few records."""
    Import.objects.filter(id=found.id).update(batch_size=size)
    return found


def run(found: Import, between: Callable[[float], None] = lambda share: None) -> Import:
    run_import(found.id, clock=lambda: NOW, between=between)
    found.refresh_from_db()
    return found


def cancelled(member: Member, found: Import) -> None:
    cancel_import(member.caller, found.id, now=NOW)


def counts(found: Import) -> dict[str, Any]:
    found.refresh_from_db()
    lines = [one for row in ImportRefusals.objects.filter(of=found).order_by("position") for one in row.lines]
    return {name: getattr(found, name) for name in COUNTS} | {"state": found.state, "lines refused": lines}


def stored(patient: Patient) -> list[tuple[Any, ...]]:
    rows = Reading.objects.filter(patient_id=patient.id).order_by("time")
    return list(rows.values_list("time", "mg_dl", "cadence_minutes", "source"))


class Killed(BaseException):
    """As SIGKILL: nobody cleans up behind it but the database."""


def killed(share: float) -> None:
    """Between two batches."""
    raise Killed


@contextmanager
def killed_at(statement: int) -> Iterator[list[int]]:
    """Die before the so-manieth statement; how many there were is in the list."""
    seen = [0]

    def count(execute: Any, *arguments: Any) -> Any:
        seen[0] += 1
        if seen[0] == statement:
            raise Killed
        return execute(*arguments)

    with connection.execute_wrapper(count):
        yield seen


class TestAnImport:
    def test_counts_what_it_stores_and_what_it_does_not(self, clinician: Member, patient: Patient) -> None:
        found = run(small(asked(clinician, patient, CONTENT)))

        assert {name: getattr(found, name) for name in EXPECTED} == EXPECTED
        assert (found.state, found.refused, found.progress) == ("done", REFUSED, 1.0)
        assert Treatment.objects.count() == 2
        assert len(stored(patient)) == 11

    def test_has_the_same_counts_whatever_the_size_of_its_batches(
        self, clinician: Member, make_patient: Callable[..., Patient], patient: Patient
    ) -> None:
        other = make_patient(patient.clinic, clinician)

        one = counts(run(asked(clinician, patient, CONTENT)))
        many = counts(run(small(asked(clinician, other, CONTENT), 3)))

        assert {name: many[name] for name in EXPECTED} == {name: one[name] for name in EXPECTED}
        assert many["lines refused"] == one["lines refused"]

    def test_that_is_killed_before_any_statement_goes_on_with_the_same_counts(
        self, clinician: Member, patient: Patient, make_patient: Callable[..., Patient]
    ) -> None:
        whole = small(asked(clinician, make_patient(patient.clinic, clinician), CONTENT), 6)
        with killed_at(0) as seen:
            run(whole)
        expected, rows = counts(whole), stored(whole.patient)
        assert seen[0] > 60

        for statement in range(1, seen[0]):
            of = make_patient(patient.clinic, clinician)
            found = small(asked(clinician, of, CONTENT), 6)
            with pytest.raises(Killed), killed_at(statement):
                run(found)
            found.refresh_from_db()
            assert found.state in ("waiting", "running", "done")

            run(found)

            assert (counts(found), stored(of)) == (expected, rows), f"killed before statement {statement}"
            assert found.file_id is None
        assert not ImportFile.objects.exists()

    def test_that_was_cancelled_stores_nothing_more_and_says_what_it_stored(
        self, clinician: Member, patient: Patient
    ) -> None:
        found = small(asked(clinician, patient, CONTENT))
        with pytest.raises(TaskCancelled):
            run(found, lambda share: cancelled(clinician, found))
        found.refresh_from_db()

        assert (found.state, found.stored, found.position) == ("cancelled", 4, 4)
        assert len(stored(patient)) == 4
        assert found.file_id is not None

    def test_that_was_cancelled_goes_on_when_it_is_started(self, clinician: Member, patient: Patient) -> None:
        found = small(asked(clinician, patient, CONTENT))
        with pytest.raises(TaskCancelled):
            run(found, lambda share: cancelled(clinician, found))
        found.refresh_from_db()

        start_import(clinician.caller, found.id, date_order="")
        run(found)

        assert {name: getattr(found, name) for name in EXPECTED} == EXPECTED
        assert found.state == "done"

    def test_whose_task_was_cancelled_is_cancelled(self, clinician: Member, patient: Patient) -> None:
        found = small(asked(clinician, patient, CONTENT))

        def cancel(share: float) -> None:
            raise TaskCancelled

        with pytest.raises(TaskCancelled):
            run(found, cancel)

        found.refresh_from_db()
        assert (found.state, found.stored) == ("cancelled", 4)

    @pytest.mark.parametrize(
        ("task", "state", "code"), [("cancelled", "cancelled", ""), ("failed", "failed", "given_up")]
    )
    @pytest.mark.parametrize("batches", [0, 1])
    def test_whose_task_ended_without_it_says_so_and_goes_on_when_it_is_started(
        self, clinician: Member, patient: Patient, task: str, state: str, code: str, batches: int
    ) -> None:
        found = small(asked(clinician, patient, CONTENT))
        if batches:
            with pytest.raises(Killed):
                run(found, killed)

        Task.objects.filter(id=str(found.task_id)).update(status=task, finished_at=NOW)

        found.refresh_from_db()
        assert (found.state, found.error_code, found.stored) == (state, code, 4 * batches)
        assert found.finished_at == NOW
        start_import(clinician.caller, found.id, date_order="")
        run(found)
        assert {name: getattr(found, name) for name in EXPECTED} == EXPECTED

    def test_whose_task_is_gone_says_so_and_goes_on_when_it_is_started(
        self, clinician: Member, patient: Patient
    ) -> None:
        found = asked(clinician, patient, CONTENT)
        Import.objects.update(task=None)

        assert end_left(NOW) == 1

        found.refresh_from_db()
        assert (found.state, found.error_code, found.finished_at) == ("failed", "given_up", NOW)
        assert "started again" in found.error
        start_import(clinician.caller, found.id, date_order="")
        assert run(found).state == "done"

    @pytest.mark.parametrize("task", ["pending", "processing", "done"])
    def test_whose_task_goes_on_is_left_to_it(self, clinician: Member, patient: Patient, task: str) -> None:
        found = small(asked(clinician, patient, CONTENT))
        Task.objects.filter(id=str(found.task_id)).update(status=task)

        assert end_left(NOW) == 0

    def test_that_failed_for_good_keeps_its_own_words(self, clinician: Member, patient: Patient) -> None:
        found = asked(clinician, patient, b"%PDF-1.7")
        with pytest.raises(ImportRefused):
            run(found)
        Task.objects.filter(id=str(found.task_id)).update(status="failed")

        assert end_left(NOW) == 0

    def test_that_fails_says_so_and_is_tried_again(self, clinician: Member, patient: Patient) -> None:
        found = small(asked(clinician, patient, CONTENT))

        def fail(share: float) -> None:
            raise OSError("Zenobia Quartzo")

        with pytest.raises(OSError, match="Zenobia"):
            run(found, fail)
        found.refresh_from_db()
        assert (found.state, found.error_code, found.stored) == ("failed", "interrupted", 4)
        assert "Zenobia" not in found.error

        run(found)

        assert {name: getattr(found, name) for name in EXPECTED} == EXPECTED
        assert (found.state, found.error_code) == ("done", "")

    def test_of_what_is_no_file_of_the_kind_fails_in_words(self, clinician: Member, patient: Patient) -> None:
        found = asked(clinician, patient, b"%PDF-1.7 of Zenobia Quartzo")

        with pytest.raises(ImportRefused) as refused:
            run(found)

        found.refresh_from_db()
        assert (found.state, found.stored) == ("failed", 0)
        assert found.error == str(refused.value)
        assert "Zenobia" not in found.error

    def test_that_another_worker_took_over_stops(self, clinician: Member, patient: Patient) -> None:
        found = small(asked(clinician, patient, CONTENT))
        others: list[Import] = []

        def overtake(share: float) -> None:
            if not others:
                others.append(run(Import.objects.get(id=found.id)))

        with pytest.raises(TaskCancelled):
            run(found, overtake)
        found.refresh_from_db()

        assert {name: getattr(found, name) for name in EXPECTED} == EXPECTED
        assert len(stored(patient)) == 11

    def test_whose_task_another_worker_has_is_left_as_it_is(self, clinician: Member, patient: Patient) -> None:
        found = small(asked(clinician, patient, CONTENT))

        def taken(share: float) -> None:
            raise TaskNotOurs

        with pytest.raises(TaskNotOurs):
            run(found, taken)

        found.refresh_from_db()
        assert (found.state, found.stored) == ("running", 4)

    def test_of_a_patient_who_was_deleted_stores_nothing(self, clinician: Member, patient: Patient) -> None:
        found = asked(clinician, patient, CONTENT)
        Patient.objects.update(deleted_at=NOW)

        with pytest.raises(ImportRefused):
            run(found)

        found.refresh_from_db()
        assert (found.state, found.error_code, found.stored) == ("failed", "patient_gone", 0)


class TestBesideLiveReadings:
    @pytest.mark.parametrize("cadence", [1, 5])
    def test_a_history_of_every_quarter_of_an_hour_adds_nothing(
        self, clinician: Member, patient: Patient, cadence: int
    ) -> None:
        live = range(60, 60 + 120 // cadence)
        put(patient, *live, start=datetime(2026, 3, 13, 11, 0, 40, tzinfo=UTC), cadence=cadence, now=NOW)
        before = stored(patient)

        found = run(asked(clinician, patient, series([FIRST + STEP * number for number in range(8)], 100)))

        assert (found.stored, found.duplicates) == (0, 8)
        assert stored(patient) == before

    def test_a_history_fills_what_they_lack(self, clinician: Member, patient: Patient) -> None:
        put(patient, 90, 91, 92, start=datetime(2026, 3, 13, 11, 0, tzinfo=UTC), cadence=5, now=NOW)

        found = run(asked(clinician, patient, series([FIRST + STEP * number for number in range(4)], 100)))

        # From the last live reading on: a quarter of an hour that begins five minutes after it is not told yet.
        assert (found.stored, found.duplicates) == (2, 2)
        assert [row[2] for row in stored(patient)] == [5, 5, 5, 15, 15]


class TestADryRun:
    def test_says_what_the_import_then_does(self, clinician: Member, patient: Patient) -> None:
        put(patient, 90, 91, start=datetime(2026, 3, 13, 11, 1, tzinfo=UTC), cadence=15, now=NOW)
        found = run(small(asked(clinician, patient, CONTENT, dry_run=True)))
        said = counts(found)

        assert said["state"] == "checked"
        assert len(stored(patient)) == 2
        assert not Treatment.objects.exists()

        start_import(clinician.caller, found.id, date_order="")
        run(found)

        assert counts(found) == said | {"state": "done"}
        assert len(stored(patient)) == 2 + said["stored"]

    def test_warns_of_another_device_at_the_same_time(self, clinician: Member, patient: Patient) -> None:
        Sensor.objects.create(patient=patient, serial="MH00B2", activated_at=NOW - timedelta(days=5))

        found = run(asked(clinician, patient, CONTENT, dry_run=True))

        (warning,) = found.warnings
        assert warning["code"] == "other_device"
        assert SERIAL in warning["words"]
        assert "MH00B2" in warning["words"]

    def test_warns_where_an_earlier_file_was_of_another_device(self, clinician: Member, patient: Patient) -> None:
        run(asked(clinician, patient, series([FIRST, FIRST + STEP], 100, serial="OTHER")))

        found = run(asked(clinician, patient, CONTENT, dry_run=True))

        assert [one["code"] for one in found.warnings] == ["other_device"]

    @pytest.mark.parametrize("serial", [SERIAL, ""])
    def test_does_not_warn_of_the_same_device_or_of_none(
        self, clinician: Member, patient: Patient, serial: str
    ) -> None:
        run(asked(clinician, patient, CONTENT))

        found = run(asked(clinician, patient, series([FIRST, FIRST + STEP], 100, serial=serial), dry_run=True))

        assert found.warnings == []

    def test_warns_of_other_values_at_the_same_minutes(self, clinician: Member, patient: Patient) -> None:
        times = [FIRST + STEP * number for number in range(20)]
        run(asked(clinician, patient, series(times, 100, 150, serial="")))

        (warning,) = run(asked(clinician, patient, series(times, 150, 150, serial=""), dry_run=True)).warnings

        assert warning["code"] == "other_values"
        assert "Of the 20 readings" in warning["words"]
        assert "50% differ" in warning["words"]

    @pytest.mark.parametrize(
        ("values", "many"),
        [
            ((100, 150), 20),
            ((120, 180), 20),
            ((200, 150, 100, 150, 100, 150, 100, 150, 100, 150), 20),
            ((200, 200), 11),
        ],
    )
    def test_does_not_warn_of_values_that_agree_or_are_few(
        self, clinician: Member, patient: Patient, values: tuple[int, ...], many: int
    ) -> None:
        times = [FIRST + STEP * number for number in range(20)]
        run(asked(clinician, patient, series(times, 100, 150, serial="")))

        found = run(asked(clinician, patient, series(times[:many], *values, serial=""), dry_run=True))

        assert found.warnings == []

    def test_does_not_warn_of_what_was_worn_at_another_time(self, clinician: Member, patient: Patient) -> None:
        Sensor.objects.create(patient=patient, serial="A", ended_at=NOW - timedelta(days=5))

        assert run(asked(clinician, patient, CONTENT, dry_run=True)).warnings == []


class TestAKeptFile:
    def test_is_the_bytes_that_were_sent_however_they_came(self, clinician: Member) -> None:
        content = bytes(range(256)) * (PIECE_BYTES // 100) + b"end"
        writer = FileWriter(clinician.user.id, NOW)
        for start in range(0, len(content), 10_007):
            writer.write(content[start : start + 10_007])
        file_id = writer.finish()

        stream = opened(file_id, len(content))
        assert stream.read() == content
        stream.seek(PIECE_BYTES - 3)
        assert stream.read(6) == content[PIECE_BYTES - 3 : PIECE_BYTES + 3]
        assert ImportPiece.objects.count() == 3
        delete_file(file_id)
        assert not ImportPiece.objects.exists()

    def test_goes_when_nobody_made_an_import_of_it(self, clinician: Member, patient: Patient) -> None:
        kept(clinician, CONTENT)
        waiting = asked(clinician, patient, CONTENT)

        assert forget_orphans(NOW + timedelta(minutes=59)) == 0
        assert forget_orphans(NOW + timedelta(minutes=61)) == 1
        assert [one.id for one in ImportFile.objects.all()] == [waiting.file_id]

    def test_goes_with_its_refused_lines_when_nobody_stored_it_for_long(
        self, clinician: Member, patient: Patient
    ) -> None:
        found = run(asked(clinician, patient, CONTENT, dry_run=True))

        assert forget_old(NOW - timedelta(seconds=1)) == 0
        assert forget_old(NOW + timedelta(seconds=1)) == 1

        found.refresh_from_db()
        assert (found.file_id, found.state, found.refused) == (None, "checked", REFUSED)
        assert not ImportFile.objects.exists()
        assert not ImportRefusals.objects.exists()


class TestBesideASync:
    @pytest.fixture
    def synced(
        self, clinician: Member, patient: Patient, admin: Member, settings: Settings
    ) -> Iterator[tuple[Patient, list[tuple[datetime, int]]]]:
        """The patient of a simulator after a visit, and their truth of its last day."""
        with SimulatorProcess("--now", NOW.isoformat(), "--speed", "0") as vendor:
            settings.LIBRELINKUP_GLOBAL_URL = vendor.url
            settings.LIBRELINKUP_REGION_URL = vendor.url + "/{region}"
            email = f"{uuid4().hex}@example.org"
            vendor.create_account(email=email, password="pw")
            person = vendor.create_patient(
                account=email,
                timezone=patient.timezone,
                trace={"kind": "generator", "profile": "meeting_targets", "seed": 7},
            )
            account = SourceAccount.objects.create(clinic_id=admin.caller.clinic_id, email=email, password="pw")
            VendorPatient.objects.create(account=account, vendor_id=person["id"], patient=patient, state="linked")
            sync_account(account_id=account.id, holder="test", clock=lambda: NOW)
            # What is younger than the graph's lag has not come yet.
            first, last = NOW - timedelta(hours=30), NOW - timedelta(minutes=25)
            told = vendor.truth(person["id"], first.isoformat(), last.isoformat())
            yield patient, [(datetime.fromtimestamp(at / 1000, UTC), value) for at, value in sorted(told.items())]

    def file_of(self, patient: Patient, truth: list[tuple[datetime, int]]) -> bytes:
        """What LibreView writes of it: to the minute, where the patient lives."""
        zone = ZoneInfo(patient.timezone)
        return libreview(line(at.astimezone(zone).replace(tzinfo=None, second=0), round(value)) for at, value in truth)

    def test_a_file_of_what_was_synced_adds_nothing(
        self, clinician: Member, synced: tuple[Patient, list[tuple[datetime, int]]]
    ) -> None:
        patient, truth = synced
        before = stored(patient)
        assert len(before) > 100
        known = [row for row in truth if before[0][0] <= row[0] <= before[-1][0]]

        found = run(asked(clinician, patient, self.file_of(patient, known)))

        assert (found.stored, found.duplicates) == (0, len(known))
        assert stored(patient) == before

    def test_a_file_of_what_is_missing_closes_the_gap(
        self, clinician: Member, synced: tuple[Patient, list[tuple[datetime, int]]]
    ) -> None:
        patient, truth = synced
        whole = stored(patient)
        start, end = NOW - timedelta(hours=6), NOW - timedelta(hours=4)
        Reading.objects.filter(patient_id=patient.id, time__gte=start, time__lt=end).delete()
        ledger = GapLedger.objects.get(patient=patient)
        Gap.objects.create(
            patient=patient, start=start, end=end, state="lost", cause="phone", noticed_at=NOW, closed_at=NOW
        )

        found = run(asked(clinician, patient, self.file_of(patient, truth)))

        assert found.stored >= 24
        within = [row for row in stored(patient) if row[0] >= ledger.since]
        assert len(within) == len(whole)
        gaps = Gap.objects.filter(patient=patient, start__lt=end, end__gt=start)
        assert {gap.state for gap in gaps} == {"filled"}

    def test_a_sync_of_what_a_file_brought_adds_nothing(
        self, clinician: Member, synced: tuple[Patient, list[tuple[datetime, int]]]
    ) -> None:
        patient, truth = synced
        Reading.objects.filter(patient_id=patient.id).delete()
        run(asked(clinician, patient, self.file_of(patient, truth)))
        before = stored(patient)

        sync_account(account_id=SourceAccount.objects.get().id, holder="test", clock=lambda: NOW + timedelta(minutes=6))

        assert [row for row in stored(patient) if row[0] <= before[-1][0]] == before


CHILD: Final = """
import django, sys
django.setup()
from datetime import datetime
from uuid import UUID
from glucose.services.importing import run_import

def between(share):
    # What is passed over changes nothing.
    if share != float(sys.argv[3]):
        print(share, flush=True)
        sys.stdin.readline()

run_import(UUID(sys.argv[1]), clock=lambda: datetime.fromisoformat(sys.argv[2]), between=between)
print("done", flush=True)
"""


class TestAProcess:
    def test_that_is_killed_after_each_batch_leaves_an_import_that_goes_on(
        self, clean_readings: None, transactional_db: None, clinician: Member, patient: Patient
    ) -> None:
        found = small(asked(clinician, patient, CONTENT))
        kills = 0
        for _ in range(10):
            command = [sys.executable, "-c", CHILD, str(found.id), NOW.isoformat(), str(found.progress)]
            environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "project.settings"}
            with subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as child:
                assert child.stdout is not None
                if child.stdout.readline().strip() == "done":
                    break
                child.send_signal(signal.SIGKILL)
                kills += 1
            found.refresh_from_db()
            assert (found.state, found.position) == ("running", min(4 * kills, 18))
        assert kills == 5
        found.refresh_from_db()
        assert {name: getattr(found, name) for name in EXPECTED} == EXPECTED
        assert (found.state, found.refused) == ("done", REFUSED)
        assert not ImportFile.objects.exists()

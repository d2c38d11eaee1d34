"""Imports and their tasks end alike: cancelled by either, given up, and done again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from accounts import identity
from glucose.errors import ImportRefused
from glucose.models import Import, Reading
from glucose.services.imports import cancel_import, start_import
from glucose.tasks import import_file
from patients.models import Patient
from tests.conftest import Member
from tests.integration.test_imports import CONTENT, EXPECTED, NOW, asked, small
from work.errors import TaskNotOurs
from work.lost_tasks import send_lost_tasks
from work.models import Task
from work.services import cancel_task, give_up, retry_task

Cancel = Callable[[Member, Import], None]


def by_import(member: Member, found: Import) -> None:
    with identity.acting(member.user.id):
        cancel_import(member.caller, found.id, now=NOW)


def by_task(member: Member, found: Import) -> None:
    with identity.acting(member.user.id):
        cancel_task(member.user.id, task_of(found).id, now=NOW)


EITHER = pytest.mark.parametrize("cancel", [by_import, by_task])


def task_of(found: Import) -> Task:
    task = Import.objects.get(id=found.id).task
    assert task is not None
    return task


def both(found: Import) -> tuple[str, str]:
    return Import.objects.get(id=found.id).state, task_of(found).status


def work_on(found: Import) -> None:
    """What the worker does with the message of the import's task."""
    import_file.fn(str(found.id), str(task_of(found).id))


def acting_at_the_first_batch(act: Callable[[], None]) -> Callable[..., object]:
    """Do something when a worker has counted its first batch, and before it goes on."""
    seen: list[bool] = []

    def watch(execute: Callable[..., object], statement: object, *arguments: object) -> object:
        answer = execute(statement, *arguments)
        if not seen and str(statement).startswith('UPDATE "glucose_import" SET "position"'):
            seen.append(True)
            act()
        return answer

    return watch


@EITHER
def test_what_waits_is_cancelled_with_its_task_at_once(clinician: Member, patient: Patient, cancel: Cancel) -> None:
    found = asked(clinician, patient, CONTENT)

    cancel(clinician, found)

    assert both(found) == ("cancelled", "cancelled")
    assert Import.objects.get(id=found.id).finished_at == NOW
    with pytest.raises(TaskNotOurs):
        work_on(found)
    assert not Reading.objects.exists()


@EITHER
def test_what_is_worked_on_stops_and_both_end_as_cancelled(clinician: Member, patient: Patient, cancel: Cancel) -> None:
    found = small(asked(clinician, patient, CONTENT))

    with connection.execute_wrapper(acting_at_the_first_batch(lambda: cancel(clinician, found))):
        work_on(found)

    assert both(found) == ("cancelled", "cancelled")
    assert Import.objects.get(id=found.id).stored == Reading.objects.count() == 4


@EITHER
def test_what_a_dead_worker_had_is_cancelled_when_it_is_missed(
    clinician: Member, patient: Patient, cancel: Cancel
) -> None:
    found = asked(clinician, patient, CONTENT)
    Task.objects.update(status="processing", overdue_at=Now() - timedelta(seconds=1))
    Import.objects.update(state="running")

    cancel(clinician, found)
    send_lost_tasks(NOW)

    assert both(found) == ("cancelled", "cancelled")


@EITHER
def test_what_was_cancelled_goes_on_when_its_task_is_retried(
    clinician: Member, patient: Patient, cancel: Cancel
) -> None:
    found = small(asked(clinician, patient, CONTENT))
    with connection.execute_wrapper(acting_at_the_first_batch(lambda: cancel(clinician, found))):
        work_on(found)

    with identity.acting(clinician.user.id):
        retry_task(clinician.user.id, task_of(found).id)
    assert both(found) == ("waiting", "pending")
    work_on(found)

    assert both(found) == ("done", "done")
    found.refresh_from_db()
    assert {name: getattr(found, name) for name in EXPECTED} == EXPECTED


def test_what_its_workers_gave_up_says_so_and_goes_on_when_its_task_is_retried(
    clinician: Member, patient: Patient
) -> None:
    found = asked(clinician, patient, CONTENT)
    Import.objects.update(state="failed", error_code="interrupted")

    give_up(str(task_of(found).id))
    assert both(found) == ("failed", "failed")
    assert Import.objects.get(id=found.id).error_code == "given_up"
    with identity.acting(clinician.user.id):
        retry_task(clinician.user.id, task_of(found).id)
    work_on(found)

    assert both(found) == ("done", "done")


def test_what_cannot_be_read_stays_failed_by_its_own_reason(clinician: Member, patient: Patient) -> None:
    found = asked(clinician, patient, b"%PDF-1.7")
    Import.objects.update(state="failed", error_code="pdf")

    give_up(str(task_of(found).id))

    assert both(found) == ("failed", "failed")
    assert Import.objects.get(id=found.id).error_code == "pdf"


def test_is_cancelled_by_a_colleague_with_the_task_of_who_began_it(
    clinician: Member, admin: Member, patient: Patient
) -> None:
    found = asked(clinician, patient, CONTENT)

    by_import(admin, found)

    assert both(found) == ("cancelled", "cancelled")


def test_is_cancelled_where_its_task_is_gone(clinician: Member, patient: Patient) -> None:
    found = asked(clinician, patient, CONTENT)
    Import.objects.update(task=None)

    by_import(clinician, found)

    assert Import.objects.get(id=found.id).state == "cancelled"


def test_a_task_of_before_it_was_started_anew_leaves_it_alone(clinician: Member, patient: Patient) -> None:
    found = asked(clinician, patient, CONTENT)
    first = task_of(found)
    by_import(clinician, found)
    with identity.acting(clinician.user.id):
        start_import(clinician.caller, found.id, date_order="")
        retry_task(clinician.user.id, first.id)
    assert both(found) == ("waiting", "pending")

    import_file.fn(str(found.id), str(first.id))

    assert Task.objects.get(id=first.id).status == "cancelled"
    assert both(found) == ("waiting", "pending")
    work_on(found)
    assert both(found) == ("done", "done")


def test_without_its_file_what_was_cancelled_stays_cancelled(clinician: Member, patient: Patient) -> None:
    found = asked(clinician, patient, CONTENT)
    by_task(clinician, found)
    Import.objects.update(file=None)

    with identity.acting(clinician.user.id):
        retry_task(clinician.user.id, task_of(found).id)
    work_on(found)

    assert both(found) == ("cancelled", "cancelled")


def test_without_its_file_what_failed_fails_again_in_words(clinician: Member, patient: Patient) -> None:
    found = asked(clinician, patient, CONTENT)
    give_up(str(task_of(found).id))
    Import.objects.update(file=None)

    with identity.acting(clinician.user.id):
        retry_task(clinician.user.id, task_of(found).id)
    with pytest.raises(ImportRefused, match="send it again"):
        work_on(found)
    give_up(str(task_of(found).id))

    assert both(found) == ("failed", "failed")

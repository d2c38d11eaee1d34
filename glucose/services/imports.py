"""Importing a file: asked for, begun after a dry run, and cancelled, by whoever may write the patient's readings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

import sql
from accounts.callers import Caller
from accounts.roles import Act
from glucose.errors import ImportCannotBegin, ImportIsOver
from glucose.models import GIVEN_UP, GIVEN_UP_WORDS, INTERRUPTED, Import, ImportRefusals
from glucose.selectors.imports import visible_import
from glucose.services.import_files import delete_file
from patients.models import Patient
from patients.selectors import time_zones, visible_patient
from work.models import Task
from work.queues import BULK
from work.services import start_task

State = Import.State
# A batch is a transaction, and as many readings as the ingest stores at once.
BATCH = 10_000


def request_import(
    caller: Caller,
    patient_id: UUID,
    *,
    file_id: UUID,
    size: int,
    dry_run: bool,
    asked: dict[str, str],
    now: datetime,
) -> Import:
    """Import a kept file in the background. ``asked`` is format, date_order and timezone, "" where nothing was said."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.IMPORT_FILES)
    with transaction.atomic():
        made = Import.objects.create(
            patient=patient,
            requested_by_id=caller.user_id,
            created_at=now,
            file_id=file_id,
            size=size,
            dry_run=dry_run,
            zones=_zones(patient, asked["timezone"]),
            batch_size=BATCH,
            **asked,
        )
        return _sent(caller, made)


def start_import(caller: Caller, import_id: UUID, *, date_order: str) -> Import:
    """Store what a dry run found well, or go on where an import was cancelled or failed; ImportCannotBegin otherwise.

    ``date_order`` is for a file whose dates leave it open; "" leaves it as it was.
    """
    visible_import(caller, import_id)
    with transaction.atomic():
        found = _locked(import_id)
        if found is None or found.file_id is None or not found.is_over:
            raise ImportCannotBegin
        if date_order and date_order != found.date_order and found.position:
            raise ImportCannotBegin
        found.date_order = date_order or found.date_order
        found.dry_run, found.state = False, State.WAITING
        found.save(update_fields=["date_order", "dry_run", "state"])
        return _sent(caller, found)


def cancel_import(caller: Caller, import_id: UUID, *, now: datetime) -> Import:
    """Let no further batch be stored, and its task end; what is stored stays. ImportIsOver where it is over."""
    visible_import(caller, import_id)
    (cancelled,) = sql.row("cancel_import", {"import": import_id, "now": now})
    if not cancelled:
        raise ImportIsOver
    return visible_import(caller, import_id)


def end_left(now: datetime) -> int:
    """End the imports that no task goes on with, as it was cancelled before its turn or given up; how many."""
    open_ones = Q(state__in=(State.WAITING, State.RUNNING)) | Q(state=State.FAILED, error_code=INTERRUPTED)
    with transaction.atomic():
        left = Import.objects.select_for_update(of=("self",)).filter(open_ones)
        cancelled = list(left.filter(task__status=Task.Status.CANCELLED).values_list("id", flat=True))
        given_up = list(left.filter(Q(task=None) | Q(task__status=Task.Status.FAILED)).values_list("id", flat=True))
        ended = {"error_code": "", "error": "", "finished_at": now}
        Import.objects.filter(id__in=cancelled).update(**ended | {"state": State.CANCELLED})
        told = {"state": State.FAILED, "error_code": GIVEN_UP, "error": GIVEN_UP_WORDS}
        Import.objects.filter(id__in=given_up).update(**ended | told)
    return len(cancelled) + len(given_up)


def forget_old(before: datetime) -> int:
    """Delete the files, and the lists of refused lines, of imports that ended before; how many files."""
    ended = Import.objects.exclude(state__in=(State.WAITING, State.RUNNING)).filter(finished_at__lt=before)
    ImportRefusals.objects.filter(of__in=ended).delete()
    kept = list(ended.exclude(file=None).values_list("id", "file_id"))
    for import_id, file_id in kept:
        with transaction.atomic():
            Import.objects.filter(id=import_id).update(file=None)
            delete_file(file_id)
    return len(kept)


def _locked(import_id: UUID) -> Import | None:
    """The import, whom nobody changes meanwhile; None where it is done, and nothing of it can be changed."""
    return Import.objects.select_for_update().exclude(state=State.DONE).filter(id=import_id).first()


def _sent(caller: Caller, found: Import) -> Import:
    found.task = _task(caller, found)
    found.save(update_fields=["task"])
    return found


def _task(caller: Caller, found: Import) -> Task:
    return start_task(
        kind="import_file",
        actor="import_file",
        queue=BULK,
        owner_id=caller.user_id,
        arguments={"import_id": str(found.id)},
    )


def _zones(patient: Patient, timezone: str) -> list[list[Any]]:
    if timezone:
        return [[None, timezone]]
    lived = [[row.since and row.since.isoformat(), row.timezone] for row in time_zones(patient.id)]
    return lived or [[None, patient.timezone]]

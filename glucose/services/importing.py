"""The import of a file as the worker does it: batch by batch, each with its counts in one transaction.

Killed between any two steps it goes on where the last batch ended, with the same counts: the file is read again from
its beginning, and what is done is passed over.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO, Final, cast
from uuid import UUID

from django.db import transaction

import sql
from glucose.agreement import Agreement
from glucose.errors import ImportRefused, ImportStopped
from glucose.files import read_file, survey
from glucose.files.port import DateOrderNeeded, FileNotRead, FileRecord
from glucose.import_batches import Batch, Planner
from glucose.models import INTERRUPTED, Import
from glucose.services.import_batch import check_batch, store_batch
from glucose.services.import_counts import COUNTS, count
from glucose.services.import_files import delete_file, opened
from glucose.services.import_warnings import warnings_of
from glucose.services.preview import Preview
from glucose.wall_clock import WallClock
from patients.errors import PatientNotFound
from work.errors import TaskCancelled, TaskNotOurs

State = Import.State
DATE_ORDER_NEEDED: Final = "date_order_needed"
PATIENT_GONE: Final = "patient_gone"
FILE_GONE: Final = "The file is kept no more; send it again."

Clock = Callable[[], datetime]
# Called with the share of the file that is done, after each batch; what it raises ends the import there.
Between = Callable[[float], None]


def run_import(import_id: UUID, *, clock: Clock, between: Between, task_id: UUID | None = None) -> dict[str, Any]:
    """Import the file, or the rest of it; the counts. Nothing happens where it is done. ``task_id`` is who asks.

    ImportRefused, in words, where no file of its kind can be read; what is stored before an error stays and is counted.
    TaskCancelled where somebody cancelled, or another task goes on with it.
    """
    found = _begun(import_id, task_id, clock())
    if found is None:
        return {}
    with _ended(found, clock):
        stream = opened(cast(UUID, found.file_id), found.size)
        records = _records(found, cast(BinaryIO, stream))
        clock_on_the_wall = WallClock([(since and datetime.fromisoformat(since), zone) for since, zone in found.zones])
        planner = Planner(found.patient_id, clock_on_the_wall, found.batch_size)
        preview = Preview(found.patient_id)
        for batch in planner.batches(records):
            # What is passed over is a sign of life too.
            if batch.records > found.position or found.dry_run:
                found = _settled(found, batch, preview, stream.tell() / max(found.size, 1), clock())
                sql.release()
            between(found.progress)
        found = _finished(found, preview.agreement, clock())
    return {name: getattr(found, name) for name in COUNTS[:7]}


def _begun(import_id: UUID, task_id: UUID | None, now: datetime) -> Import | None:
    with transaction.atomic():
        found = Import.objects.select_for_update().filter(id=import_id).first()
        if found is None or found.state == State.CANCELLED or task_id not in (None, found.task_id):
            raise TaskCancelled
        if found.state in (State.DONE, State.CHECKED):
            return None
        if found.file_id is None:
            raise ImportRefused(FILE_GONE)
        if found.position == 0:
            found.refusals.all().delete()
            fresh = Import()
            for name in (*COUNTS, "warnings", "format_found", "date_order_found"):
                setattr(found, name, getattr(fresh, name))
            found.progress = 0.0
        found.state, found.error_code, found.error, found.finished_at = State.RUNNING, "", "", None
        found.started_at = found.started_at or now
        found.save()
    return found


def _records(found: Import, stream: BinaryIO) -> Iterator[FileRecord]:
    found.format_found, found.date_order_found = _told(found, stream)
    found.save(update_fields=["format_found", "date_order_found"])
    stream.seek(0)
    return read_file(stream, format=found.format_found or None, date_order=found.date_order_found or None)


def _told(found: Import, stream: BinaryIO) -> tuple[str, str]:
    """Format and date order as they were asked for, else as the file shows."""
    told = survey(stream, date_order=found.date_order or None)
    return found.format or told.format, told.date_order


@contextmanager
def _ended(found: Import, clock: Clock) -> Iterator[None]:
    """What an import becomes that does not come to its end."""
    try:
        yield
    except FileNotRead as error:
        _end(found, State.FAILED, error.code, error.words, clock())
        raise ImportRefused(error.words) from None
    except DateOrderNeeded as error:
        _end(found, State.FAILED, DATE_ORDER_NEEDED, f"{error} One of them is {error.example}", clock())
        raise ImportRefused(str(error)) from None
    except PatientNotFound:
        words = "The patient was deleted."
        _end(found, State.FAILED, PATIENT_GONE, words, clock())
        raise ImportRefused(words) from None
    except TaskNotOurs:
        # Another worker goes on with it.
        raise
    except ImportStopped:
        raise TaskCancelled from None
    except TaskCancelled:
        _end(found, State.CANCELLED, "", "", clock())
        raise
    except Exception:
        words = "Something went wrong on our side. What is counted is stored; the rest is tried again."
        _end(found, State.FAILED, INTERRUPTED, words, clock())
        raise


def _end(found: Import, state: State, code: str, words: str, now: datetime) -> None:
    rows = Import.objects.filter(id=found.id, task_id=cast(UUID, found.task_id), state=State.RUNNING)
    rows.update(state=state, error_code=code, error=words, finished_at=now)


def _settled(known: Import, batch: Batch, preview: Preview, share: float, now: datetime) -> Import:
    """One batch with its counts."""
    with transaction.atomic():
        found = _still_ours(known)
        if found.dry_run:
            # What an earlier run counted is counted anew.
            for name in COUNTS:
                setattr(found, name, getattr(known, name))
            done = check_batch(found.patient_id, batch, preview, now)
        else:
            done = store_batch(found.patient_id, batch, now)
            found.position = batch.records
        count(found, batch, done)
        found.progress = share
        found.save(update_fields=[*COUNTS, "position", "progress"])
    return found


def _still_ours(known: Import) -> Import:
    """The import, locked; ImportStopped where somebody cancelled, or another task or worker goes on with it."""
    found = Import.objects.select_for_update().get(id=known.id)
    if found.state != State.RUNNING or (found.position, found.task_id) != (known.position, known.task_id):
        raise ImportStopped
    return found


def _finished(known: Import, agreement: Agreement, now: datetime) -> Import:
    with transaction.atomic():
        found = _still_ours(known)
        found.warnings = warnings_of(found, agreement)
        found.state, found.finished_at, found.progress = State.CHECKED, now, 1.0
        if not found.dry_run:
            file_id, found.file, found.state = found.file_id, None, State.DONE
        found.save(update_fields=["warnings", "state", "finished_at", "progress", "file"])
        if not found.dry_run and file_id is not None:
            delete_file(file_id)
    return found

"""Reading what was imported, and what of it was refused."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

import sql
from accounts import identity
from accounts.callers import Caller
from accounts.roles import Act
from glucose.errors import ImportNotFound
from glucose.models import Import, ImportRefusals, Sensor
from patients.errors import PatientNotFound
from patients.selectors import visible_patient, visible_patients

FIRST_REFUSED: Final = 20

Line = tuple[int, str, str]


def visible_imports(caller: Caller, patient_id: UUID | None = None) -> QuerySet[Import]:
    """The imports of patients whom the caller sees, or of one of them."""
    if patient_id is not None:
        patient = visible_patient(caller, patient_id)
        caller.require(Act.IMPORT_FILES)
        return Import.objects.select_related("task").filter(patient=patient)
    caller.require(Act.IMPORT_FILES)
    return Import.objects.select_related("task").filter(patient__in=visible_patients(caller))


def visible_import(caller: Caller, import_id: UUID) -> Import:
    """One import; ImportNotFound where the caller may not know of its patient."""
    found = Import.objects.select_related("task").filter(id=import_id).first()
    if found is None:
        raise ImportNotFound
    try:
        visible_patient(caller, found.patient_id)
    except PatientNotFound:
        raise ImportNotFound from None
    caller.require(Act.IMPORT_FILES)
    return found


def first_refused(found: Import) -> list[Line]:
    """The first lines that were refused."""
    lines: list[Line] = []
    for row in ImportRefusals.objects.filter(of=found).order_by("position")[:FIRST_REFUSED]:
        lines += [(line, code, words) for line, code, words in row.lines]
        if len(lines) >= FIRST_REFUSED:
            break
    return lines[:FIRST_REFUSED]


def refused_batches(caller: Caller, import_id: UUID) -> Iterator[list[Line]]:
    """All lines that were refused, a batch at a time; at least one, which may be empty.

    Between two, no transaction is open and no connection is held.
    """
    position = -1
    while True:
        with identity.acting(caller.user_id):
            visible_import(caller, import_id)
            later = ImportRefusals.objects.filter(of_id=import_id, position__gt=position)
            row = later.order_by("position").first()
        sql.release()
        yield [] if row is None else [(line, code, words) for line, code, words in row.lines]
        if row is None:
            return
        position = row.position


def worn_between(patient_id: UUID, start: datetime, end: datetime) -> list[str]:
    """The serials of the sensors that a patient wore at some time of a range."""
    rows = Sensor.objects.filter(patient_id=patient_id).exclude(ended_at__lte=start).exclude(activated_at__gte=end)
    return sorted(rows.values_list("serial", flat=True))


def other_imports(found: Import) -> list[dict[str, Any]]:
    """The devices of the patient's other imports of which something was stored."""
    rows = Import.objects.filter(patient_id=found.patient_id, stored__gt=0, dry_run=False).exclude(id=found.id)
    return [device for row in rows.order_by("-id")[:100] for device in row.devices]

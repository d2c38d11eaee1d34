"""Reading the treatments of a patient."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.callers import Caller
from accounts.roles import Act
from api.windows import Window
from glucose.errors import TreatmentNotFound
from glucose.models import Treatment, TreatmentRemoval
from patients.models import Patient
from patients.selectors import visible_patient

STANDING = TreatmentRemoval.objects.filter(treatment=OuterRef("pk"), restored_at=None)
Key = tuple[datetime, UUID]


class TreatmentMark(NamedTuple):
    """What of a treatment is shown beside readings."""

    id: UUID
    time: datetime
    utc_offset_minutes: int
    kind: str
    amount: Decimal
    unit: str
    duration_minutes: int | None
    source: int


def treatments_page(
    caller: Caller,
    patient_id: UUID,
    window: Window,
    *,
    kind: str | None,
    removed: bool,
    edge: Key | None,
    backwards: bool,
    limit: int,
) -> list[Treatment]:
    """Up to ``limit`` treatments of the window: the newest before ``edge``, or backwards the oldest after it.

    Those that were taken back are among them only where ``removed`` says so.
    """
    patient = visible_patient(caller, patient_id)
    caller.require(Act.READ_TREATMENTS)
    rows = _told().filter(patient=patient, time__gte=window.start, time__lt=window.end)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if not removed:
        rows = rows.filter(~Exists(STANDING))
    if edge is not None:
        rows = rows.filter(_beyond(edge, backwards))
    return list(rows.order_by(*(("time", "id") if backwards else ("-time", "-id")))[:limit])


def treatment_of(caller: Caller, patient_id: UUID, treatment_id: UUID) -> Treatment:
    """One of them, taken back or not."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.READ_TREATMENTS)
    found = _told().filter(id=treatment_id, patient=patient).first()
    if found is None:
        raise TreatmentNotFound
    return found


def treatments_beside(caller: Caller, patient: Patient, window: Window) -> list[TreatmentMark]:
    """What is shown beside the readings of a window, oldest first: what was not taken back, without notes.

    NotAllowed where the caller may see readings but no treatments.
    """
    caller.require(Act.READ_TREATMENTS)
    rows = Treatment.objects.filter(patient=patient, time__gte=window.start, time__lt=window.end)
    # A pump tells hundreds a day: no model for each.
    columns = rows.filter(~Exists(STANDING)).order_by("time", "id").values_list(*TreatmentMark._fields)
    return [TreatmentMark(*row) for row in columns]


def _told() -> QuerySet[Treatment]:
    removals = TreatmentRemoval.objects.select_related("removed_by", "restored_by").order_by("id")
    return Treatment.objects.prefetch_related(Prefetch("removals", queryset=removals))


def _beyond(edge: Key, backwards: bool) -> Q:
    time, one = edge
    if backwards:
        return Q(time__gte=time) & (Q(time__gt=time) | Q(id__gt=one))
    return Q(time__lte=time) & (Q(time__lt=time) | Q(id__lt=one))

"""Reading what was excluded of a patient."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

import sql
from accounts.callers import Caller
from accounts.roles import Act
from api.windows import Window
from glucose.errors import ExclusionNotFound
from glucose.models import Exclusion
from patients.selectors import visible_patient


def exclusions_of(caller: Caller, patient_id: UUID) -> QuerySet[Exclusion]:
    """The exclusions of a patient, those included that were undone."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.READ_READINGS)
    return Exclusion.objects.select_related("author", "undone_by").filter(patient=patient)


def exclusion_of(caller: Caller, patient_id: UUID, exclusion_id: UUID) -> Exclusion:
    """One of them."""
    found = exclusions_of(caller, patient_id).filter(id=exclusion_id).first()
    if found is None:
        raise ExclusionNotFound
    return found


def is_reading(patient_id: UUID, window: Window) -> bool:
    """Whether a patient whom the caller of this has checked has a reading in the window."""
    (count,) = sql.row("count_readings", {"patient": patient_id, "first": [window.start], "after": [window.end]})
    return bool(count)


def covered(patient_id: UUID, exclusions: Sequence[Exclusion]) -> list[int]:
    """How many readings of their patient each of the exclusions covers now, whether it stands or not."""
    if not exclusions:
        return []
    ranges = {"first": [one.start for one in exclusions], "after": [one.end for one in exclusions]}
    return [count for (count,) in sql.rows("count_readings", {"patient": patient_id, **ranges})]

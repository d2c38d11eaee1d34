"""Which targets an answer about a patient is by: the one place that decides it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from analytics.metrics.targets import CONSENSUS, CUSTOM, RANGES, Targets, custom_targets
from api.errors import InvalidInput
from patients.models import Patient, PatientTargets
from patients.selectors import NEWEST_TARGETS, targets_at


def targets_for(patient: Patient, asked: str | None, as_of: datetime | None = None) -> Targets:
    """Those that are asked for by name, or the patient's: now, or as they stood at ``as_of``.

    InvalidInput where the name is none, or the patient has no targets of their own.
    """
    if asked is not None and asked not in RANGES:
        raise InvalidInput.parameter("ranges", f"is not one of {', '.join(RANGES)}")
    if asked is not None and asked != CUSTOM:
        return CONSENSUS[asked]
    # Most have a set, whose name stands with the patient.
    known = CONSENSUS.get(patient.target_set) if as_of is None else None
    found = known or targets_of(targets_at(patient, as_of))
    if asked == CUSTOM and found.ranges != CUSTOM:
        when = "" if as_of is None else " at as_of"
        raise InvalidInput.parameter(
            "ranges",
            f"the patient has no targets of their own{when}; set them by POST patients/{{id}}/targets/,"
            " or leave ranges out for the set that the patient has",
        )
    return found


def targets_of(row: PatientTargets) -> Targets:
    """The targets of an entry of the history."""
    if row.low_mg_dl is None or row.high_mg_dl is None:
        return CONSENSUS[row.target_set]
    return custom_targets(row.low_mg_dl, row.high_mg_dl, row.goals or {})


def targets_now(sets: Mapping[UUID, str]) -> dict[UUID, Targets]:
    """The targets of many patients, whom the caller of this has found, by the names of their sets."""
    own = [patient_id for patient_id, name in sets.items() if name == CUSTOM]
    rows = PatientTargets.objects.filter(patient_id__in=own).order_by("patient_id", NEWEST_TARGETS)
    custom = {row.patient_id: targets_of(row) for row in rows.distinct("patient_id")} if own else {}
    return {patient_id: custom.get(patient_id) or CONSENSUS[name] for patient_id, name in sets.items()}

"""Reviews of patients and how often they are: the one place that reads and writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import sql
from accounts.callers import Caller
from accounts.roles import Act
from api.errors import InvalidInput
from patients.cadence import DEFAULT, DEFAULT_BY_CATEGORY, DEFAULT_ZONE, Cadence, CadenceKind, Outcome, Reviewed, day_at
from patients.care_models import ClinicReviews, PatientCadence, Review
from patients.models import Patient
from patients.selectors import visible_patient

MOST_YEARS = 2


@dataclass(frozen=True, slots=True)
class Rules:
    """How a clinic reviews: by which calendar, how often, and after how many days a category brings somebody in."""

    timezone: str
    cadence: Cadence
    by_category: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a patient stands: since when they are followed, their own cadence, and their last review."""

    patient_id: UUID
    since: datetime
    own: Cadence | None
    review_id: UUID | None
    last: Reviewed | None


def rules_of(caller: Caller) -> Rules:
    """Those of the caller's clinic; of one that has set nothing, every two weeks by UTC."""
    caller.require(Act.READ_REVIEWS)
    row = ClinicReviews.objects.filter(clinic_id=caller.clinic_id).first()
    if row is None:
        return Rules(DEFAULT_ZONE, DEFAULT, DEFAULT_BY_CATEGORY)
    return Rules(row.timezone, Cadence(CadenceKind(row.kind), row.days), row.by_category)


def set_rules(caller: Caller, rules: Rules, *, now: datetime) -> Rules:
    """Let the clinic review so from now on; whoever is due by cadence moves with it."""
    caller.require(Act.SET_REVIEWS)
    kept = {
        "timezone": rules.timezone,
        "kind": rules.cadence.kind.value,
        "days": rules.cadence.days,
        "by_category": dict(rules.by_category),
        "set_by_id": caller.user_id,
        "set_at": now,
    }
    ClinicReviews.objects.update_or_create(clinic_id=caller.clinic_id, defaults=kept)
    return rules


def cadence_of(caller: Caller, patient_id: UUID) -> tuple[Cadence, bool]:
    """How often a patient is reviewed, and whether that is of their own."""
    patient = visible_patient(caller, patient_id)
    rules = rules_of(caller)
    own = _own_cadence(patient)
    return own or rules.cadence, own is not None


def set_cadence(caller: Caller, patient_id: UUID, cadence: Cadence | None, *, now: datetime) -> tuple[Cadence, bool]:
    """Review a patient so often, or as often as the clinic does where it is None."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.WRITE_REVIEWS)
    if cadence is None:
        PatientCadence.objects.filter(patient=patient).delete()
    else:
        kept = {"kind": cadence.kind.value, "days": cadence.days, "set_by_id": caller.user_id, "set_at": now}
        PatientCadence.objects.update_or_create(patient=patient, defaults=kept)
    return cadence_of(caller, patient_id)


def reviews_of(caller: Caller, patient_id: UUID) -> QuerySet[Review]:
    """The reviews of a patient."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.READ_REVIEWS)
    return Review.objects.filter(patient=patient).select_related("reviewer")


def record_review(
    caller: Caller, patient_id: UUID, outcome: Outcome, *, note: str, next_on: date | None, now: datetime
) -> Review:
    """Write down that the caller reviewed the patient; the next is on the day chosen, or by the cadence."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.WRITE_REVIEWS)
    rules = rules_of(caller)
    today = day_at(now, rules.timezone)
    if next_on is not None and not today < next_on <= _latest(today):
        raise InvalidInput.field("/next_on", f"is not after {today}, which it is at the clinic, and within two years")
    with transaction.atomic():
        # One after the other: the last that is written stands.
        Patient.objects.select_for_update().get(id=patient.id)
        cadence = _own_cadence(patient) or rules.cadence
        return Review.objects.create(
            patient=patient,
            reviewed_at=now,
            reviewed_on=today,
            reviewer_id=caller.user_id,
            outcome=outcome.value,
            note=note,
            next_on=next_on or cadence.after(today),
            next_by_cadence=next_on is None,
        )


def standings(patient_ids: Sequence[UUID]) -> list[Standing]:
    """Of the patients whom the caller of this has found, those whom the clinic follows at present."""
    found = []
    for patient_id, since, kind, days, review_id, on, next_on, by_cadence in sql.rows(
        "review_standings", {"patients": list(patient_ids)}
    ):
        own = Cadence(CadenceKind(kind), days) if kind else None
        last = Reviewed(on, next_on, by_cadence) if review_id else None
        found.append(Standing(patient_id, since, own, review_id, last))
    return found


def _own_cadence(patient: Patient) -> Cadence | None:
    row = PatientCadence.objects.filter(patient=patient).first()
    return Cadence(CadenceKind(row.kind), row.days) if row else None


def _latest(today: date) -> date:
    return Cadence(CadenceKind.CUSTOM, 365 * MOST_YEARS).after(today)

"""Which rule of a kind of alert stands for a patient: the newest of theirs, of their clinic, or the default."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from accounts.callers import Caller
from accounts.roles import Act
from analytics.alert_rules import SETTINGS, AlertKind, Rule, effective
from analytics.models import AlertRule
from patients.selectors import visible_patient

Key = tuple[UUID, UUID | None, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule as it stands, and what was said of it last: by the patient's level, the clinic's, or nobody."""

    kind: AlertKind
    rule: Rule
    of_clinic: AlertRule | None
    of_patient: AlertRule | None

    @property
    def said(self) -> AlertRule | None:
        """What was said last at the level that is nearest to the patient."""
        return self.of_patient or self.of_clinic

    @property
    def since(self) -> datetime | None:
        """Since when it is what it is; None where nobody said anything."""
        return max((row.since for row in (self.of_clinic, self.of_patient) if row is not None), default=None)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The newest of what was said, by clinic, patient and kind."""

    rows: Mapping[Key, AlertRule]

    def standing(self, kind: AlertKind, clinic_id: UUID, patient_id: UUID | None) -> Standing:
        """The rule of a kind for a patient; for the clinic without one."""
        of_clinic = self.rows.get((clinic_id, None, kind))
        of_patient = self.rows.get((clinic_id, patient_id, kind)) if patient_id else None
        levels = [_said(row) for row in (of_patient, of_clinic) if row is not None]
        return Standing(kind, effective(kind, *levels), of_clinic, of_patient)


# Every kind is of a patient but this.
OF_PATIENTS: Final = tuple(kind for kind in AlertKind if kind is not AlertKind.ACCOUNT_ACTION)


def rule_book(clinic_ids: Iterable[UUID], patient_ids: Iterable[UUID], *, who: bool = False) -> RuleBook:
    """What stands in the clinics and for the patients, whom the caller of this has found; with ``who`` set it.

    Without, nothing is read that its users could have made unreadable for all.
    """
    rows = AlertRule.objects.filter(
        Q(patient=None) | Q(patient_id__in=list(patient_ids)), clinic_id__in=list(clinic_ids)
    )
    newest = rows.order_by("clinic_id", "patient_id", "kind", "-id").distinct("clinic_id", "patient_id", "kind")
    if who:
        newest = newest.select_related("set_by")
    return RuleBook({(row.clinic_id, row.patient_id, row.kind): row for row in newest})


def rules_of(caller: Caller, patient_id: UUID | None) -> list[Standing]:
    """Every kind's rule: of a patient whom the caller sees, or the clinic's."""
    if patient_id is not None:
        visible_patient(caller, patient_id)
    caller.require(Act.READ_READINGS)
    book = rule_book([caller.clinic_id], [] if patient_id is None else [patient_id], who=True)
    kinds = AlertKind if patient_id is None else OF_PATIENTS
    return [book.standing(kind, caller.clinic_id, patient_id) for kind in kinds]


def _said(row: AlertRule) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in SETTINGS}
    return said | {"channels": None if row.channels is None else tuple(row.channels)}

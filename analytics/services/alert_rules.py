"""Setting the rules of alerts: the clinic's by its administrators, a patient's by who treats them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.callers import Caller
from accounts.roles import Act
from analytics.alert_rules import AlertKind
from analytics.models import AlertRule
from analytics.selectors.alert_rules import Standing, rule_book
from patients.selectors import visible_patient


def set_rule(
    caller: Caller, kind: AlertKind, said: Mapping[str, Any], *, patient_id: UUID | None, now: datetime
) -> Standing:
    """Let a rule stand from now on, for a patient or for the clinic; what is not said is that of the level below."""
    if patient_id is not None:
        visible_patient(caller, patient_id)
    caller.require(Act.SET_CLINIC_RULES if patient_id is None else Act.SET_ALERT_RULES)
    AlertRule.objects.create(
        clinic_id=caller.clinic_id, patient_id=patient_id, kind=kind, set_by_id=caller.user_id, since=now, **said
    )
    book = rule_book([caller.clinic_id], [] if patient_id is None else [patient_id], who=True)
    return book.standing(kind, caller.clinic_id, patient_id)

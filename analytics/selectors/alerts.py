"""Reading alerts, each for who sees the patient or the account that it is about."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from accounts.callers import Caller
from accounts.roles import Act
from analytics.errors import AlertNotFound
from analytics.models import Alert, AlertEvent
from patients.selectors import visible_patient, visible_patients


def visible_alerts(caller: Caller) -> QuerySet[Alert]:
    """The alerts of the patients whom the caller sees, and those of accounts for who reads sources."""
    theirs = Q(patient__in=visible_patients(caller).values("id"))
    if caller.may(Act.READ_SOURCES):
        theirs |= Q(patient=None)
    return Alert.objects.filter(theirs, clinic_id=caller.clinic_id).select_related("patient", "acknowledged_by")


def alerts_of(caller: Caller, *, patient_id: UUID | None, state: str | None, kinds: Sequence[str]) -> QuerySet[Alert]:
    """Those of one patient where one is named, open or closed, of the kinds that are named."""
    if patient_id is not None:
        visible_patient(caller, patient_id)
    caller.require(Act.READ_READINGS)
    rows = visible_alerts(caller)
    if patient_id is not None:
        rows = rows.filter(patient_id=patient_id)
    if state is not None:
        rows = rows.filter(closed_at__isnull=state == "open")
    return rows.filter(kind__in=kinds) if kinds else rows


def alert_of(caller: Caller, alert_id: UUID) -> Alert:
    """One that the caller may see, with its history."""
    history = Prefetch("events", AlertEvent.objects.select_related("user").order_by("id"))
    found = visible_alerts(caller).filter(id=alert_id).prefetch_related(history).first()
    if found is None:
        raise AlertNotFound
    caller.require(Act.READ_READINGS)
    return found


def told_of(subjects: Sequence[Mapping[str, str]]) -> dict[str, Alert]:
    """The alerts of notifications, by id, of those that the one who asks may read; the database says which."""
    ids = [subject["alert"] for subject in subjects]
    rows = Alert.objects.filter(id__in=ids).filter(Q(patient=None) | Q(patient__deleted_at=None))
    return {str(row.id): row for row in rows.select_related("patient")}


def current_alert(clinic_id: UUID, alert_id: str) -> Alert | None:
    """An alert of the clinic, for what is told to its programs."""
    return Alert.objects.filter(clinic_id=clinic_id, id=alert_id).first()


def watched(patient_ids: Sequence[UUID], *, since: datetime) -> list[Alert]:
    """The patients' alerts that are open, which are locked, or ended lately."""
    lately = Q(closed_at=None) | Q(ended_at__gt=since)
    return list(Alert.objects.select_for_update().filter(lately, patient_id__in=patient_ids).order_by("id"))

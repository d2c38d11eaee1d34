"""What no reading tells: silence, a sensor that ends soon, and what is due of the alerts of a patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from analytics.alert_clock import SILENCE_IS_NEWS, earliest, is_silent, silent_at
from analytics.alert_episodes import Point
from analytics.alert_rules import AlertKind, Rule
from analytics.models import Alert
from analytics.selectors.alert_rules import RuleBook, Standing
from analytics.services.alert_changes import ENDINGS, Changes
from glucose.wear import LIFE


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is looked at of a patient: ``newest`` is when they last had a reading, ``sensor`` the last put on."""

    patient_id: UUID
    clinic_id: UUID
    zone: str
    followed: bool
    newest: datetime | None
    rules: RuleBook
    points: Sequence[Point]
    sensor: tuple[UUID, datetime] | None
    alerts: Sequence[Alert]

    def standing(self, kind: AlertKind) -> Standing:
        """The patient's rule of a kind."""
        return self.rules.standing(kind, self.clinic_id, self.patient_id)

    def of_kind(self, kind: AlertKind) -> list[Alert]:
        """Their alerts of a kind, which are open or ended lately."""
        return [alert for alert in self.alerts if alert.kind == kind]

    def alert(self, kind: AlertKind, started_at: datetime, seen_until: datetime) -> Alert:
        """A new one, not opened yet."""
        return Alert(
            clinic_id=self.clinic_id,
            patient_id=self.patient_id,
            kind=kind,
            started_at=started_at,
            seen_until=seen_until,
        )


def look(seen: Seen, changes: Changes) -> datetime | None:
    """Raise and close them; when the clock alone would."""
    return earliest([_silence(seen, changes), _sensor(seen, changes)])


def _silence(seen: Seen, changes: Changes) -> datetime | None:
    rule, now = seen.standing(AlertKind.NO_DATA).rule, changes.now
    open_one = next((alert for alert in seen.of_kind(AlertKind.NO_DATA) if alert.closed_at is None), None)
    silent = seen.followed and is_silent(rule, seen.newest, now)
    if open_one is not None:
        if silent:
            changes.step(open_one, rule, seen.zone)
        else:
            spoke = seen.newest is not None and seen.newest > open_one.started_at
            ending = ENDINGS.OVER if spoke and seen.followed and rule.enabled else ENDINGS.WITHDRAWN
            changes.close(open_one, rule, ending, seen.newest if spoke and seen.newest else now)
    elif silent and seen.newest is not None and silent_at(rule, seen.newest) > now - SILENCE_IS_NEWS:
        changes.open(seen.alert(AlertKind.NO_DATA, seen.newest, seen.newest), rule, seen.zone)
    if silent or seen.newest is None or not (seen.followed and rule.enabled):
        return None
    return silent_at(rule, seen.newest)


def _sensor(seen: Seen, changes: Changes) -> datetime | None:
    kind, now = AlertKind.SENSOR_ENDING, changes.now
    rule, known = seen.standing(kind).rule, seen.of_kind(kind)
    due = _sensor_ends(seen, rule)
    for alert in known:
        if alert.closed_at is None:
            if due is not None and alert.subject_id == due[0] and now < due[2]:
                changes.step(alert, rule, seen.zone)
            else:
                withdrawn = not (seen.followed and rule.enabled)
                changes.close(alert, rule, ENDINGS.WITHDRAWN if withdrawn else ENDINGS.OVER, now)
    if due is None:
        return None
    sensor_id, tell_from, ends = due
    if tell_from <= now < ends and all(alert.subject_id != sensor_id for alert in known):
        alert = seen.alert(kind, tell_from, ends)
        alert.subject_id = sensor_id
        changes.open(alert, rule, seen.zone)
    # Of the patient and not of the alert, where an acknowledgement would forget it.
    return next((at for at in (tell_from, ends) if at > now), None)


def _sensor_ends(seen: Seen, rule: Rule) -> tuple[UUID, datetime, datetime] | None:
    """The sensor that is worn, from when its end is told of, and its end; None where nobody wants to know."""
    if seen.sensor is None or not (seen.followed and rule.enabled):
        return None
    sensor_id, activated_at = seen.sensor
    ends = activated_at + LIFE
    return sensor_id, ends - timedelta(hours=rule.hours or 0), ends

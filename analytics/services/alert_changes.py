"""What becomes of alerts in one transaction: opened, told, escalated and closed with their history, written at once."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from analytics.alert_clock import REACH, Step, Waiting, earliest, next_step_at, quiet_until, steps
from analytics.alert_episodes import Point
from analytics.alert_rules import GLUCOSE, AlertKind, Rule
from analytics.models import Alert, AlertEvent
from analytics.services.alert_delivery import Telling, deliver

What = AlertEvent.What
ENDINGS = Alert.Ending
CHANGED = (
    "seen_until", "told_at", "snoozed_until", "escalate_at", "escalated_at", "ended_at", "closed_at",
    "ending", "next_at",
)  # fmt: skip


@dataclass(slots=True)
class Changes:
    """What was decided and is not written yet."""

    now: datetime
    opened: list[Alert] = field(default_factory=list)
    changed: dict[UUID, Alert] = field(default_factory=dict)
    events: list[AlertEvent] = field(default_factory=list)
    tellings: list[Telling] = field(default_factory=list)

    def open(self, alert: Alert, rule: Rule, zone: str, reading: Point | None = None) -> Alert:
        """Raise an alert; who is to know is told at once, or after the quiet hours."""
        alert.opened_at = self.now
        alert.tell_at = quiet_until(rule, zone, self.now)
        self.opened.append(alert)
        self._note(alert, What.OPENED, reading)
        self.step(alert, rule)
        return alert

    def step(self, alert: Alert, rule: Rule) -> None:
        """Do what the clock says is due, and note when it says something next."""
        for due in steps(waiting(alert), self.now):
            if due is Step.TELL:
                self._tell_first(alert, rule)
            elif due is Step.REMIND:
                alert.snoozed_until = None
                self._note(alert, What.REMINDED)
                self._tell(alert, What.REMINDED, rule)
            else:
                alert.escalated_at = self.now
                self._note(alert, What.ESCALATED)
                self._tell(alert, What.ESCALATED, rule)
        unseen_at = alert.seen_until + REACH if AlertKind(alert.kind) in GLUCOSE else None
        self.set_next(alert, earliest([next_step_at(waiting(alert)), unseen_at]))

    def close(
        self, alert: Alert, rule: Rule, ending: Alert.Ending, ended_at: datetime, reading: Point | None = None
    ) -> None:
        """End an alert; nobody hears of the end who did not hear of the beginning."""
        alert.ended_at, alert.closed_at, alert.ending, alert.next_at = ended_at, self.now, ending, None
        self._touch(alert)
        self._note(alert, What.CLOSED, reading)
        if alert.told_at is not None:
            self._tell(alert, What.CLOSED, rule)

    def see(self, alert: Alert, until: datetime) -> None:
        """Note how far an open alert was followed."""
        if until > alert.seen_until:
            alert.seen_until = until
            self._touch(alert)

    def set_next(self, alert: Alert, at: datetime | None) -> None:
        """Note when the clock alone changes something about an alert."""
        if alert.next_at != at:
            alert.next_at = at
            self._touch(alert)

    def write(self) -> None:
        """Write everything, and put what people and programs are told into the outbox."""
        new = {alert.id for alert in self.opened}
        # What ended first: one of a kind is open at a time.
        Alert.objects.bulk_update([alert for key, alert in self.changed.items() if key not in new], CHANGED)
        Alert.objects.bulk_create(self.opened)
        AlertEvent.objects.bulk_create(self.events)
        deliver(self.tellings)

    def _tell_first(self, alert: Alert, rule: Rule) -> None:
        alert.told_at = self.now
        if rule.escalate_after_minutes:
            alert.escalate_at = self.now + timedelta(minutes=rule.escalate_after_minutes)
        self._touch(alert)
        if alert.opened_at != self.now:
            self._note(alert, What.TOLD)
        self._tell(alert, What.OPENED, rule)

    def _tell(self, alert: Alert, what: AlertEvent.What, rule: Rule) -> None:
        self.tellings.append(Telling(alert, what, rule.channels, self.now))

    def _note(self, alert: Alert, what: AlertEvent.What, reading: Point | None = None) -> None:
        at, mg_dl = (instant(reading.seconds), reading.mg_dl) if reading else (None, None)
        self.events.append(AlertEvent(alert=alert, what=what, at=self.now, reading_at=at, mg_dl=mg_dl))
        self._touch(alert)

    def _touch(self, alert: Alert) -> None:
        self.changed[alert.id] = alert


def waiting(alert: Alert) -> Waiting:
    """Where an alert stands with the people it is for."""
    return Waiting(
        tell_at=alert.tell_at,
        told=alert.told_at is not None,
        acknowledged=alert.acknowledged_at is not None,
        escalate_at=alert.escalate_at,
        escalated=alert.escalated_at is not None,
        snoozed_until=alert.snoozed_until,
    )


def instant(seconds: int) -> datetime:
    """An aware time from seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)

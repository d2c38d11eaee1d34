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
    "seen_until", "tell_at", "told_at", "snoozed_until", "escalate_at", "escalated_at", "ended_at", "closed_at",
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
        self.opened.append(alert)
        self._note(alert, What.OPENED, reading)
        self.step(alert, rule, zone)
        return alert

    def step(self, alert: Alert, rule: Rule, zone: str) -> None:
        """Do what is due by the clock and the rule as it is now, in no quiet hours; note when something is next."""
        quiet_over = quiet_until(rule, zone, self.now)
        self._follow(alert, rule, quiet_over)
        for due in steps(waiting(alert), self.now) if quiet_over <= self.now else []:
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
        step_at = next_step_at(waiting(alert))
        self.set_next(alert, earliest([step_at and max(step_at, quiet_over), unseen_at]))

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

    def _follow(self, alert: Alert, rule: Rule, quiet_over: datetime) -> None:
        """Let the times be those of the rule, which may have been changed since the alert was raised."""
        if alert.told_at is None and alert.tell_at != quiet_over:
            alert.tell_at = quiet_over
            self._touch(alert)
        if alert.told_at is not None and alert.escalated_at is None:
            escalate_at = _escalation(rule, alert.told_at)
            if alert.escalate_at != escalate_at:
                alert.escalate_at = escalate_at
                self._touch(alert)

    def _tell_first(self, alert: Alert, rule: Rule) -> None:
        alert.told_at, alert.snoozed_until = self.now, None
        alert.escalate_at = _escalation(rule, self.now)
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


def _escalation(rule: Rule, told_at: datetime) -> datetime | None:
    return told_at + timedelta(minutes=rule.escalate_after_minutes) if rule.escalate_after_minutes else None


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

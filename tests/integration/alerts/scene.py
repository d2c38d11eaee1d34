"""A patient whose readings come while a clock that only the test moves goes on, and what an evaluator makes of them."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from accounts.models import Webhook
from analytics.alert_rules import AlertKind
from analytics.models import Alert, AlertEvent, AlertRule
from analytics.services.alert_accounts import watch_accounts
from analytics.services.alert_evaluation import evaluate_due
from patients.models import Patient
from tests.conftest import Member, put
from work.models import Notification, OutboxEntry

START: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ALL: Final = ["alert.opened", "alert.escalated", "alert.acknowledged", "alert.closed"]


class Scene:
    """What a test does and sees; ``now`` is what every clock shows."""

    def __init__(
        self, patient: Patient, clinician: Member, admin: Member, make_patient: Callable[..., Patient]
    ) -> None:
        self.patient, self.clinician, self.admin, self.make_patient = patient, clinician, admin, make_patient
        self.now = START

    def go(self, minutes: float) -> None:
        """Time passes."""
        self.now += timedelta(minutes=minutes)

    def read(self, *values: int, ago: float = 0, patient: Patient | None = None) -> None:
        """Readings five minutes apart, the last of them so many minutes ago; then everybody is looked at."""
        start = self.now - timedelta(minutes=ago + 5 * (len(values) - 1))
        put(patient or self.patient, *values, start=start, now=self.now)
        self.look()

    def follow(self, *values: int) -> None:
        """A reading every five minutes from now on, each looked at as it comes."""
        for value in values:
            self.read(value)
            self.go(5)

    def look(self) -> int:
        """Evaluate who is due."""
        return evaluate_due(lambda: self.now, lasting=timedelta(seconds=1))

    def watch(self) -> None:
        """Look at the accounts."""
        watch_accounts(self.now)

    def rule(self, kind: AlertKind, patient: Patient | None = None, **said: Any) -> AlertRule:
        """Say something of the clinic's rule, or of a patient's."""
        return AlertRule.objects.create(
            clinic=self.patient.clinic, patient=patient, kind=kind, set_by=self.admin.user, since=self.now, **said
        )

    def only(self, *kinds: AlertKind) -> None:
        """Switch the other kinds off."""
        for kind in AlertKind:
            if kind not in kinds:
                self.rule(kind, enabled=False)

    def webhook(self) -> Webhook:
        """An endpoint of the clinic that wants every event."""
        return Webhook.objects.create(
            clinic=self.patient.clinic, url="https://example.org/", events=ALL, secret="x", created_at=self.now
        )

    def alerts(self, kind: AlertKind | None = None) -> list[Alert]:
        """Those of the patient, as they were raised."""
        rows = Alert.objects.filter(patient=self.patient).order_by("id")
        return list(rows if kind is None else rows.filter(kind=kind))

    def alert(self) -> Alert:
        """The only one that there is."""
        return Alert.objects.get()

    def history(self) -> list[str]:
        """What became of the alerts, in its order."""
        return list(AlertEvent.objects.order_by("id").values_list("what", flat=True))

    def told(self) -> Counter[tuple[str, str]]:
        """Who was told what on the page."""
        return Counter((row.user.username, row.kind) for row in Notification.objects.select_related("user"))

    def entries(self, kind: str) -> list[str]:
        """The keys of what waits in the outbox, by the alert's events and in their order."""
        rows = OutboxEntry.objects.filter(kind=kind).order_by("id")
        return [row.key.split(":")[2] for row in rows]

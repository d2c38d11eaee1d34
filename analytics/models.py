"""Alerts: by which rules, what was raised, what became of each, and up to what each patient was looked at."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from analytics.alert_rules import AlertKind, Channel

KINDS = [(kind.value, kind.value.replace("_", " ").capitalize()) for kind in AlertKind]
CHANNELS = [channel.value for channel in Channel]


class AlertRule(models.Model):
    """What a clinic, or one of its patients, has said of a kind of alert from an instant on; the newest stands.

    Empty is what the level below says. Nothing in it is changed afterwards.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey("accounts.Clinic", on_delete=models.PROTECT, related_name="alert_rules")
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, null=True, blank=True, related_name="alert_rules"
    )
    kind = models.TextField(choices=KINDS)
    enabled = models.BooleanField(null=True, blank=True)
    threshold_mg_dl = models.PositiveSmallIntegerField(null=True, blank=True)
    margin_mg_dl = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    hours = models.PositiveSmallIntegerField(null=True, blank=True)
    escalate_after_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_start = models.TimeField(null=True, blank=True)
    quiet_end = models.TimeField(null=True, blank=True)
    quiet_zone = models.TextField(null=True, blank=True)  # noqa: DJ001 -- unsaid is the level below
    channels = ArrayField(models.TextField(), null=True, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in AlertKind]), name="rule_of_a_known_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(channels=None) | models.Q(channels__contained_by=CHANNELS, patient=None),
                name="channels_are_the_clinics",
            ),
        ]
        indexes = [models.Index(fields=["clinic", "patient", "kind", "-id"], name="rule_of_clinic")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.patient_id or self.clinic_id} since {self.since}"


class Alert(models.Model):
    """One episode that somebody is told of. ``subject_id`` is the sensor or the account that it is about, if it is.

    The episode began at ``started_at`` and was over at ``ended_at``; it was noticed at ``opened_at`` and ``closed_at``.
    ``next_at`` is when the clock alone changes something about it.
    """

    class Ending(models.TextChoices):
        """Why an alert is closed."""

        OVER = "over", "What it was about is over"
        WITHDRAWN = "withdrawn", "By later data or another rule it was no episode"
        UNSEEN = "unseen", "No reading has told of it for hours"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey("accounts.Clinic", on_delete=models.PROTECT, related_name="alerts")
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, null=True, blank=True, related_name="alerts"
    )
    kind = models.TextField(choices=KINDS)
    subject_id = models.UUIDField(null=True, blank=True)
    started_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    mg_dl = models.PositiveSmallIntegerField(null=True, blank=True)
    seen_until = models.DateTimeField()
    tell_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    snoozed_until = models.DateTimeField(null=True, blank=True)
    escalate_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    ending = models.TextField(choices=Ending.choices, blank=True, default="")
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "patient", "kind", "subject_id"],
                condition=models.Q(closed_at=None),
                nulls_distinct=False,
                name="one_open_alert_a_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(patient__isnull=False) | models.Q(kind=AlertKind.ACCOUNT_ACTION.value),
                name="alert_is_of_a_patient_or_an_account",
            ),
        ]
        indexes = [
            models.Index(fields=["clinic", "-id"], name="alert_of_clinic"),
            models.Index(fields=["patient", "-id"], name="alert_of_patient"),
            models.Index(fields=["next_at"], condition=models.Q(closed_at=None), name="alert_that_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class AlertEvent(models.Model):
    """What became of an alert, when, by whom, or by which reading."""

    class What(models.TextChoices):
        """What happened."""

        OPENED = "opened"
        TOLD = "told"
        ACKNOWLEDGED = "acknowledged"
        SNOOZED = "snoozed"
        REMINDED = "reminded"
        ESCALATED = "escalated"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="events")
    what = models.TextField(choices=What.choices)
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reading_at = models.DateTimeField(null=True, blank=True)
    mg_dl = models.PositiveSmallIntegerField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["alert", "id"], name="event_of_alert")]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.what} at {self.at}"


class AlertState(models.Model):
    """Up to which version of their data a patient was looked at, and when the clock alone wants it done again.

    One whom looking at fails is left alone until ``retry_at``; ``error`` is the name of the error, whose words may tell
    of the patient.
    """

    patient = models.OneToOneField(
        "patients.Patient", on_delete=models.CASCADE, primary_key=True, related_name="alert_state"
    )
    version = models.BigIntegerField(default=0)
    evaluated_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="patient_that_waits")]

    def __str__(self) -> str:
        return f"{self.patient_id} at {self.version}"

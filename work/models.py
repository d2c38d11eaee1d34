"""Rows of what runs later: what people asked for, who may do what alone, and which periods were sent."""

from django.conf import settings
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Now
from django.utils import timezone
from uuid_utils.compat import uuid7


class Task(models.Model):
    """Something a person asked for that is done in the background: the truth, of which a message is a hint.

    While it has not ended, ``overdue_at``, by the database's clock, is when what has it is taken for gone: the message
    while it is pending, the worker while it is processing. ``token`` rises with each worker that takes it.
    """

    class Status(models.TextChoices):
        """Where a task stands."""

        PENDING = "pending"
        PROCESSING = "processing"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tasks", null=True, blank=True
    )
    kind = models.TextField()
    actor = models.TextField()
    queue = models.TextField()
    arguments = models.JSONField(default=dict)
    status = models.TextField(choices=Status.choices, default=Status.PENDING)
    progress = models.FloatField(default=0.0)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    result = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the broker took the message.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(db_default=Now())
    token = models.BigIntegerField(default=0, db_default=0)
    sends = models.PositiveSmallIntegerField(default=0, db_default=0)
    lost = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="How many workers ended in the middle.")

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"], name="task_of_owner"),
            models.Index(
                fields=["overdue_at"], condition=models.Q(status__in=["pending", "processing"]), name="task_not_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} {self.status}"


class Notification(models.Model):
    """Something that a user is told. ``subject`` has ids only: the words are made when it is read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.TextField()
    subject = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="notification_of_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Lease(models.Model):
    """The right of one process to do something alone until a time; ``token`` rises with every new holder."""

    name = models.TextField(primary_key=True)
    holder = models.TextField()
    token = models.BigIntegerField(default=1)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} held by {self.holder} until {self.expires_at:%H:%M:%S}"


class ScheduledRun(models.Model):
    """One period of a schedule; unique, so that no period runs twice whoever holds the lease.

    ``overdue_at`` is that of a task: when its message, then its worker, is taken for gone.
    """

    class Outcome(models.TextChoices):
        """How it ended; empty while it has not."""

        DONE = "done"
        FAILED = "failed"
        TOO_LATE = "too late"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    schedule = models.TextField()
    period = models.DateTimeField()
    sent_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(choices=Outcome.choices, default="", blank=True)
    error = models.TextField(blank=True, default="")
    overdue_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "period"], name="one_run_a_period")]

    def __str__(self) -> str:
        return f"{self.schedule} {self.period:%Y-%m-%d %H:%M:%S}"


class BackupRun(models.Model):
    """A backup of the database, or a reading of everything that is kept; written by docker/backup/saude-backup.sh.

    After a restore the table is as it was then, until the next one.
    """

    class Kind(models.TextChoices):
        """What was done."""

        FULL = "full"
        INCREMENTAL = "incr"
        CHECK = "check"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.TextField(choices=Kind.choices)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    failure = models.TextField(blank=True, default="", help_text="Empty where it went well.")
    repository_bytes = models.BigIntegerField(help_text="Of everything that is kept, afterwards.")

    def __str__(self) -> str:
        return f"{self.kind} {self.finished_at:%Y-%m-%d %H:%M} {self.failure or 'went well'}"


class DeadLetter(models.Model):
    """A message that was given up, with why, and what it takes to send it again: ids, names of ours, sealed text."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message_id = models.TextField(unique=True, help_text="The broker's; collected twice, a message is one letter.")
    actor = models.TextField()
    queue = models.TextField()
    arguments = models.JSONField(default=dict)
    reason = models.TextField()
    attempts = models.PositiveIntegerField(default=0)
    died_at = models.DateTimeField()
    # The row may be gone by now, and the clinic is of an app above this one: no foreign keys.
    task_id = models.UUIDField(null=True, blank=True)
    clinic_id = models.UUIDField(null=True, blank=True, help_text="Where what it is about is of one clinic.")
    requeued_at = models.DateTimeField(null=True, blank=True)
    requeued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )

    class Meta:
        indexes = [models.Index(fields=["clinic_id", "-id"], name="letter_of_clinic")]

    def __str__(self) -> str:
        return f"{self.actor} {self.id}"


class OutboxEntry(models.Model):
    """Something that must follow a commit; entries of a lane are delivered in the order of their ids.

    ``payload`` holds ids, ``error`` words without personal data. ``token`` rises with every claim: who holds an older
    one settles nothing.
    """

    class State(models.TextChoices):
        """Whether it still waits; what was given up is kept, and can be sent again."""

        WAITING = "waiting"
        DELIVERED = "delivered"
        GIVEN_UP = "given up"

    kind = models.TextField()
    key = models.TextField(unique=True)
    lane = models.TextField()
    payload = models.JSONField(default=dict)
    state = models.TextField(choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    put_at = models.DateTimeField(default=timezone.now)
    waiting_since = models.DateTimeField(default=timezone.now, help_text="When it was put, or sent again.")
    next_attempt_at = models.DateTimeField(default=timezone.now)
    token = models.BigIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When it was delivered or given up.")

    class Meta:
        verbose_name_plural = "outbox entries"
        indexes = [
            models.Index(fields=["lane", "id"], condition=models.Q(state="waiting"), name="outbox_waiting"),
            models.Index(fields=["state", "settled_at"], name="outbox_settled"),
            models.Index(
                KeyTextTransform("webhook", "payload"),
                models.F("id").desc(),
                condition=models.Q(kind="webhook"),
                name="outbox_of_webhook",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"

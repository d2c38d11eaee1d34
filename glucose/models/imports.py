"""Files that people import: what was sent, how far it is stored, and what of it was refused."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.encryption import EncryptedBytesField, EncryptedJSONField, EncryptedTextField
from glucose.files.port import FileFormat

# What failed by this is tried again.
INTERRUPTED = "interrupted"
# What its task failed by for good, which sql/security/imports.sql notes; nobody tries it again by themselves.
GIVEN_UP = "given_up"
GIVEN_UP_WORDS = "It was given up. What is counted is stored; started again, it goes on with the rest."


class ImportFile(models.Model):
    """A file as it was sent, in pieces, until its readings are stored or some days are over. Its name is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.id)


class ImportPiece(models.Model):
    """A piece of a file, sealed; all but the last are of the same length."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    content = EncryptedBytesField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="one_piece_a_number")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.number}"


class Import(models.Model):
    """An import of a file into a patient's readings. What is counted is what was stored when it was counted."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting"
        RUNNING = "running"
        CHECKED = "checked"  # a dry run came to its end: nothing is stored yet
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="imports")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    file = models.OneToOneField(ImportFile, on_delete=models.SET_NULL, null=True, blank=True, related_name="import_of")
    size = models.PositiveBigIntegerField(help_text="Of the file, in bytes.")
    task = models.ForeignKey("work.Task", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    dry_run = models.BooleanField()
    # As they were asked for; empty where the file decides.
    format = models.TextField(blank=True, default="", choices=[(one.value, one.value) for one in FileFormat])
    date_order = models.TextField(blank=True, default="")
    timezone = models.TextField(blank=True, default="", help_text="Empty: the zones that the patient lived in.")
    zones = models.JSONField(help_text="(since, zone), as they were when it began: the same file means the same then.")

    state = models.TextField(choices=State.choices, default=State.WAITING)
    error_code = models.TextField(blank=True, default="")
    error = EncryptedTextField(blank=True, default="")
    format_found = models.TextField(blank=True, default="")
    date_order_found = models.TextField(blank=True, default="")
    batch_size = models.PositiveIntegerField()
    position = models.PositiveBigIntegerField(default=0, help_text="How many records of the file are done.")
    progress = models.FloatField(default=0.0)
    lines = models.PositiveBigIntegerField(default=0)
    glucose = models.PositiveBigIntegerField(default=0)
    treatments = models.PositiveBigIntegerField(default=0)
    stored = models.PositiveBigIntegerField(default=0)
    duplicates = models.PositiveBigIntegerField(default=0)
    stored_treatments = models.PositiveBigIntegerField(default=0)
    duplicate_treatments = models.PositiveBigIntegerField(default=0)
    refused = models.JSONField(default=dict, help_text="How many lines, by code.")
    first_time = models.DateTimeField(null=True, blank=True)
    last_time = models.DateTimeField(null=True, blank=True)
    devices = EncryptedJSONField(default=list)
    warnings = EncryptedJSONField(default=list)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "-id"], name="import_of_patient")]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"

    @property
    def is_over(self) -> bool:
        """Whether nobody works on it and nobody is going to."""
        if self.state == self.State.FAILED:
            return self.error_code != INTERRUPTED
        return self.state not in (self.State.WAITING, self.State.RUNNING)


class ImportRefusals(models.Model):
    """The lines of one batch that were refused, (line, code, words) each; nothing that a line said is in it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="refusals")
    position = models.PositiveBigIntegerField()
    lines = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "position"], name="one_row_of_refusals_a_batch")]

    def __str__(self) -> str:
        return f"{self.of_id} up to {self.position}"

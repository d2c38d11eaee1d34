"""What clinicians take out of a patient's statistics."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.encryption import EncryptedTextField


class Exclusion(models.Model):
    """A range of a patient's readings, half-open, that no statistic uses; it stands until it is undone."""

    class Reason(models.TextChoices):
        """Why the readings are not the patient's glucose."""

        COMPRESSION_LOW = "compression_low", "Compression low"
        WARM_UP = "warm_up", "Warm-up of the sensor"
        FAULTY_SENSOR = "faulty_sensor", "Faulty sensor"
        OTHER = "other", "Other"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="exclusions")
    start = models.DateTimeField()
    end = models.DateTimeField()
    reason = models.TextField(choices=Reason.choices)
    note = EncryptedTextField(blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(start__lt=models.F("end")), name="exclusion_ends_after_start"),
            models.CheckConstraint(
                condition=models.Q(undone_at=None, undone_by=None)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="exclusion_is_undone_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-id"], name="exclusion_of_patient")]

    def __str__(self) -> str:
        return f"{self.patient_id} {self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M} {self.reason}"

"""The sensors that patients wear."""

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7


class Sensor(models.Model):
    """A sensor that a patient wore, by its serial number. During a swap two of them have no end."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="sensors")
    serial = models.TextField()
    activated_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When another one had taken over.")
    first_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "serial"], name="one_row_a_sensor")]

    def __str__(self) -> str:
        return f"sensor of {self.patient_id}"

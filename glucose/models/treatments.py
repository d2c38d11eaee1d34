"""Insulin and carbohydrates of patients, and which of them were taken back."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.encryption import EncryptedTextField
from glucose.treatments import TreatmentKind


class Treatment(models.Model):
    """What a patient was given or ate; nothing in it is changed afterwards. The note is the source's own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="treatments")
    time = models.DateTimeField()
    utc_offset_minutes = models.SmallIntegerField()
    kind = models.TextField(choices=[(kind.value, kind.value) for kind in TreatmentKind])
    amount = models.DecimalField(max_digits=9, decimal_places=4)
    unit = models.TextField(choices=[("U", "U"), ("g", "g")])
    duration_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.SmallIntegerField()
    note = EncryptedTextField(blank=True, default="")
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            # The same one again adds nothing; the index is that of a patient's window too.
            models.UniqueConstraint(fields=["patient", "time", "kind", "amount", "source"], name="one_row_a_treatment"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="treatment_is_not_negative"),
            models.CheckConstraint(
                condition=models.Q(kind=TreatmentKind.CARBOHYDRATES.value, unit="g")
                | ~models.Q(kind=TreatmentKind.CARBOHYDRATES.value) & models.Q(unit="U"),
                name="treatment_is_in_its_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient_id} {self.time:%Y-%m-%d %H:%M} {self.kind}"


class TreatmentRemoval(models.Model):
    """That a treatment was taken back, by whom and when; it stands until the treatment is restored, once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="removals")
    reason = EncryptedTextField(blank=True, default="")
    removed_at = models.DateTimeField()
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    restored_at = models.DateTimeField(null=True, blank=True)
    restored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["treatment"], condition=models.Q(restored_at=None), name="one_removal_that_stands"
            ),
            models.CheckConstraint(
                condition=models.Q(restored_at=None, restored_by=None)
                | models.Q(restored_at__isnull=False, restored_by__isnull=False),
                name="treatment_is_restored_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.treatment_id} removed at {self.removed_at:%Y-%m-%d %H:%M}"

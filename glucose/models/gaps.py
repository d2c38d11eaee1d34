"""The gap ledger: the time of a patient that had no readings when it was noticed, and what became of it."""

from django.db import models
from uuid_utils.compat import uuid7

from glucose.gap_ledger import Cause, GapState


class GapLedger(models.Model):
    """From when on readings are expected of a patient: the first one that a source brought."""

    patient = models.OneToOneField(
        "patients.Patient", on_delete=models.CASCADE, primary_key=True, related_name="gap_ledger"
    )
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"gaps of {self.patient_id} since {self.since:%Y-%m-%d %H:%M}"


class Gap(models.Model):
    """A range of the ledger, half-open; no two of a patient overlap."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="gaps")
    start = models.DateTimeField()
    end = models.DateTimeField()
    state = models.TextField(choices=[(state.value, state.value) for state in GapState])
    cause = models.TextField(choices=[(cause.value, cause.value) for cause in Cause])
    noticed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "start"], name="one_gap_a_start"),
            models.CheckConstraint(condition=models.Q(start__lt=models.F("end")), name="gap_ends_after_its_start"),
        ]
        indexes = [
            models.Index(fields=["patient", "end"], name="gap_by_end"),
            models.Index(
                fields=["patient", "next_try_at"], condition=models.Q(state="open"), name="gap_to_be_asked_for"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient_id} {self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M} {self.state}"

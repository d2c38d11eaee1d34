"""What a clinic writes about its care of patients: notes, reviews, and how often patients are reviewed."""

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from accounts.encryption import EncryptedTextField
from patients.cadence import CadenceKind, Outcome

KINDS = [(kind.value, kind.value) for kind in CadenceKind]


def says_its_days(name: str) -> models.CheckConstraint:
    """A custom cadence has days, and no other has."""
    return models.CheckConstraint(
        name=name,
        condition=models.Q(kind=CadenceKind.CUSTOM.value, days__gte=1, days__lte=365)
        | ~models.Q(kind=CadenceKind.CUSTOM.value) & models.Q(days=None),
    )


class Note(models.Model):
    """A note about a patient, and the moment or the half-open range it is about; what it says are its versions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="notes")
    start = models.DateTimeField(null=True, blank=True)
    end = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end=None) | models.Q(start__lt=models.F("end")), name="note_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at=None, removed_by=None)
                | models.Q(removed_at__isnull=False, removed_by__isnull=False),
                name="note_is_removed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-id"], name="note_of_patient")]

    def __str__(self) -> str:
        return f"note {self.id} of {self.patient_id}"


class NoteVersion(models.Model):
    """What a note said from an instant on, by whom; nothing in it is changed afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="versions")
    text = EncryptedTextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["note", "id"], name="version_of_note")]

    def __str__(self) -> str:
        return f"note {self.note_id} at {self.written_at:%Y-%m-%d %H:%M}"


class Review(models.Model):
    """That somebody looked at a patient's data; nothing in it is changed afterwards.

    ``reviewed_on`` is the day that it was at the clinic. ``next_on`` was chosen, or followed from the cadence.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="reviews")
    reviewed_at = models.DateTimeField()
    reviewed_on = models.DateField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(choices=[(outcome.value, outcome.value) for outcome in Outcome])
    note = EncryptedTextField(blank=True, default="")
    next_on = models.DateField()
    next_by_cadence = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(next_on__gt=models.F("reviewed_on")), name="next_review_is_later")
        ]
        indexes = [models.Index(fields=["patient", "-id"], name="review_of_patient")]

    def __str__(self) -> str:
        return f"review of {self.patient_id} on {self.reviewed_on}"


class ClinicReviews(models.Model):
    """How a clinic reviews its patients: the zone of its days, its cadence, and the categories that bring one in.

    ``by_category`` says how many days after the last review somebody is due who is in a category of the overview.
    """

    clinic = models.OneToOneField(
        "accounts.Clinic", on_delete=models.CASCADE, primary_key=True, related_name="review_settings"
    )
    timezone = models.TextField()
    kind = models.TextField(choices=KINDS)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    by_category = models.JSONField(default=dict)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [says_its_days("clinics_cadence_says_its_days")]

    def __str__(self) -> str:
        return f"{self.kind} reviews of {self.clinic_id}"


class PatientCadence(models.Model):
    """How often one patient is reviewed, instead of the clinic's cadence."""

    patient = models.OneToOneField(
        "patients.Patient", on_delete=models.CASCADE, primary_key=True, related_name="review_cadence"
    )
    kind = models.TextField(choices=KINDS)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [says_its_days("patients_cadence_says_its_days")]

    def __str__(self) -> str:
        return f"{self.kind} reviews of {self.patient_id}"

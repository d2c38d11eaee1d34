"""Patients and what is decided about them."""

from django.conf import settings
from django.db import models
from django.utils.timezone import now as utc_now
from uuid_utils.compat import uuid7

from accounts.blind_index import ValueField, WordsField
from accounts.encryption import EncryptedDateField, EncryptedJSONField, EncryptedTextField
from patients import care_models as care_models  # Django knows of models that are imported here.
from patients.choices import DiabetesType, Sex, Status, TargetSet, Unit


class Patient(models.Model):
    """A person whom a clinic follows. ``data_version`` rises with whatever changes an answer about them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey("accounts.Clinic", on_delete=models.PROTECT, related_name="patients")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="own_records"
    )
    name = EncryptedTextField()
    name_words = WordsField(of="name", within="clinic_id", default=list)
    external_ref = EncryptedTextField(null=True, blank=True)
    external_ref_hash = ValueField(of="external_ref", within="clinic_id")
    birth_date = EncryptedDateField(null=True, blank=True)
    email = EncryptedTextField(null=True, blank=True)
    sex = models.TextField(choices=Sex.choices, default=Sex.UNKNOWN)
    diabetes_type = models.TextField(choices=DiabetesType.choices, default=DiabetesType.UNKNOWN)
    timezone = models.TextField()
    unit = models.TextField(choices=Unit.choices, default=Unit.MG_DL)
    target_set = models.TextField(choices=TargetSet.choices, default=TargetSet.T1_T2)
    status = models.TextField(choices=Status.choices, default=Status.ACTIVE)
    data_version = models.BigIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=utc_now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    clinicians = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="CareAssignment", related_name="patients_in_care"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "external_ref_hash"],
                condition=models.Q(deleted_at=None),
                name="external_ref_is_unique_in_the_clinic",
            ),
            models.UniqueConstraint(fields=["user"], condition=models.Q(deleted_at=None), name="one_record_a_user"),
        ]
        # Each filter of the list in the list's order; for words in a name see sql/indexes/.
        indexes = [
            models.Index(fields=["clinic", "id"], condition=models.Q(deleted_at=None), name="patient_of_clinic"),
            models.Index(
                fields=["clinic", "status", "id"], condition=models.Q(deleted_at=None), name="patient_by_status"
            ),
            models.Index(
                fields=["clinic", "diabetes_type", "id"], condition=models.Q(deleted_at=None), name="patient_by_type"
            ),
            models.Index(
                fields=["clinic", "target_set", "id"], condition=models.Q(deleted_at=None), name="patient_by_targets"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class HealthProfile(models.Model):
    """What dosing is based on, as the clinic prescribed it. No answer of the analytics depends on it."""

    patient = models.OneToOneField(Patient, on_delete=models.CASCADE, primary_key=True, related_name="health_profile")
    content = EncryptedJSONField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"health profile of {self.patient_id}"


class CareAssignment(models.Model):
    """A clinician cares for a patient, and therefore sees them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="care_assignments")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="care_assignments")
    since = models.DateTimeField(default=utc_now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "patient"], name="one_assignment_a_clinician")]

    def __str__(self) -> str:
        return f"{self.user_id} cares for {self.patient_id}"


class PatientTimeZone(models.Model):
    """The zone a patient lived in from an instant on; the first has no beginning."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="time_zones")
    timezone = models.TextField()
    since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "since"], nulls_distinct=False, name="one_zone_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.patient_id} in {self.timezone} since {self.since}"


class PatientTargets(models.Model):
    """The targets that stand for a patient from an instant on; nothing in it is changed afterwards.

    Edges and goals are those of custom targets, None for a set. Without ``since`` they stood before the history began.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="targets")
    target_set = models.TextField(choices=TargetSet.choices)
    low_mg_dl = models.PositiveSmallIntegerField(null=True, blank=True)
    high_mg_dl = models.PositiveSmallIntegerField(null=True, blank=True)
    goals = models.JSONField(null=True, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = EncryptedTextField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "since"], nulls_distinct=False, name="one_change_of_targets_at_a_time"
            ),
            models.CheckConstraint(
                name="custom_targets_say_all",
                condition=models.Q(
                    target_set=TargetSet.CUSTOM, low_mg_dl__gte=54, high_mg_dl__lte=250, goals__isnull=False
                )
                & models.Q(low_mg_dl__lt=models.F("high_mg_dl"))
                | ~models.Q(target_set=TargetSet.CUSTOM)
                & models.Q(low_mg_dl=None, high_mg_dl=None, goals__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_set} of {self.patient_id} since {self.since}"


class Consent(models.Model):
    """A dated, versioned agreement of the patient to a use of their data, which they may withdraw."""

    class Purpose(models.TextChoices):
        """What the data may be used for."""

        RESEARCH = "research"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="consents")
    purpose = models.TextField(choices=Purpose.choices)
    version = models.TextField()
    granted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "purpose"],
                condition=models.Q(withdrawn_at=None),
                name="one_consent_in_force_a_purpose",
            )
        ]

    def __str__(self) -> str:
        return f"{self.patient_id} consents to {self.purpose} {self.version}"

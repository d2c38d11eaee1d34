"""Readings (tables made in sql/), sensors, and the vendor's accounts that are followed."""

from typing import Final

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.blind_index import ValueField
from accounts.encryption import EncryptedTextField


class Reading(models.Model):
    """A canonical reading; see sql/hypertables/0001_reading.up.sql and 0003_received_after.up.sql."""

    pk = models.CompositePrimaryKey("patient_id", "time")
    patient_id = models.UUIDField()
    time = models.DateTimeField()
    mg_dl = models.SmallIntegerField()
    utc_offset_minutes = models.SmallIntegerField()
    cadence_minutes = models.SmallIntegerField()
    trend = models.SmallIntegerField(null=True)
    source = models.SmallIntegerField()
    sensor_id = models.UUIDField(null=True)
    out_of_range = models.SmallIntegerField()
    excluded = models.BooleanField()
    received_after_minutes = models.IntegerField()

    class Meta:
        managed = False
        db_table = "reading"

    def __str__(self) -> str:
        return f"{self.patient_id} {self.time:%Y-%m-%d %H:%M:%S} {self.mg_dl} mg/dL"


class LatestReading(models.Model):
    """The newest reading of a patient; see sql/hypertables/0002_latest_reading.up.sql."""

    patient = models.OneToOneField(
        "patients.Patient",
        on_delete=models.DO_NOTHING,
        primary_key=True,
        related_name="latest",
        db_constraint=False,
    )
    time = models.DateTimeField()
    mg_dl = models.SmallIntegerField()
    trend = models.SmallIntegerField(null=True)
    source = models.SmallIntegerField()
    out_of_range = models.SmallIntegerField()
    utc_offset_minutes = models.SmallIntegerField()

    class Meta:
        managed = False
        db_table = "latest_reading"

    def __str__(self) -> str:
        return f"{self.patient_id} {self.time:%Y-%m-%d %H:%M:%S} {self.mg_dl} mg/dL"


class LateRange(models.Model):
    """Days of a patient that the daily aggregate does not show yet."""

    patient_id = models.UUIDField()
    first_time = models.DateTimeField()
    last_time = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "late_range"

    def __str__(self) -> str:
        return f"{self.patient_id} {self.first_time:%Y-%m-%d} to {self.last_time:%Y-%m-%d}"


class Sensor(models.Model):
    """A sensor that a patient wore, by its serial number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="sensors")
    serial = models.TextField()
    activated_at = models.DateTimeField(null=True, blank=True)
    first_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "serial"], name="one_row_a_sensor")]

    def __str__(self) -> str:
        return f"sensor of {self.patient_id}"


class AccountState(models.TextChoices):
    """Where a LibreLinkUp account stands."""

    ACTIVE = "active"
    BAD_CREDENTIALS = "bad_credentials"
    LOCKED_OUT = "locked_out"
    TERMS_REQUIRED = "terms_required"
    VERSION_REFUSED = "version_refused"
    RATE_LIMITED = "rate_limited"
    UNREACHABLE = "unreachable"
    DISABLED = "disabled"


# What a person can do; the other states end by themselves at next_attempt_at.
ACTION_NEEDED: Final = {
    AccountState.BAD_CREDENTIALS: "Enter the password of this LibreLinkUp account again.",
    AccountState.TERMS_REQUIRED: "Sign in to LibreLinkUp, accept its terms, then enter the password here again.",
    AccountState.VERSION_REFUSED: "Ask your operator to raise LIBRELINKUP_VERSION to what the vendor demands.",
    AccountState.DISABLED: "Set the state to active to sync again.",
}


class LibreLinkUpAccount(models.Model):
    """A follower account of LibreLinkUp that a clinic syncs patients from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey("accounts.Clinic", on_delete=models.PROTECT, related_name="librelinkup_accounts")
    email = EncryptedTextField()
    email_hash = ValueField(of="email", within="clinic_id", folded=True)
    password = EncryptedTextField()
    # Rises with a new password or region, so that a visit that began before cannot bring the old session back.
    credentials_version = models.PositiveIntegerField(default=1)
    region = models.TextField(blank=True, default="")
    token = EncryptedTextField(blank=True, default="")
    token_expires_at = models.DateTimeField(null=True, blank=True)
    vendor_user_id = models.TextField(blank=True, default="")
    state = models.TextField(choices=AccountState.choices, default=AccountState.ACTIVE)
    state_detail = models.TextField(blank=True, default="")
    last_success_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    people_seen_at = models.DateTimeField(null=True, blank=True)
    quarantined = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "email_hash"], name="one_account_an_email")]

    def __str__(self) -> str:
        return f"LibreLinkUp account {self.id} ({self.state})"


class VendorPatient(models.Model):
    """A person whom an account follows. Only an explicit act links them to a patient."""

    class State(models.TextChoices):
        """Whether somebody accepted this person."""

        UNLINKED = "unlinked"
        LINKED = "linked"
        IGNORED = "ignored"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(LibreLinkUpAccount, on_delete=models.CASCADE, related_name="people")
    vendor_id = models.TextField()
    first_name = EncryptedTextField(blank=True, default="")
    last_name = EncryptedTextField(blank=True, default="")
    state = models.TextField(choices=State.choices, default=State.UNLINKED)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.SET_NULL, null=True, blank=True, related_name="vendor_patients"
    )
    newest_at = models.DateTimeField(
        null=True, blank=True, help_text="The newest reading that came from this account, whatever others uploaded."
    )
    history_again_at = models.DateTimeField(
        null=True, blank=True, help_text="When the vendor's history, which lags, will have what was missing."
    )
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "vendor_id"], name="one_row_a_person"),
            models.UniqueConstraint(fields=["patient"], name="one_person_a_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.vendor_id} {self.state}"

"""The vendors' accounts that a clinic follows, the people in them, and what came from them that was no reading."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.blind_index import ValueField
from accounts.encryption import EncryptedJSONField, EncryptedTextField
from glucose.account_states import CHOICES, AccountState, Standing


class SourceKind(models.TextChoices):
    """Whose account it is."""

    LIBRELINKUP = "librelinkup", "LibreLinkUp"
    DEXCOM_SHARE = "dexcom_share", "Dexcom Share"


class SourceAccount(models.Model):
    """An account at a vendor that a clinic syncs patients from. ``email`` is what it signs in with."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey("accounts.Clinic", on_delete=models.PROTECT, related_name="source_accounts")
    kind = models.TextField(choices=SourceKind.choices, default=SourceKind.LIBRELINKUP)
    email = EncryptedTextField()
    email_hash = ValueField(of="email", within="clinic_id", folded=True)
    password = EncryptedTextField()
    # Rises with a new password or region, so that a visit that began before cannot bring the old session back.
    credentials_version = models.PositiveIntegerField(default=1)
    region = models.TextField(blank=True, default="")
    token = EncryptedTextField(blank=True, default="")
    token_expires_at = models.DateTimeField(null=True, blank=True)
    vendor_user_id = models.TextField(blank=True, default="")
    state = models.TextField(choices=CHOICES, default=AccountState.ACTIVE)
    state_detail = models.TextField(blank=True, default="")
    failures = models.PositiveIntegerField(default=0, help_text="Refusals in a row.")
    # What the vendor wants a person to accept, and the version that it refused: either tells when trying makes sense.
    pending_step = models.TextField(blank=True, default="")
    refused_version = models.TextField(blank=True, default="")
    last_success_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    people_seen_at = models.DateTimeField(null=True, blank=True)
    quarantined = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "kind", "email_hash"], name="one_account_an_email")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} account {self.id} ({self.state})"

    @property
    def standing(self) -> Standing:
        """Where it stands, for the rules of account_states."""
        return Standing(AccountState(self.state), self.state_detail, self.next_attempt_at, self.failures)


class AccountEvent(models.Model):
    """A change of an account's state, or what a person did about it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(SourceAccount, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    state = models.TextField(choices=CHOICES)
    detail = models.TextField(blank=True, default="")
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="event_of_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.state} at {self.at:%Y-%m-%d %H:%M}"


class VendorPatient(models.Model):
    """A person whom an account follows. Only an explicit act links them to a patient."""

    class State(models.TextChoices):
        """Whether somebody accepted this person."""

        UNLINKED = "unlinked"
        LINKED = "linked"
        IGNORED = "ignored"

    class Problem(models.TextChoices):
        """Why nothing of theirs is synced, although they may be linked."""

        NONE = ""
        VANISHED = "vanished", "The account follows them no more."
        TWICE = "twice", "The account shows two people with the same id."
        ELSEWHERE = "elsewhere", "Another account of the clinic is linked to the same person."

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(SourceAccount, on_delete=models.CASCADE, related_name="people")
    vendor_id = models.TextField()
    first_name = EncryptedTextField(blank=True, default="")
    last_name = EncryptedTextField(blank=True, default="")
    state = models.TextField(choices=State.choices, default=State.UNLINKED)
    problem = models.TextField(choices=Problem.choices, blank=True, default=Problem.NONE)
    problem_since = models.DateTimeField(null=True, blank=True)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.SET_NULL, null=True, blank=True, related_name="vendor_patients"
    )
    newest_at = models.DateTimeField(
        null=True, blank=True, help_text="The newest reading that came from this account, whatever others uploaded."
    )
    history_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="When the history of somebody without readings was last asked for."
    )
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "vendor_id"], name="one_row_a_person"),
            models.UniqueConstraint(fields=["patient"], name="one_person_a_patient"),
        ]
        indexes = [models.Index(fields=["vendor_id"], name="person_by_vendor_id")]

    def __str__(self) -> str:
        return f"{self.vendor_id} {self.state}"


class SetAside(models.Model):
    """Something that a vendor sent and that could not become a reading: kept, once for each content and account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(SourceAccount, on_delete=models.CASCADE, related_name="set_aside")
    digest = models.TextField(help_text="Of reason and content, so that the same one is counted, not kept again.")
    reason = models.TextField()
    content = EncryptedJSONField()
    times = models.PositiveIntegerField(default=1)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="one_row_a_content")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.reason} {self.times} times"

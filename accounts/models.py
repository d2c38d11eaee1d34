"""Users, clinics, what a user is in a clinic, and what users are signed in by."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.callers import Caller
from accounts.encryption import EncryptedTextField
from accounts.endings import Ending as Ending
from accounts.roles import Role, SecondFactorPolicy
from accounts.users import User as User


class Clinic(models.Model):
    """An organisation whose data nobody else sees."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.TextField(unique=True)
    clinicians_see_all = models.BooleanField(default=False)
    second_factor = models.TextField(
        choices=[(policy.value, policy.value) for policy in SecondFactorPolicy],
        default=SecondFactorPolicy.OPTIONAL.value,
        help_text="Who has to sign in with a second factor.",
    )
    retention_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="Readings older than this are deleted; empty keeps them for ever."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(second_factor__in=[policy.value for policy in SecondFactorPolicy]),
                name="known_second_factor_policy",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's role in their clinic; a user belongs to one."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="membership")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="memberships")
    role = models.TextField(choices=[(role.value, role.value) for role in Role])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=[role.value for role in Role]), name="known_role")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role}"

    @property
    def needs_second_factor(self) -> bool:
        """Whether the clinic wants this member to have one; the clinic must be loaded with the membership."""
        return SecondFactorPolicy(self.clinic.second_factor).requires(Role(self.role))

    def caller(self) -> Caller:
        """Who asks when this member asks; the clinic must be loaded with the membership."""
        role = Role(self.role)
        sees_all = role in (Role.ADMIN, Role.SERVICE) or (role is Role.CLINICIAN and self.clinic.clinicians_see_all)
        return Caller(self.user_id, self.clinic_id, role, sees_all)


class Invitation(models.Model):
    """That a user was invited and has not accepted; ``digest`` is of the last link that was mailed."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="invitation")
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    language = models.TextField(default="en")
    digest = models.TextField(unique=True, null=True)  # noqa: DJ001 -- no link is not an empty link
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} is invited"


class KeptAnswer(models.Model):
    """What a request with an ``Idempotency-Key`` was answered."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.TextField()
    method = models.TextField()
    path = models.TextField()
    body_digest = models.TextField()
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = EncryptedTextField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_a_key")]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"


class SessionQuerySet(models.QuerySet["Session"]):
    """Sessions that can be ended together."""

    def end(self, reason: Ending, now: datetime) -> int:
        """Revoke those that are not revoked yet, for good; how many."""
        return self.filter(revoked_at=None).update(revoked_at=now, revoked_because=reason)


class Session(models.Model):
    """A sign-in, and by their ``sid`` all tokens that came of it; no token is stored.

    ``refresh_id`` is the ``jti`` of the one refresh token that is not used yet, ``last_used_at`` when it was made.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    refresh_id = models.UUIDField()
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.TextField(choices=Ending.choices, blank=True, default="")
    user_agent = models.TextField(blank=True, default="")
    address = models.TextField()

    objects = SessionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at}"


class ServiceKey(models.Model):
    """What a program signs in by: SHA-256 of its secret, and for a while of the secret before."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="service_key")
    name = models.TextField()
    scopes = ArrayField(models.TextField(), help_text="Some of accounts.roles.Scope.")
    digest = models.TextField()
    old_digest = models.TextField(null=True, blank=True)  # noqa: DJ001 -- several have none
    old_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="one_key_a_secret"),
            models.UniqueConstraint(fields=["old_digest"], name="one_key_an_old_secret"),
        ]

    def __str__(self) -> str:
        return self.name


class Webhook(models.Model):
    """An address that a clinic wants to be told events at; its deliveries are entries of the outbox.

    ``failing_since`` is when it began to fail without a success since, ``paused_until`` until when nothing is sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="webhooks")
    url = EncryptedTextField()
    description = models.TextField(blank=True, default="")
    events = ArrayField(models.TextField(), help_text="Some of accounts.events.Event.")
    secret = EncryptedTextField()
    old_secret = EncryptedTextField(blank=True, default="")
    old_until = models.DateTimeField(null=True, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_failure_at = models.DateTimeField(null=True, blank=True)
    last_failure = models.TextField(blank=True, default="", help_text="In words.")
    failing_since = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    disabled_because = models.TextField(blank=True, default="", help_text="In words; empty unless we disabled it.")

    def __str__(self) -> str:
        return str(self.id)

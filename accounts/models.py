"""Users, clinics, and what a user is in a clinic."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.callers import Caller
from accounts.encryption import EncryptedTextField
from accounts.roles import Role


class User(AbstractUser):
    """Somebody, or a program, that signs in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = EncryptedTextField(blank=True, default="")
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def get_full_name(self) -> str:
        """The name for people, or the user name."""
        return self.name or self.username


class Clinic(models.Model):
    """An organisation whose data nobody else sees."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.TextField(unique=True)
    clinicians_see_all = models.BooleanField(default=False)
    retention_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="Readings older than this are deleted; empty keeps them for ever."
    )
    created_at = models.DateTimeField(auto_now_add=True)

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

    def caller(self) -> Caller:
        """Who asks when this member asks; the clinic must be loaded with the membership."""
        role = Role(self.role)
        sees_all = role in (Role.ADMIN, Role.SERVICE) or (role is Role.CLINICIAN and self.clinic.clinicians_see_all)
        return Caller(self.user_id, self.clinic_id, role, sees_all)


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

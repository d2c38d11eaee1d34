"""Users, clinics, what a user is in a clinic, and what users are signed in by."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from uuid_utils.compat import uuid7

from accounts.blind_index import ValueField
from accounts.callers import Caller
from accounts.encryption import EncryptedTextField
from accounts.roles import Role, SecondFactorPolicy


class People(UserManager["User"]):
    """Users, who are found by an address without anybody's being read."""

    use_in_migrations = False

    def with_email(self, email: str) -> models.QuerySet["User"]:
        """Whoever has the address, in whatever case; nobody for an empty one."""
        hashes = self.model._meta.get_field("email_hash").hashes(email)
        return self.filter(email_hash__in=hashes)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user who signs in by this user name or address; User.DoesNotExist where nobody does."""
        typed = username or ""
        for user in self.filter(username=typed) | self.with_email(typed):
            if user.sign_in_name.casefold() == typed.casefold():
                return user
        raise self.model.DoesNotExist


class User(AbstractUser):
    """Somebody, or a program, that signs in.

    Where their user name is their address, ``username`` holds the id: nothing of an address stands in plain text.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = EncryptedTextField(blank=True, default="")
    email = EncryptedTextField(blank=True, default="")
    email_hash = ValueField(of="email", folded=True)
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    language = models.TextField(default="en", help_text="Of mails: that of the invitation, then of the last sign-in.")
    page_stamp = models.UUIDField(default=uuid4, editable=False, help_text="Another one ends the sessions of pages.")

    objects: ClassVar[People] = People()

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta(AbstractUser.Meta):
        constraints = [models.UniqueConstraint(fields=["email_hash"], name="one_user_an_email")]

    @property
    def sign_in_name(self) -> str:
        """What they sign in by: the user name, or the address where it is that."""
        return self.email if self.username == str(self.id) else self.username

    def get_full_name(self) -> str:
        """The name for people, or what they sign in by."""
        return self.name or self.sign_in_name

    def get_session_auth_hash(self) -> str:
        """What each page session of the user holds: one that holds another is over."""
        return salted_hmac(
            "accounts.page_sessions", f"{self.password} {self.page_stamp}", algorithm="sha256"
        ).hexdigest()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new password, another e-mail or a deactivation ends all that the user is signed in by, whichever page
        or command it comes from.
        """
        fields = kwargs.get("update_fields")
        if fields is not None and "email" in fields:
            kwargs["update_fields"] = {*fields, "email_hash"}
        if self._state.adding and self.email and self.username.casefold() == self.email.casefold():
            self.username = str(self.id)
        reason = None if self._state.adding else self._ends_sign_ins(fields)
        with transaction.atomic():
            super().save(*args, **kwargs)
            if reason:
                self.end_sign_ins(reason, timezone.now())

    def end_sign_ins(self, reason: "Ending", now: datetime) -> int:
        """End the sessions of tokens, and those of pages by another stamp; how many of tokens."""
        self.page_stamp = uuid4()
        User.objects.filter(id=self.id).update(page_stamp=self.page_stamp)
        return Session.objects.filter(user=self).end(reason, now)

    def _ends_sign_ins(self, update_fields: Iterable[str] | None) -> "Ending | None":
        # Set by set_password until it is saved; a hash that is only made anew at a login does not count.
        if getattr(self, "_password", None) is not None:
            return Ending.PASSWORD
        if not self.is_active:
            return Ending.DEACTIVATED
        saved = update_fields is None or "email" in update_fields
        return Ending.EMAIL if saved and self._has_new_email() else None

    def _has_new_email(self) -> bool:
        stored = User.objects.filter(id=self.id)
        if not self.email:
            return stored.exclude(email_hash=None).exists()
        return not stored.filter(id__in=User.objects.with_email(self.email)).exists()


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


class Ending(models.TextChoices):
    """Why a session was revoked; one that ran out was not."""

    LOGOUT = "logout"
    LOGOUT_EVERYWHERE = "logout everywhere"
    ENDED = "ended from the list"
    REUSE = "refresh token used twice"
    PASSWORD = "new password"  # noqa: S105 -- a reason
    DEACTIVATED = "user deactivated"
    EMAIL = "new e-mail"
    FACTOR_LOST = "second factor lost"
    FACTOR_ADDED = "first second factor"


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

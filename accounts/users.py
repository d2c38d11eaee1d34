"""Users, and how they are found."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from uuid_utils.compat import uuid7

from accounts.blind_index import ValueField
from accounts.encryption import EncryptedTextField
from accounts.endings import Ending


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

    def end_sign_ins(self, reason: Ending, now: datetime) -> int:
        """End the sessions of tokens, and those of pages by another stamp; how many of tokens."""
        self.page_stamp = uuid4()
        User.objects.filter(id=self.id).update(page_stamp=self.page_stamp)
        return int(self.sessions.all().end(reason, now))

    def _ends_sign_ins(self, update_fields: Iterable[str] | None) -> Ending | None:
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

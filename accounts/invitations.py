"""Invitations: a user who cannot sign in yet, and a single-use link by which they become a member.

The link is made where it is mailed, and only its digest is stored: neither the database nor the queue holds it.
"""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from uuid_utils.compat import uuid7

from accounts import identity, mail
from accounts.callers import Caller
from accounts.errors import AlreadyMember, EmailTaken, LinkRefused
from accounts.models import Invitation, Membership, User
from accounts.roles import Act, Role
from accounts.selectors import visible_member
from work import outbox


def invite(caller: Caller, *, email: str, name: str, role: Role, language: str) -> Membership:
    """A member of the caller's clinic who has yet to accept; the mail goes out by the outbox.

    Their user name is the address. EmailTaken where somebody has it, in whatever clinic.
    """
    caller.require(Act.MANAGE_MEMBERS)
    email = email.lower()
    try:
        with transaction.atomic():
            if User.objects.with_email(email).exists() or User.objects.filter(username__iexact=email).exists():
                raise EmailTaken
            user = User(username=email, email=email, name=name, is_active=False, language=language)
            user.set_unusable_password()
            user.save()
            member = Membership.objects.create(user=user, clinic_id=caller.clinic_id, role=role)
            Invitation.objects.create(user=user, invited_by_id=caller.user_id, language=language)
            _put_mail(user.id)
    except IntegrityError:
        raise EmailTaken from None
    return member


def invite_again(caller: Caller, user_id: UUID) -> Membership:
    """Mail a new link; the old one is useless from then on. AlreadyMember where there is nothing to accept."""
    member = visible_member(caller, user_id)
    with transaction.atomic():
        if not Invitation.objects.filter(user_id=user_id).exists():
            raise AlreadyMember
        _put_mail(user_id)
    return member


def mail_link(user_id: UUID, now: datetime, *, key: str) -> bool:
    """Make the link of a key and mail it; False where the invitation was accepted or revoked meanwhile."""
    token = _token(key)
    expires_at = now + timedelta(hours=settings.INVITATION_HOURS)
    # Stored before it is sent, and not in one transaction: a mail server may take long.
    if not Invitation.objects.filter(user_id=user_id).update(digest=_digest(token), expires_at=expires_at):
        return False
    found = Invitation.objects.select_related("user__membership__clinic", "invited_by").get(user_id=user_id)
    mail.send(
        "invitation",
        to=found.user.email,
        language=found.language,
        key=key,
        name=found.user.name,
        clinic=found.user.membership.clinic.name,
        inviter=found.invited_by.get_full_name() if found.invited_by else "",
        path=reverse("account_invitation", args=[token]),
        days=str(round(settings.INVITATION_HOURS / 24)),
    )
    return True


def invited_by_link(token: str, now: datetime) -> User:
    """Whom the link invites; LinkRefused where it is used, replaced, revoked, too old or not ours."""
    found = Invitation.objects.select_related("user__membership__clinic").filter(digest=_digest(token)).first()
    if found is None or found.expires_at is None or found.expires_at <= now:
        raise LinkRefused
    return found.user


def accept(token: str, *, name: str, password: str, now: datetime) -> User:
    """Make the invited a member who can sign in, and the link useless; the caller has validated the password."""
    user = invited_by_link(token, now)
    with identity.acting(user.id):
        # Of two that send the same link at once, one has it.
        held = Invitation.objects.select_for_update(of=("self",)).filter(digest=_digest(token)).first()
        if held is None:
            raise LinkRefused
        user.name, user.is_active = name, True
        user.set_password(password)
        user.save(update_fields=["name", "is_active", "password"])
        held.delete()
    return user


def recognise(verified_emails: Sequence[str]) -> User | None:
    """The user whose address an identity provider has verified; somebody invited accepts by that.

    None where nobody has it, or whoever has it may not sign in any more.
    """
    for email in verified_emails:
        user = User.objects.with_email(email).first()
        if user is None:
            continue
        with identity.acting(user.id):
            user = User.objects.select_for_update().get(id=user.id)
            if Invitation.objects.filter(user=user).delete()[0]:
                user.is_active = True
                user.save(update_fields=["is_active"])
        if user.is_active:
            return user
    return None


def _put_mail(user_id: UUID) -> None:
    key = f"invitation:{user_id}:{uuid7()}"
    outbox.put("invitation_mail", key=key, payload={"user": str(user_id)}, lane=mail.lane(user_id))


def _token(key: str) -> str:
    """The same for every attempt of a mail: one that comes twice has a link that works twice over, and once in all."""
    made = salted_hmac("accounts.invitations", key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _digest(token: str) -> str:
    # 256 bits that nobody guesses need no slow hash.
    return sha256(token.encode()).hexdigest()

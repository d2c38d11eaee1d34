"""Reading members: administrators see those of their clinic."""

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from accounts.callers import Caller
from accounts.errors import MemberNotFound
from accounts.models import Membership
from accounts.roles import ALLOWED, Act

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user_id: str = "user_id") -> Exists:
    """For rows that name a user: whether they have an authenticator app or a passkey; recovery codes alone are none."""
    return Exists(Authenticator.objects.filter(user_id=OuterRef(user_id), type__in=FACTORS))


def visible_members(caller: Caller) -> QuerySet[Membership]:
    """The clinic's members, those who are only invited included; NotAllowed for all but administrators."""
    caller.require(Act.MANAGE_MEMBERS)
    rows = Membership.objects.select_related("user__invitation").filter(clinic_id=caller.clinic_id)
    return rows.annotate(has_second_factor=has_second_factor())


def visible_member(caller: Caller, user_id: UUID) -> Membership:
    """One of them by the user's id; MemberNotFound where the clinic has none, or the role may not know."""
    if Act.MANAGE_MEMBERS not in ALLOWED[caller.role]:
        raise MemberNotFound
    member = visible_members(caller).filter(user_id=user_id).first()
    if member is None:
        raise MemberNotFound
    return member


def member_answer(caller: Caller, user_id: UUID) -> dict[str, Any]:
    """What the API answers about one member, as of now."""
    return answer_of(visible_member(caller, user_id))


def answer_of(member: Any) -> dict[str, Any]:
    """What the API answers about a row of ``visible_members``."""
    invitation = getattr(member.user, "invitation", None)
    status = "invited" if invitation else "active" if member.user.is_active else "deactivated"
    return {
        "id": member.user_id,
        "username": member.user.sign_in_name,
        "name": member.user.name,
        "email": member.user.email,
        "role": member.role,
        "status": status,
        "second_factor": member.has_second_factor,
        "invitation_expires_at": invitation.expires_at if invitation else None,
    }

"""Changing members: their role, whether they may sign in, and a second factor that they lost."""

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

import sql
from accounts import notices
from accounts.callers import Caller
from accounts.errors import LastAdministrator, NotAcceptedYet, OwnMembership
from accounts.models import Clinic, Ending, Invitation, Membership
from accounts.notices import Notice
from accounts.roles import Role
from accounts.selectors import visible_member
from accounts.sessions import end_sessions


def change_member(caller: Caller, user_id: UUID, **fields: Any) -> Membership:
    """Change ``name``, ``role`` or ``active``, whatever is given.

    OwnMembership for one's own role or activity, LastAdministrator where nobody would be left to manage the clinic.
    """
    with transaction.atomic():
        member = _locked(caller, user_id)
        if caller.user_id == user_id and fields.keys() & {"role", "active"}:
            raise OwnMembership
        if fields.get("active") and Invitation.objects.filter(user_id=user_id).exists():
            raise NotAcceptedYet
        member.role = fields.get("role", member.role)
        member.user.name = fields.get("name", member.user.name)
        member.user.is_active = fields.get("active", member.user.is_active)
        member.save(update_fields=["role"])
        member.user.save(update_fields=["name", "is_active"])
        _check_administrators(caller)
    return member


def remove_member(caller: Caller, user_id: UUID) -> None:
    """Deactivate a member, whose name stays with what they did; an invitation is revoked, and nothing stays of it."""
    with transaction.atomic():
        member = _locked(caller, user_id)
        if Invitation.objects.filter(user_id=user_id).exists():
            sql.row("revoke_invitation", {"user": member.user_id})
            return
    change_member(caller, user_id, active=False)


def forget_second_factor(caller: Caller, user_id: UUID) -> None:
    """Take away every second factor of somebody who lost theirs; where one is required, they enrol again.

    OwnMembership for one's own: the pages of the account ask for a proof first.
    """
    with transaction.atomic():
        member = _locked(caller, user_id)
        if caller.user_id == user_id:
            raise OwnMembership
        Authenticator.objects.filter(user_id=user_id).delete()
        end_sessions(member.user, Ending.FACTOR_LOST, timezone.now())
        notices.tell(member.user, Notice.FACTOR_RESET)


def _locked(caller: Caller, user_id: UUID) -> Membership:
    """The member, while nobody else changes members of the clinic: of two admins who remove each other, one stays."""
    member = visible_member(caller, user_id)
    Clinic.objects.select_for_update().get(id=caller.clinic_id)
    return Membership.objects.select_related("user", "clinic").get(user_id=member.user_id)


def _check_administrators(caller: Caller) -> None:
    left = Membership.objects.filter(clinic_id=caller.clinic_id, role=Role.ADMIN, user__is_active=True)
    if not left.exists():
        raise LastAdministrator

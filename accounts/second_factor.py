"""The second factor: who has one, who must have one, and whether a code is right.

Secrets, recovery codes and their storage are django-allauth's. What is ours is the code's single use over all
processes, and the clinic's policy.
"""

from datetime import datetime
from typing import Final

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.errors import SecondFactorMissing, SecondFactorNotEnrolled, WrongCredentials
from accounts.models import Membership, User
from accounts.selectors import FACTORS

Type = Authenticator.Type
STEP_SECONDS: Final = 30
# What the secrets are sealed for.
PLACE: Final = "mfa.authenticator.data"


def enrolled(user: User) -> bool:
    """Whether the user has an authenticator app or a passkey; recovery codes alone are none."""
    return count(user) > 0


def count(user: User) -> int:
    """How many of them the user has."""
    return int(Authenticator.objects.filter(user=user, type__in=FACTORS).count())


def required(user: User) -> bool:
    """Whether the user's clinic wants them to have one."""
    member = Membership.objects.select_related("clinic").filter(user=user).first()
    return member is not None and member.needs_second_factor


def must_enrol(request: HttpRequest, user: User) -> bool:
    """Whether the user of the request's session needs a second factor and has none, nor one of a trusted provider."""
    return not enrolled(user) and required(user) and not _is_proven_elsewhere(request, user)


def _is_proven_elsewhere(request: HttpRequest, user: User) -> bool:
    """Whether a trusted identity provider has signed them in, by however many factors it wants."""
    proofs = get_authentication_records(request, user)
    return settings.OIDC_SECOND_FACTOR_TRUSTED and any(proof["method"] == "socialaccount" for proof in proofs)


def check(user: User, code: str | None, now: datetime) -> None:
    """Nothing where the user may go on: the code is right and now used up, or none is needed.

    SecondFactorMissing where it is needed and not there, WrongCredentials where it is wrong,
    SecondFactorNotEnrolled where the clinic wants one and the user has none.
    """
    if not enrolled(user):
        if required(user):
            raise SecondFactorNotEnrolled
        return
    if not code:
        raise SecondFactorMissing
    if use(user, code, now) is None:
        raise WrongCredentials


@transaction.atomic
def use(user: User, code: str, now: datetime) -> Authenticator | None:
    """The authenticator app or the recovery codes that the code is right for, used up by it; None where it is wrong.

    The row is locked: of two that send the same code at once, one has it.
    """
    typed = "".join(character for character in code if character.isalnum())
    rows = Authenticator.objects.select_for_update().filter(user=user, type__in=(Type.TOTP, Type.RECOVERY_CODES))
    for row in rows.order_by("-type"):
        right = _use_totp(row, typed, now) if row.type == Type.TOTP else row.wrap().validate_code(typed)
        if right:
            return row
    return None


def _use_totp(row: Authenticator, code: str, now: datetime) -> bool:
    """RFC 6238, 5.2: no step is taken twice, none before one that was taken, nor the one it was enrolled with."""
    secret, step = decrypt(row.data["secret"]), int(now.timestamp()) // STEP_SECONDS
    taken = max(row.data.get("last_step", 0), int(row.created_at.timestamp()) // STEP_SECONDS)
    tolerance = settings.MFA_TOTP_TOLERANCE
    right = [
        one
        for one in range(step - tolerance, step + tolerance + 1)
        if constant_time_compare(code, format_hotp_value(hotp_value(secret, one))) and one > taken
    ]
    if not right:
        return False
    row.data["last_step"] = max(right)
    row.save(update_fields=["data"])
    return True

"""Mails that tell a user what was changed about how they sign in, so that they know where it was somebody else."""

import logging
from datetime import datetime
from enum import StrEnum, unique
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from dramatiq.errors import BrokerError
from redis.exceptions import RedisError

from accounts import mail
from accounts.models import User
from work.queues import CRITICAL
from work.services import send

log = logging.getLogger(__name__)


@unique
class Notice(StrEnum):
    """What was changed."""

    PASSWORD = "password"  # noqa: S105 -- a name
    FACTOR_ADDED = "factor added"
    FACTOR_REMOVED = "factor removed"
    FACTOR_RESET = "factor reset"
    NEW_CODES = "new codes"


def tell(user: User, notice: Notice) -> None:
    """Let the actor mail it once the change is committed. What was changed stays so where the broker is away."""
    at = timezone.now().isoformat()
    transaction.on_commit(lambda: _send(user.id, notice, at))


def mail_notice(user_id: UUID, notice: Notice, at: datetime) -> bool:
    """Mail it in the user's language; False where there is no address to mail it to."""
    user = User.objects.filter(id=user_id).first()
    if user is None or not user.email:
        return False
    mail.send(
        "notice",
        to=user.email,
        language=user.language,
        notice=notice,
        name=user.get_full_name(),
        at=f"{at:%Y-%m-%d %H:%M} UTC",
        path=reverse("account_reset_password"),
    )
    return True


def _send(user_id: UUID, notice: Notice, at: str) -> None:
    try:
        send("mail_notice", queue=CRITICAL, user_id=str(user_id), notice=str(notice), at=at)
    except (BrokerError, RedisError) as error:
        log.warning("user %s is not told of %s: %s", user_id, notice, type(error).__name__)

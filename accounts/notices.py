"""Mails that tell a user what was changed about how they sign in, so that they know where it was somebody else."""

from datetime import datetime
from enum import StrEnum, unique
from typing import Final
from uuid import UUID

from django.urls import reverse
from uuid_utils.compat import uuid7

from accounts import mail
from accounts.models import User, Webhook
from work import outbox

OF_WEBHOOK: Final = "webhook_disabled_mail"


@unique
class Notice(StrEnum):
    """What was changed."""

    PASSWORD = "password"  # noqa: S105 -- a name
    FACTOR_ADDED = "factor added"
    FACTOR_REMOVED = "factor removed"
    FACTOR_RESET = "factor reset"
    NEW_CODES = "new codes"


def tell(user: User, notice: Notice) -> None:
    """Have it mailed, in the transaction of the change; nothing where there is no address to mail it to."""
    if user.email:
        payload = {"user": str(user.id), "notice": str(notice)}
        outbox.put("notice_mail", key=f"notice:{user.id}:{uuid7()}", payload=payload, lane=mail.lane(user.id))


def mail_notice(user_id: UUID, notice: Notice, *, at: datetime, key: str) -> bool:
    """Mail it in the user's language; False where there is no address to mail it to."""
    user = User.objects.filter(id=user_id).first()
    if user is None or not user.email:
        return False
    mail.send(
        "notice",
        to=user.email,
        language=user.language,
        key=key,
        notice=notice,
        name=user.get_full_name(),
        at=_written(at),
        path=reverse("account_reset_password"),
    )
    return True


def tell_of_webhook(user_id: UUID, webhook_id: UUID) -> None:
    """Have an administrator mailed that a webhook of their clinic was switched off, in the transaction of that."""
    payload = {"user": str(user_id), "webhook": str(webhook_id)}
    key = f"webhook-disabled:{webhook_id}:{uuid7()}"
    outbox.put(OF_WEBHOOK, key=key, payload=payload, lane=mail.lane(user_id))


def mail_of_webhook(user_id: UUID, webhook_id: UUID, *, at: datetime, key: str) -> bool:
    """Mail it, with the reason; False where there is no address, or the webhook is on again or gone."""
    user = User.objects.filter(id=user_id).first()
    webhook = Webhook.objects.filter(id=webhook_id, active=False).first()
    if user is None or webhook is None or not user.email:
        return False
    mail.send(
        "webhook_disabled",
        to=user.email,
        language=user.language,
        key=key,
        name=user.get_full_name(),
        webhook=webhook.description or str(webhook.id),
        reason=webhook.disabled_because,
        at=_written(at),
    )
    return True


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

"""The webhooks of a clinic as its administrators manage them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from uuid_utils.compat import uuid7

from accounts import webhooks
from accounts.callers import Caller
from accounts.errors import TooManyWebhooks, WebhookNotFound
from accounts.events import Event
from accounts.models import Clinic, Webhook
from accounts.roles import ALLOWED, Act
from accounts.webhook_signing import new_secret
from work.models import OutboxEntry

# How long the secret before a rotation signs too.
OVERLAP: Final = timedelta(days=1)
MOST: Final = 20


def webhooks_to_manage(caller: Caller) -> "QuerySet[Webhook]":
    """The webhooks of the caller's clinic; NotAllowed where the role does not manage them."""
    caller.require(Act.MANAGE_WEBHOOKS)
    return Webhook.objects.filter(clinic_id=caller.clinic_id)


def webhook_to_manage(caller: Caller, webhook_id: UUID) -> Webhook:
    """One of them; WebhookNotFound where the clinic has none, or the role may not know."""
    return _found(caller, webhook_id, lock=False)


@transaction.atomic
def create_webhook(
    caller: Caller, *, url: str, events: Iterable[str], description: str = "", now: datetime
) -> tuple[Webhook, str]:
    """A webhook, and its secret, which is told this once; TooManyWebhooks where the clinic has MOST of them."""
    caller.require(Act.MANAGE_WEBHOOKS)
    Clinic.objects.select_for_update().get(id=caller.clinic_id)
    if Webhook.objects.filter(clinic_id=caller.clinic_id).count() >= MOST:
        raise TooManyWebhooks
    secret = new_secret()
    given = {"url": url, "events": sorted(set(events)), "description": description, "secret": secret}
    return Webhook.objects.create(clinic_id=caller.clinic_id, created_at=now, **given), secret


@transaction.atomic
def change_webhook(caller: Caller, webhook_id: UUID, **fields: Any) -> Webhook:
    """Change ``url``, ``events``, ``description`` or ``active``; one that is switched on starts afresh."""
    webhook = _found(caller, webhook_id, lock=True)
    if "events" in fields:
        fields["events"] = sorted(set(fields["events"]))
    if fields.get("active") or "url" in fields:
        fields |= {"failing_since": None, "paused_until": None}
    if fields.get("active"):
        fields["disabled_because"] = ""
    for name, value in fields.items():
        setattr(webhook, name, value)
    webhook.save(update_fields=list(fields))
    return webhook


@transaction.atomic
def rotate_secret(caller: Caller, webhook_id: UUID, now: datetime) -> tuple[Webhook, str]:
    """A new secret, told this once; for a day the one before signs beside it."""
    webhook = _found(caller, webhook_id, lock=True)
    webhook.old_secret, webhook.old_until = webhook.secret, now + OVERLAP
    webhook.secret = secret = new_secret()
    webhook.save(update_fields=["secret", "old_secret", "old_until"])
    return webhook, secret


@transaction.atomic
def delete_webhook(caller: Caller, webhook_id: UUID) -> None:
    """Forget it; what waits for it is given up."""
    _found(caller, webhook_id, lock=True).delete()


@transaction.atomic
def send_test(caller: Caller, webhook_id: UUID) -> str:
    """Put an event that tells nothing into the outbox, for this webhook, active or not; what it is sent by.

    One at a time: an endpoint that does not answer would hold up a worker for each.
    """
    webhook = _found(caller, webhook_id, lock=True)
    waiting = OutboxEntry.objects.filter(lane=f"test:webhook:{webhook.id}", state=OutboxEntry.State.WAITING).first()
    if waiting is not None:
        return waiting.key
    return webhooks.put(webhook, Event.TEST, of="test", key=f"test:{uuid7()}", subject={})


def deliveries_of(caller: Caller, webhook_id: UUID) -> "QuerySet[OutboxEntry]":
    """What was or is to be delivered to it, as long as it is kept."""
    _found(caller, webhook_id, lock=False)
    return OutboxEntry.objects.filter(kind=webhooks.KIND, payload__webhook=str(webhook_id))


def _found(caller: Caller, webhook_id: UUID, *, lock: bool) -> Webhook:
    if Act.MANAGE_WEBHOOKS not in ALLOWED[caller.role]:
        raise WebhookNotFound
    rows = webhooks_to_manage(caller)
    found = (rows.select_for_update() if lock else rows).filter(id=webhook_id).first()
    if found is None:
        raise WebhookNotFound
    return found

"""One delivery of a webhook: the body of ids, kinds and times, signed, sent, and what its answer means."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import transaction

import sql
from accounts import notices, outside
from accounts.addresses import AddressRefused
from accounts.events import Event
from accounts.models import Membership, Webhook
from accounts.outside import Answer, NoAnswer
from accounts.roles import Role
from accounts.webhook_signing import signatures
from accounts.webhooks import RENDERS
from api.instants import format_instant
from work.errors import NotDelivered, Undeliverable
from work.outbox import Entry

Clock = Callable[[], datetime]
# An endpoint that does not even answer holds up a worker for seconds, so others wait before they try it too.
SHORTEST_PAUSE: Final = timedelta(seconds=10)
LONGEST_PAUSE: Final = timedelta(minutes=15)
DISABLED_AFTER: Final = timedelta(days=3)
GONE: Final = 410
BUSY: Final = frozenset({429, 503})


def deliver(entry: Entry, clock: Clock) -> None:
    """Send the entry to its webhook; Undeliverable and NotDelivered in words of ours, never of an answer's."""
    webhook = Webhook.objects.filter(id=entry.payload["webhook"]).first()
    if webhook is None:
        raise Undeliverable("The webhook was deleted.")
    tested = entry.payload["event"] == Event.TEST
    if not tested and not webhook.active:
        raise Undeliverable("The webhook is switched off.")
    if not tested and webhook.paused_until is not None and clock() < webhook.paused_until <= clock() + LONGEST_PAUSE:
        words = "The endpoint did not answer just now, and is tried again soon."
        raise NotDelivered(words, not_before=webhook.paused_until, counts=False)
    body = body_of(webhook, entry)
    headers = signed_headers(webhook, entry.key, body, clock())
    # Nothing of the database is held while the other side takes its time.
    sql.release()
    try:
        answer = outside.post(webhook.url, body=body, headers=headers)
    except (AddressRefused, NoAnswer) as failure:
        raise _failed(webhook, str(failure), clock(), pause=True) from None
    _judge(webhook, answer, clock())


def body_of(webhook: Webhook, entry: Entry) -> bytes:
    """The body: type and time of the event, and its ids. Undeliverable where what it tells of is gone."""
    event, subject = Event(entry.payload["event"]), entry.payload["subject"]
    if event is Event.TEST:
        data: Any = {"webhook": str(webhook.id)}
    elif event in RENDERS:
        data = RENDERS[event](webhook.clinic_id, subject)
    else:
        raise NotDelivered("No worker knows how this event reads.")
    if data is None:
        raise Undeliverable("What it tells of is not there any more.")
    return orjson.dumps({"type": event.value, "timestamp": format_instant(entry.put_at), "data": data})


def signed_headers(webhook: Webhook, sent_by: str, body: bytes, now: datetime) -> dict[str, str]:
    """What a receiver needs to verify the body; by both secrets while two are valid."""
    keys = [webhook.secret]
    if webhook.old_secret and webhook.old_until is not None and now < webhook.old_until:
        keys.append(webhook.old_secret)
    at = int(now.timestamp())
    return {
        "content-type": "application/json",
        "user-agent": "Saude-IA-Webhooks/1",
        "webhook-id": sent_by,
        "webhook-timestamp": str(at),
        "webhook-signature": signatures(keys, sent_by=sent_by, at=at, body=body),
    }


def _judge(webhook: Webhook, answer: Answer, now: datetime) -> None:
    if 200 <= answer.status < 300:
        fine = {"last_success_at": now, "failing_since": None, "paused_until": None}
        Webhook.objects.filter(id=webhook.id).update(**fine)
        return
    if answer.status == GONE:
        words = "It answered 410: it wants no more."
        _note_failure(webhook, words, now)
        disable(webhook.id, words)
        raise Undeliverable(words)
    redirect = " Redirects are not followed." if 300 <= answer.status < 400 else ""
    wish = _wish(answer.retry_after, now) if answer.status in BUSY else None
    raise _failed(webhook, f"It answered {answer.status}.{redirect}", now, not_before=wish)


def _failed(
    webhook: Webhook, words: str, now: datetime, *, pause: bool = False, not_before: datetime | None = None
) -> NotDelivered | Undeliverable:
    since = _note_failure(webhook, words, now)
    if now - since >= DISABLED_AFTER:
        disable(webhook.id, f"Nothing was delivered since {since:%Y-%m-%d %H:%M} UTC. {words}")
        return Undeliverable(f"{words} The webhook was switched off.")
    if pause:
        until = now + min(max((now - since) / 4, SHORTEST_PAUSE), LONGEST_PAUSE)
        Webhook.objects.filter(id=webhook.id).update(paused_until=until)
    return NotDelivered(words, not_before=not_before)


def _note_failure(webhook: Webhook, words: str, now: datetime) -> datetime:
    """Write it down; since when nothing succeeded."""
    with transaction.atomic():
        row = Webhook.objects.select_for_update().filter(id=webhook.id).first()
        if row is None:
            raise Undeliverable("The webhook was deleted.")
        row.failing_since = row.failing_since or now
        row.last_failure_at, row.last_failure = now, words
        row.save(update_fields=["failing_since", "last_failure_at", "last_failure"])
        return row.failing_since


def disable(webhook_id: UUID, words: str) -> None:
    """Switch it off, and tell the clinic's administrators once."""
    with transaction.atomic():
        found = Webhook.objects.filter(id=webhook_id, active=True)
        if not found.update(active=False, disabled_because=words):
            return
        clinic = Webhook.objects.values_list("clinic_id", flat=True).get(id=webhook_id)
        admins = Membership.objects.filter(clinic_id=clinic, role=Role.ADMIN, user__is_active=True)
        for user_id in sorted(admins.values_list("user_id", flat=True)):
            notices.tell_of_webhook(user_id, webhook_id)


def _wish(retry_after: str, now: datetime) -> datetime | None:
    """When to come again, by a Retry-After in either form (RFC 9110, 10.2.3)."""
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return now + timedelta(seconds=min(int(text[:9]), 86_400))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return at.replace(tzinfo=at.tzinfo or UTC)

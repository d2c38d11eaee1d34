"""Telling a clinic's programs of events: who is told, how an event reads, and putting it into the outbox."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from accounts.events import Event
from accounts.models import Webhook
from work import outbox

# Ids, kinds and times of a clinic's event by the ids of its subject; None where there is no such thing any more.
Render = Callable[[UUID, Mapping[str, str]], Mapping[str, Any] | None]
RENDERS: Final[dict[Event, Render]] = {}
# Of its entries in the outbox.
KIND: Final = "webhook"


def renders(event: str) -> Callable[[Render], Render]:
    """Declare how an event reads; in a module that ``project.actors`` imports.

    The function is given the clinic and the subject, and looks for the subject in that clinic alone. It tells ids,
    kinds and times: no name and no glucose value.
    """

    def declare(render: Render) -> Render:
        RENDERS[Event(event)] = render
        return render

    return declare


def webhooks_of(clinic_id: UUID, event: str) -> "QuerySet[Webhook]":
    """The active webhooks of the clinic that want the event, in the order of their ids."""
    return Webhook.objects.filter(clinic_id=clinic_id, active=True, events__contains=[Event(event)]).order_by("id")


def tell(clinic_id: UUID, event: str, *, of: str, key: str, subject: Mapping[str, str]) -> int:
    """Put the event into the outbox for each webhook that wants it, in the caller's transaction; for how many.

    ``of`` is what is told in order, such as ``patient:<id>``; ``key`` names the event, once and for all.
    """
    wanted = webhooks_of(clinic_id, event)
    for webhook in wanted:
        put(webhook, event, of=of, key=key, subject=subject)
    return len(wanted)


def put(webhook: Webhook, event: str, *, of: str, key: str, subject: Mapping[str, str]) -> str:
    """Put the event into the outbox for one webhook; the ``webhook-id`` that it is sent by."""
    payload = {"webhook": str(webhook.id), "event": Event(event).value, "subject": dict(subject)}
    sent_by = f"{key}:{webhook.id}"
    outbox.put(KIND, key=sent_by, payload=payload, lane=f"{of}:webhook:{webhook.id}")
    return sent_by

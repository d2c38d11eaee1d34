"""Dead letters: messages that were given up, taken from Redis into the database, sent again or discarded by people."""

import json
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import dramatiq
import redis
from django.db import transaction
from django.db.models import Q, QuerySet
from dramatiq.common import xq_name

import sql
from work import heartbeat, last_words
from work.errors import AlreadyRequeued, DeadLetterNotFound
from work.models import DeadLetter
from work.queues import QUEUES
from work.schedules import REGISTER

AT_ONCE: Final = 500
# Where the arguments without a name stand; what the product sends has none.
POSITIONAL: Final = "*"
UNREAD: Final = timedelta(days=180)
DONE_WITH: Final = timedelta(days=30)


def collect(now: datetime) -> int:
    """Take what Redis holds of dead messages into the table; how many letters that made.

    Only what is committed is taken out of Redis, so whatever ends this in between, the next one goes on; and a message
    that is collected twice is one letter.
    """
    made = 0
    with heartbeat.connect() as client:
        for queue in QUEUES:
            dead = f"{dramatiq.get_broker().namespace}:{xq_name(queue)}"  # type: ignore[attr-defined]
            for name in client.zrange(dead, 0, AT_ONCE - 1):
                content, told = client.hget(f"{dead}.msgs", name), json.loads(client.hget(last_words.KEY, name) or "{}")
                if content is not None and not told.get("answer"):
                    made += _keep(queue, name.decode(), content, told, now)
                _take_out(client, dead, name)
    return made


def letters(*, clinic_id: UUID | None = None) -> "QuerySet[DeadLetter]":
    """All of them, or those of a clinic."""
    return DeadLetter.objects.all() if clinic_id is None else DeadLetter.objects.filter(clinic_id=clinic_id)


@transaction.atomic
def requeue(among: "QuerySet[DeadLetter]", letter_id: UUID, *, by: UUID | None, now: datetime) -> DeadLetter:
    """Send the message again, as a new one; DeadLetterNotFound, or AlreadyRequeued.

    Sent before the commit: where Redis fails, nothing happened; where the commit fails, it may be sent once more. The
    message of a task is sent after it, for its row, which waits again then, is the truth: work/lost_tasks.py sends what
    Redis does not take.
    """
    letter = _locked(among, letter_id)
    if letter.requeued_at is not None:
        raise AlreadyRequeued
    named = {name: value for name, value in letter.arguments.items() if name != POSITIONAL}
    message: dramatiq.Message[Any] = dramatiq.Message(
        queue_name=letter.queue,
        actor_name=letter.actor,
        args=tuple(letter.arguments.get(POSITIONAL, ())),
        kwargs=named,
        options={},
    )
    if sql.row("renew_task_of_letter", {"letter": letter.id})[0]:
        transaction.on_commit(lambda: dramatiq.get_broker().enqueue(message), robust=True)
    else:
        dramatiq.get_broker().enqueue(message)
    letter.requeued_at, letter.requeued_by_id = now, by
    letter.save(update_fields=["requeued_at", "requeued_by"])
    return letter


@transaction.atomic
def discard(among: "QuerySet[DeadLetter]", letter_id: UUID) -> None:
    """Forget the letter; DeadLetterNotFound."""
    _locked(among, letter_id).delete()


def forget_old_letters(now: datetime) -> int:
    """Delete the letters that were sent again a while ago, and those that nobody read for half a year; how many."""
    old = Q(requeued_at__lt=now - DONE_WITH) | Q(died_at__lt=now - UNREAD)
    deleted, _ = DeadLetter.objects.filter(old).delete()
    return deleted


def _locked(among: "QuerySet[DeadLetter]", letter_id: UUID) -> DeadLetter:
    letter = among.select_for_update().filter(id=letter_id).first()
    if letter is None:
        raise DeadLetterNotFound
    return letter


def _keep(queue: str, name: str, content: bytes, told: dict[str, Any], now: datetime) -> int:
    """Write the letter, where there is none yet; of a schedule the newest stands for those before."""
    fields = {"queue": queue, "attempts": told.get("attempts", 0)} | _read(content)
    fields["reason"] = told.get("reason") or fields.get("reason", "Why is not known: another version gave it up.")
    fields["died_at"] = datetime.fromisoformat(told["at"]) if "at" in told else now
    message_id = fields.pop("message_id", name)
    with transaction.atomic():
        fields["clinic_id"] = _clinic_of(fields["arguments"])
        letter, created = DeadLetter.objects.get_or_create(message_id=message_id, defaults=fields)
        if created and letter.actor in REGISTER:
            DeadLetter.objects.filter(actor=letter.actor, requeued_at=None).exclude(id=letter.id).delete()
    return int(created)


def _read(content: bytes) -> dict[str, Any]:
    """What a message says; of one that nobody can read, that."""
    try:
        message: dramatiq.Message[Any] = dramatiq.Message.decode(content)
        arguments = {**message.kwargs, **({POSITIONAL: list(message.args)} if message.args else {})}
        actor, message_id = message.actor_name, message.message_id
    except Exception:  # whatever another program put there
        return {"actor": "unknown", "arguments": {}, "reason": "This is no message that can be read."}
    return {"actor": actor, "arguments": arguments, "message_id": message_id, "task_id": _id(arguments, "task_id")}


def _clinic_of(arguments: dict[str, Any]) -> UUID | None:
    """The clinic of what the arguments name, by the first that is known: account, patient, user, who owns the task."""
    named = {name: _id(arguments, f"{name}_id") for name in ("account", "patient", "user", "task")}
    found: UUID | None = sql.row("clinic_of_letter", named)[0]
    return found


def _id(arguments: dict[str, Any], name: str) -> UUID | None:
    try:
        return UUID(arguments[name])
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def _take_out(client: "redis.Redis", dead: str, name: bytes) -> None:
    with client.pipeline() as both:
        both.zrem(dead, name)
        both.hdel(f"{dead}.msgs", name)
        both.hdel(last_words.KEY, name)
        both.execute()

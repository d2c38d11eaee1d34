"""Actors of the accounts, and what delivers their entries of the outbox."""

from datetime import timedelta
from uuid import UUID

import dramatiq
from django.core.management import call_command
from django.utils import timezone

from accounts import idempotency, invitations, notices, resets, sessions, webhook_delivery
from accounts.notices import Notice
from work.errors import Undeliverable
from work.outbox import Entry, delivers
from work.queues import BULK, CRITICAL
from work.schedules import scheduled


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name=BULK, time_limit=300_000)
def forget_ended_sessions() -> None:
    """Delete the sessions that ended long ago."""
    sessions.forget_ended_sessions(timezone.now())


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name=BULK, time_limit=300_000)
def forget_expired_sessions() -> None:
    """Delete the rows of browsers' sessions that ran out."""
    call_command("clearsessions")


# Who waits for a reset asks again sooner than an hour.
@dramatiq.actor(queue_name=CRITICAL, time_limit=60_000, max_age=3_600_000)
def mail_password_reset(address: str, language: str) -> None:
    """Mail a link to the user with the encrypted address, if there is one."""
    resets.mail_link(address, language)


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name=BULK, time_limit=300_000)
def forget_kept_answers() -> None:
    """Delete the answers to keys that nobody repeats any more."""
    idempotency.forget_kept_answers(timezone.now())


@delivers("invitation_mail")
def deliver_invitation(entry: Entry) -> None:
    """Mail a link to somebody who is invited; the same link, where it is mailed twice."""
    _mailed(invitations.mail_link(UUID(entry.payload["user"]), timezone.now(), key=entry.key))


@delivers("notice_mail")
def deliver_notice(entry: Entry) -> None:
    """Mail the user that something about how they sign in was changed."""
    notice, user = Notice(entry.payload["notice"]), UUID(entry.payload["user"])
    _mailed(notices.mail_notice(user, notice, at=entry.put_at, key=entry.key))


@delivers(notices.OF_WEBHOOK)
def deliver_notice_of_webhook(entry: Entry) -> None:
    """Mail an administrator that a webhook was switched off."""
    user, webhook = UUID(entry.payload["user"]), UUID(entry.payload["webhook"])
    _mailed(notices.mail_of_webhook(user, webhook, at=entry.put_at, key=entry.key))


@delivers("webhook")
def deliver_webhook(entry: Entry) -> None:
    """Send an event to a program of a clinic."""
    webhook_delivery.deliver(entry, timezone.now)


def _mailed(done: bool) -> None:
    if not done:
        raise Undeliverable("There is nobody to mail it to any more, or nothing to tell.")

"""Actors of the accounts."""

from datetime import datetime, timedelta
from uuid import UUID

import dramatiq
from django.core.management import call_command
from django.utils import timezone

from accounts import idempotency, invitations, notices, resets, sessions
from accounts.notices import Notice
from work.queues import BULK, CRITICAL
from work.schedules import scheduled
from work.services import running


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


@dramatiq.actor(queue_name=CRITICAL, time_limit=60_000)
def mail_invitation(user_id: str, task_id: str | None = None) -> None:
    """Mail a link to somebody who is invited. Run twice, it mails two, and the second one works."""
    with running(task_id) as progress:
        progress.result = {"mailed": invitations.mail_link(UUID(user_id), timezone.now())}


# Who waits for a reset asks again sooner than an hour.
@dramatiq.actor(queue_name=CRITICAL, time_limit=60_000, max_age=3_600_000)
def mail_password_reset(address: str, language: str) -> None:
    """Mail a link to the user with the encrypted address, if there is one."""
    resets.mail_link(address, language)


@dramatiq.actor(queue_name=CRITICAL, time_limit=60_000)
def mail_notice(user_id: str, notice: str, at: str) -> None:
    """Mail the user that something about how they sign in was changed. Run twice, it tells it twice."""
    notices.mail_notice(UUID(user_id), Notice(notice), datetime.fromisoformat(at))


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name=BULK, time_limit=300_000)
def forget_kept_answers() -> None:
    """Delete the answers to keys that nobody repeats any more."""
    idempotency.forget_kept_answers(timezone.now())

"""Actors of sync and storage. Each takes ids and may run twice without harm."""

import random
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import dramatiq
from django.conf import settings
from django.utils import timezone

from glucose.errors import ImportRefused, NothingToAccept
from glucose.selectors.accounts import accounts_with_old_people, accounts_with_readings
from glucose.services import (
    import_files,
    importing,
    imports,
    late,
    policies,
    rebuild,
    retention,
    standings,
    sync,
    terms,
)
from glucose.services.visitors import VisitSkipped
from glucose.sources.port import SourceRefused
from work.errors import TaskCancelled
from work.leases import alone
from work.queues import BULK, DEFAULT
from work.schedules import scheduled
from work.services import running, send

PEOPLE_ARE_OLD = timedelta(minutes=9)
# Trying again brings the same answer.
REFUSALS = (SourceRefused, NothingToAccept)
NOT_IMPORTED = (ImportRefused, TaskCancelled)


@dramatiq.actor(queue_name=DEFAULT, max_retries=3, min_backoff=30_000, time_limit=150_000, throws=SourceRefused)
def sync_account(account_id: str, task_id: str | None = None) -> None:
    """Fetch what the vendor has for the account and store what is new."""
    with running(task_id) as progress:
        try:
            visit = sync.sync_account(account_id=UUID(account_id), holder=uuid4().hex, clock=timezone.now)
        except VisitSkipped as skipped:
            progress.result = {"visited": False, "reason": str(skipped)}
            return
        progress.result = {"visited": True, **asdict(visit)}


@dramatiq.actor(queue_name=DEFAULT, max_retries=3, min_backoff=30_000, time_limit=150_000, throws=REFUSALS)
def accept_terms(account_id: str, user_id: str, task_id: str | None = None) -> None:
    """Tell the vendor what a person accepted, then fetch what there is."""
    with running(task_id) as progress:
        accepted = terms.accept_terms(
            account_id=UUID(account_id), user_id=UUID(user_id), holder=uuid4().hex, clock=timezone.now
        )
        progress.result = {"accepted": accepted}
    send("sync_account", queue=DEFAULT, account_id=account_id)


@dramatiq.actor(queue_name=BULK, max_retries=3, min_backoff=30_000, time_limit=600_000)
def rebuild_state(patient_id: str, start: str, end: str, task_id: str | None = None) -> None:
    """Recompute what follows from a patient's readings, and tell where it differed."""
    with running(task_id) as progress:
        found = rebuild.rebuild_state(
            UUID(patient_id),
            start=datetime.fromisoformat(start),
            end=datetime.fromisoformat(end),
            now=timezone.now(),
        )
        progress.result = found.as_answer()


@dramatiq.actor(queue_name=BULK, max_retries=5, min_backoff=15_000, time_limit=3_600_000, throws=NOT_IMPORTED)
def import_file(import_id: str, task_id: str | None = None) -> None:
    """Import a file, or the rest of it."""
    of = UUID(task_id) if task_id else None
    with running(task_id) as progress:

        def between(share: float) -> None:
            progress.report(share)
            progress.raise_if_cancelled()

        progress.result = importing.run_import(UUID(import_id), task_id=of, clock=timezone.now, between=between)


# Not behind what it tells of: a file may take an hour.
@scheduled(every=timedelta(seconds=30))
@dramatiq.actor(queue_name=DEFAULT, max_age=25_000, max_retries=0, time_limit=30_000)
def end_left_imports() -> None:
    """Let imports end whose task has ended without them."""
    imports.end_left(timezone.now())


@scheduled(every=timedelta(hours=1))
@dramatiq.actor(queue_name=BULK, time_limit=600_000)
def forget_import_files() -> None:
    """Delete the files that nobody imports, and what was refused of those that were imported long ago."""
    import_files.forget_orphans(timezone.now())
    imports.forget_old(timezone.now() - timedelta(days=settings.IMPORT_FILE_DAYS))


@scheduled(every=timedelta(minutes=5))
@dramatiq.actor(queue_name=DEFAULT, time_limit=60_000, max_age=240_000)
def sync_readings() -> None:
    """Send a visit for each account with linked patients, spread by jitter so that the vendor sees no burst."""
    for account_id in accounts_with_readings(timezone.now()):
        _send_visit(account_id)


@scheduled(every=timedelta(minutes=10))
@dramatiq.actor(queue_name=DEFAULT, time_limit=60_000, max_age=540_000)
def sync_patients() -> None:
    """Send a visit for each account whose people were not seen by a reading sync meanwhile."""
    for account_id in accounts_with_old_people(timezone.now(), PEOPLE_ARE_OLD):
        _send_visit(account_id)


@scheduled(every=timedelta(minutes=1))
@dramatiq.actor(queue_name=DEFAULT, time_limit=600_000, max_age=50_000, max_retries=0)
def refresh_late_ranges() -> None:
    """Bring late readings into the daily aggregate."""
    with alone("refresh_late_ranges", seconds=60) as ours:
        if ours:
            late.refresh_late_ranges(timezone.now)


@scheduled(every=timedelta(minutes=5))
@dramatiq.actor(queue_name=BULK, time_limit=600_000, max_age=240_000, max_retries=0)
def run_due_policies() -> None:
    """Run the storage policies where TimescaleDB has no background workers to do it."""
    with alone("run_due_policies", seconds=60) as ours:
        if ours:
            policies.run_due_policies(timezone.now)


@scheduled(every=timedelta(days=1))
@dramatiq.actor(queue_name=BULK, time_limit=600_000)
def apply_retention() -> None:
    """Delete readings that are older than their clinic keeps them, old history of accounts, and sums of days past."""
    retention.apply_retention(now=timezone.now())
    late.forget_recent_days()
    standings.forget_old_events(timezone.now())


def _send_visit(account_id: UUID) -> None:
    jitter_ms = random.randint(0, settings.LIBRELINKUP_POLL_JITTER_SECONDS * 1000)  # noqa: S311 -- no secret
    send("sync_account", queue=DEFAULT, delay_ms=jitter_ms, account_id=str(account_id))

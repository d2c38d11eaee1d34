"""TimescaleDB's policies, run by us where it has no background workers (the embedded default)."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import connection

import sql
from glucose.services.ownership import as_owner

log = logging.getLogger(__name__)


def run_due_policies(clock: Callable[[], datetime]) -> list[int]:
    """Run what is due and return the job ids; nothing where TimescaleDB's own scheduler is alive.

    Must not be called in a transaction: a refresh cannot run in one.
    """
    due = [job_id for (job_id,) in sql.rows("due_policies", {"now": clock()})]
    for job_id in due:
        sql.run("note_policy_run", {"job_id": job_id, "now": clock()})
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("CALL public.run_job(%s)", [job_id])
        log.info("policy %d ran", job_id)
    return due

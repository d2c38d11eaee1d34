"""The scheduler's loop: one process at a time, by a lease; each period once, by a unique row."""

import logging
import os
import socket
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, close_old_connections, transaction
from django.db.models.functions import Now
from django.utils import timezone
from dramatiq.errors import BrokerError
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

from work import leases, runs
from work.claims import lost_after
from work.errors import LeaseLost
from work.models import ScheduledRun
from work.schedules import REGISTER, Schedule
from work.services import send

log = logging.getLogger(__name__)
LEASE = "scheduler"
TICK_SECONDS = 1.0
LOOK_EVERY = timedelta(seconds=15)
KEEP_RUNS = timedelta(days=7)


class Scheduler:
    """Sends what is due while it holds the lease; waits for the lease otherwise."""

    def __init__(self, lease_seconds: float) -> None:
        self.lease_seconds = lease_seconds
        self.holder = f"{socket.gethostname()}:{os.getpid()}"
        self.held: leases.Held | None = None
        self.renewed_at: datetime | None = None
        self.sent: dict[str, datetime] = {}
        self.looked_at: datetime | None = None

    def run(self, stop: threading.Event) -> None:
        """Tick until told to stop, then hand the lease back."""
        while not stop.is_set():
            try:
                self.tick(timezone.now())
            except (DatabaseError, InterfaceError, PoolTimeout, BrokerError, RedisError) as error:
                # A server that restarts is not our end: try again, as long as it takes.
                log.warning("the scheduler waits: %s", error)
                self.held = None
                close_old_connections()
            stop.wait(TICK_SECONDS)
        if self.held is not None:
            leases.release(self.held)

    def tick(self, now: datetime) -> list[str]:
        """Renew or take the lease, and send what is due; the names of what was sent."""
        if not self._holds(now):
            return []
        sent = [schedule.name for schedule in self._due(REGISTER.values(), now) if self._send(schedule, now)]
        if self.looked_at is None or not timedelta(0) <= now - self.looked_at < LOOK_EVERY:
            self.looked_at = now
            sent += runs.send_lost_runs(now)
        return sent

    def _holds(self, now: datetime) -> bool:
        if self.held is None:
            self.held = leases.acquire(LEASE, self.holder, now, self.lease_seconds)
            self.renewed_at = now
            if self.held is not None:
                log.info("the scheduler's lease is ours, token %d", self.held.token)
        elif self._is_due(now):
            try:
                leases.renew(self.held, now, self.lease_seconds)
                self.renewed_at = now
            except LeaseLost:
                log.warning("another scheduler took the lease")
                self.held = None
        return self.held is not None

    def _is_due(self, now: datetime) -> bool:
        """Whether to renew; at once where the clock was set back, so that the lease does not last until then."""
        third = timedelta(seconds=self.lease_seconds / 3)
        return self.renewed_at is None or not timedelta(0) <= now - self.renewed_at <= third

    def _due(self, schedules: Iterable[Schedule], now: datetime) -> list[Schedule]:
        return [schedule for schedule in schedules if self.sent.get(schedule.name) != schedule.period(now)]

    def _send(self, schedule: Schedule, now: datetime) -> bool:
        period = schedule.period(now)
        # The message before the commit: where it cannot be sent, the period is still to come.
        with transaction.atomic():
            run, created = ScheduledRun.objects.get_or_create(
                schedule=schedule.name, period=period, defaults={"sent_at": now, "overdue_at": Now() + lost_after()}
            )
            if created:
                send(schedule.name, queue=schedule.queue, run_id=run.id)
        self.sent[schedule.name] = period
        return created


def forget_old_runs(now: datetime) -> int:
    """Delete the rows of periods that are long past; how many."""
    deleted, _ = ScheduledRun.objects.filter(period__lt=now - KEEP_RUNS).delete()
    return deleted

"""What the database tells the monitoring: figures by kind and state, through functions that give nothing else."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import DatabaseError, InterfaceError
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from psycopg_pool import PoolTimeout

import sql

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """How a figure of ``sql/security/monitoring.sql`` is called outside, and what its labels are."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    kind: type[GaugeMetricFamily | CounterMetricFamily] = GaugeMetricFamily

    def family(self) -> GaugeMetricFamily | CounterMetricFamily:
        """Without numbers yet."""
        return self.kind(self.name, self.help, labels=self.labels)


COUNTER: Final = CounterMetricFamily
# By the function that tells them, and by the name that it gives them.
TOLD: Final[dict[str, dict[str, Told]]] = {
    "people_figures": {
        "clinics": Told("saude_clinics", "Clinics."),
        "patients": Told("saude_patients", "Patients.", ("status",)),
        "alerts": Told("saude_alerts_open", "Alerts of patients and accounts that are open.", ("kind",)),
        "imports": Told("saude_imports", "Files that were imported, by where their import stands.", ("state",)),
    },
    "sync_figures": {
        "accounts": Told("saude_accounts", "Vendors' accounts.", ("source", "state")),
        "sync_lag": Told("saude_sync_lag_seconds", "Age of the newest reading that a vendor gave.", ("clinic",)),
        "linked_people": Told(
            "saude_linked_people", "Linked people by the age of their newest reading.", ("source", "newest")
        ),
        "oldest_visit": Told(
            "saude_oldest_visit_seconds",
            "Longest time since a visit, of accounts that are well.",
            ("source",),
        ),
        "late_ranges": Told("saude_late_ranges", "Ranges of late readings that the daily aggregate does not show yet."),
    },
    "work_figures": {
        "tasks": Told("saude_tasks", "Tasks that have not ended.", ("queue", "status")),
        "oldest_task": Told("saude_task_oldest_seconds", "Age of the oldest task that waits.", ("queue",)),
        "dead_letters": Told("saude_dead_letters", "Messages that were given up and nobody sent again.", ("queue",)),
        "outbox": Told("saude_outbox_entries", "Entries of the outbox that wait or were given up.", ("kind", "state")),
        "oldest_entry": Told("saude_outbox_oldest_seconds", "How long the longest of them has waited.", ("kind",)),
        "lease": Told("saude_scheduler_lease_timestamp_seconds", "Until when a scheduler has its lease.", ("holder",)),
        "schedule_done": Told(
            "saude_schedule_done_timestamp_seconds", "When a run of the schedule last ended well.", ("schedule",)
        ),
        "schedule_seconds": Told("saude_schedule_seconds", "How long that run took.", ("schedule",)),
        "runs_overdue": Told("saude_schedule_runs_overdue", "Runs whose message or worker is gone.", ("schedule",)),
    },
    "storage_figures": {
        "readings": Told("saude_readings_kept", "Readings that are kept, as the server estimates."),
        "policy_failures": Told(
            "saude_policy_failures", "Runs of a storage policy by TimescaleDB that failed.", ("policy",), COUNTER
        ),
        "policy_ran": Told("saude_policy_ran_timestamp_seconds", "When a storage policy last ran well.", ("policy",)),
    },
    "database_figures": {
        "bytes": Told("saude_database_bytes", "Size of the database."),
        "connections": Told("saude_database_connections", "Connections of clients.", ("state",)),
        "most_connections": Told("saude_database_connections_most", "How many the server lets in."),
        "longest_transaction": Told("saude_database_longest_transaction_seconds", "Age of the oldest transaction."),
        "lock_waits": Told("saude_database_lock_waits", "Sessions that wait for a lock."),
        "transactions": Told("saude_database_transactions", "Transactions that ended.", ("how",), COUNTER),
        "blocks": Told("saude_database_blocks", "Blocks found in memory or read.", ("how",), COUNTER),
        "deadlocks": Told("saude_database_deadlocks", "Deadlocks.", (), COUNTER),
        "temporary_bytes": Told("saude_database_temporary_bytes", "Written to temporary files.", (), COUNTER),
        "archived": Told("saude_wal_archived_timestamp_seconds", "When a segment of WAL was last archived."),
        "archive_failures": Told("saude_wal_archive_failures", "Segments that could not be archived.", (), COUNTER),
        "backup": Told("saude_backup_last_success_timestamp_seconds", "When a backup last went well."),
        "backup_failed": Told(
            "saude_backup_failed", "Whether the newest backup, or check of what is kept, failed.", ("kind",)
        ),
        "replica_lag": Told("saude_replica_lag_seconds", "How far a replica is behind.", ("replica",)),
    },
}


class DatabaseFigures:
    """Asks at each scrape; a database that does not answer is itself a figure."""

    def collect(self) -> Iterator[Metric]:
        """What it told, and whether it told all."""
        up = GaugeMetricFamily("saude_database_up", "Whether the database told all figures.")
        try:
            found = [family for function in TOLD for family in _families(function)]
            up.add_metric([], 1)
        except (DatabaseError, InterfaceError, PoolTimeout) as error:
            log.warning("the database tells nothing: %s", type(error).__name__)
            found = []
            up.add_metric([], 0)
        finally:
            sql.release()
        yield from [up, *found]

    def describe(self) -> Iterable[Metric]:
        """Without asking."""
        yield GaugeMetricFamily("saude_database_up", "Whether the database told all figures.")
        yield from (told.family() for by_name in TOLD.values() for told in by_name.values())


def _families(function: str) -> Iterable[Metric]:
    families: dict[str, Any] = {name: told.family() for name, told in TOLD[function].items()}
    for name, labels, number in sql.rows(function):
        if number is not None and name in families:
            families[name].add_metric(labels, number)
    return families.values()

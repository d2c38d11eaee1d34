"""A round of polls: one worker process visits every account of a large clinic at a vendor that answers slowly."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Final, Self
from uuid import UUID, uuid4

import requests
from django.conf import settings
from django.db import connection

from bench.people import Clinic, clinic
from bench.report import Ratio, print_dataset
from bench.timing import spread
from glucose.account_states import AccountState
from glucose.models import Reading, SourceAccount, VendorPatient
from glucose.services.sync import sync_account
from simulator.process import SimulatorProcess

ACCOUNTS: Final = 40
PATIENTS: Final = 2_000
LATENCY_MS: Final = 200
THREADS: Final = 4
ROUNDS: Final = 5
# The graph lags by 20 minutes: what it did not show at first is asked for once more after that.
SETTLED_AFTER: Final = 8
PASSWORD: Final = "the vendor's"  # noqa: S105 -- the simulator's
INTERVAL: Final = timedelta(minutes=5)
MOST_OF_THE_INTERVAL: Final = 0.25
START: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)


def measure() -> Iterator[Ratio]:
    """The first rounds fetch everybody's history; those that count are of a clinic that is synced."""
    with SimulatorProcess("--now", START.isoformat(), "--speed", "0") as vendor:
        settings.LIBRELINKUP_GLOBAL_URL, settings.LIBRELINKUP_REGION_URL = vendor.url, vendor.url + "/{region}"
        accounts = _followed(vendor, clinic("sync", PATIENTS))
        print_dataset(
            f"{PATIENTS:,} patients on {ACCOUNTS} accounts, generated traces, a vendor that answers after"
            f" {LATENCY_MS} ms, {THREADS} threads of one process"
        )
        with Worker(accounts) as worker:
            now = _catch_up(vendor, worker)
            # Only now: the history of everybody is no round of polls.
            vendor.fault("slow", seconds=LATENCY_MS / 1000)
            found = _rounds(vendor, worker, now)
    print(found, flush=True)
    interval = spread("the interval", "s", [INTERVAL.total_seconds()])
    polls = spread("a round of polls", "s", found.seconds)
    yield Ratio(
        f"a round of {ACCOUNTS} accounts against the interval of polls",
        polls.median / interval.median,
        ("at most", MOST_OF_THE_INTERVAL),
        (polls, interval),
        unit="of it",
    )
    bare = spread("as many calls, nothing done with them", "s", found.bare)
    yield Ratio("a round against the vendor's calls alone", polls.median / bare.median, ("at most", 5), (polls, bare))
    asked = spread("calls of /connections", "", [found.calls["connections"]])
    due = spread("accounts and polls", "", [ACCOUNTS * ROUNDS])
    yield Ratio("calls an account and poll", asked.median / due.median, ("at most", 1), (asked, due))


@dataclass(slots=True)
class Rounds:
    """What the rounds took, and what they asked for."""

    seconds: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    statements: int = 0

    def __str__(self) -> str:
        polls = ACCOUNTS * ROUNDS
        asked = ", ".join(f"{self.calls[name] / polls:.2f} /{name}" for name in ("connections", "graph", "logbook"))
        logins = self.calls["login"] / polls
        return (
            f"a poll of {PATIENTS // ACCOUNTS} patients: {asked}, {logins:.2f} logins,"
            f" {self.statements / polls:.1f} statements"
        )


class Worker:
    """Threads that visit accounts as the worker's do, each with a connection of its own, and how much they ask."""

    def __init__(self, accounts: list[UUID]) -> None:
        self.accounts = accounts
        self.statements = 0
        self.lock = Lock()
        self.threads = ThreadPoolExecutor(THREADS, initializer=lambda: connection.execute_wrappers.append(self))

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        """Count a statement and run it."""
        with self.lock:
            self.statements += 1
        return execute(*arguments)

    def __enter__(self) -> Self:
        # This thread's connection is one of the few that the worker has.
        connection.close()
        return self

    def __exit__(self, *_: object) -> None:
        self.threads.shutdown()

    def visit_all(self, now: datetime) -> float:
        """One round; how many seconds it took."""
        start = time.perf_counter()
        for done in [self.threads.submit(self._visit, account_id, now) for account_id in self.accounts]:
            done.result()
        return time.perf_counter() - start

    def _visit(self, account_id: UUID, now: datetime) -> None:
        try:
            sync_account(account_id=account_id, holder=uuid4().hex, clock=lambda: now)
        finally:
            connection.close()


def _rounds(vendor: SimulatorProcess, worker: Worker, now: datetime) -> Rounds:
    found = Rounds()
    for _ in range(ROUNDS):
        now += INTERVAL
        vendor.set_clock(now=now.isoformat(), speed=0)
        before = worker.statements
        found.seconds.append(worker.visit_all(now))
        found.statements += worker.statements - before
        asked = vendor.requests(since=now.isoformat())
        found.calls += Counter(entry["path"].rsplit("/", 1)[-1] for entry in asked)
        found.bare.append(_bare(vendor))
    return found


def _followed(vendor: SimulatorProcess, people: Clinic) -> list[UUID]:
    """Accounts at the vendor and here, with as many linked patients each."""
    each = PATIENTS // ACCOUNTS
    made = []
    for number in range(ACCOUNTS):
        email = f"follower{number}@example.org"
        vendor.create_account(email, PASSWORD, region="eu")
        account = SourceAccount.objects.create(
            clinic_id=people.clinician.clinic_id, email=email, password=PASSWORD, region="eu"
        )
        made.append(account.id)
        links: list[VendorPatient] = []
        for patient in people.patients[number * each : (number + 1) * each]:
            trace = {"kind": "generator", "profile": "meeting_targets", "seed": len(links)}
            person = vendor.create_patient(email, id=str(patient.id), timezone="America/Sao_Paulo", trace=trace)
            links.append(
                VendorPatient(
                    account=account, vendor_id=person["id"], patient=patient, state=VendorPatient.State.LINKED
                )
            )
        VendorPatient.objects.bulk_create(links)
    return made


def _catch_up(vendor: SimulatorProcess, worker: Worker) -> datetime:
    """Rounds until nobody's history is missing, and those after which its end was asked for; the time of the last."""
    now, took = START, [worker.visit_all(START)]
    while VendorPatient.objects.filter(newest_at=None).exists() or len(took) < SETTLED_AFTER:
        connection.close()
        now += INTERVAL
        vendor.set_clock(now=now.isoformat(), speed=0)
        took.append(worker.visit_all(now))
        if len(took) > 2 * SETTLED_AFTER:
            raise RuntimeError("the histories do not come to an end")
    if SourceAccount.objects.filter(state=AccountState.ACTIVE).count() != ACCOUNTS:
        raise RuntimeError("an account is not active")
    seconds = ", ".join(f"{each:.1f}" for each in took)
    print(f"first rounds, with everybody's history: {seconds} s, {Reading.objects.count():,} readings", flush=True)
    connection.close()
    return now


def _bare(vendor: SimulatorProcess) -> float:
    """The seconds of as many calls by as many threads, refused by the vendor but for its latency."""

    def call(_: int) -> None:
        requests.get(f"{vendor.url}/eu/llu/connections", headers={"product": "llu.android"}, timeout=10)

    start = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(call, range(ACCOUNTS)))
    return time.perf_counter() - start

"""Alerts of 1,000 patients who each get a reading: what looking at them costs, and how soon all of them are raised."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import numpy as np
from django.db import connection
from django.utils import timezone

import sql
from accounts.events import Event
from accounts.models import User, Webhook
from analytics.alert_clock import REACH
from analytics.models import Alert
from analytics.services.alert_evaluation import evaluate_due
from analytics.tasks import evaluate_alerts
from bench.people import Clinic, clinic
from bench.report import Ratio, print_dataset
from bench.timing import interleaved, spread
from glucose.provenance import Source
from glucose.samples import Samples, samples
from glucose.services.ingest import store
from work.models import OutboxEntry
from work.schedules import REGISTER

PATIENTS: Final = 1_000
ROUNDS: Final = 10
ALARMS: Final = 3
HOURS_BEFORE: Final = 6
WITHIN_SECONDS: Final = 30
AGAINST_A_READ: Final = 10
WELL, LOW = 110, 45
STEP: Final = timedelta(minutes=5)


class Now:
    """A clock that goes five minutes with each round."""

    def __init__(self) -> None:
        self.now = timezone.now().replace(microsecond=0)

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now


def measure() -> Iterator[Ratio]:
    """What a round costs in which nobody is low, then one in which everybody is."""
    people, clock = clinic("alerts", PATIENTS), Now()
    _prepare(people, clock)
    print_dataset(
        f"{PATIENTS:,} patients with {HOURS_BEFORE} hours of readings, every kind of alert switched on; a round is one"
        " reading of each; each alarm goes to a page, a mail and a webhook"
    )
    looking, reading = interleaved(
        partial(_round, people, clock, WELL), partial(_read, people, clock), rounds=ROUNDS, warm_up=2
    )
    mine = spread("looking at 1,000 patients", "ms", looking)
    plain = spread("a plain read of 3 hours of them", "ms", reading)
    yield Ratio(
        "looking at patients whose data moved", mine.median / plain.median, ("at most", AGAINST_A_READ), (mine, plain)
    )
    yield _until_raised(people, clock)


def _until_raised(people: Clinic, clock: Now) -> Ratio:
    """From the ingest's commit to the last entry of the outbox, with the longest that the schedule waits."""
    every = REGISTER[evaluate_alerts.actor_name].every.total_seconds()
    found = []
    for _ in range(ALARMS):
        before, put = Alert.objects.count(), OutboxEntry.objects.count()
        found.append(every + _round(people, clock, LOW) / 1000)
        raised, entries = Alert.objects.count() - before, OutboxEntry.objects.count() - put
        print(
            f"  {raised:,} alerts and {entries:,} entries of the outbox {found[-1]:.2f} s after the ingest", flush=True
        )
        assert raised >= PATIENTS
        _round(people, clock, WELL)
    mine = spread("until 1,000 alerts are raised", "s", found)
    allowed = spread("what is allowed", "s", [WITHIN_SECONDS])
    return Ratio("everybody low at once", mine.maximum / WITHIN_SECONDS, ("at most", 1), (mine, allowed))


def _prepare(people: Clinic, clock: Now) -> None:
    """Somebody to tell, and readings of the hours before that everybody was looked at with."""
    User.objects.filter(id=people.clinician.user_id).update(email="")
    Webhook.objects.create(
        clinic_id=people.clinician.clinic_id,
        url="https://example.org/",
        events=[event.value for event in Event],
        secret="-",  # noqa: S106 -- nothing is sent
        created_at=clock(),
    )
    store(_readings(people, clock(), WELL, HOURS_BEFORE * 12), now=clock())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    evaluate_due(clock, lasting=timedelta(minutes=1))


def _round(people: Clinic, clock: Now, mg_dl: int) -> float:
    """Milliseconds that an evaluation takes after everybody got a reading."""
    clock.now += STEP
    stored = store(_readings(people, clock(), mg_dl), now=clock()).stored
    assert stored == PATIENTS
    began = time.monotonic()
    # By the round's clock all is done at once.
    looked = evaluate_due(clock, lasting=timedelta(minutes=1))
    took = time.monotonic() - began
    assert looked == PATIENTS
    return 1000 * took


def _read(people: Clinic, clock: Now) -> float:
    """Milliseconds of reading what an evaluation looks at, and nothing else."""
    ids = [patient.id for patient in people.patients]
    began = time.monotonic()
    rows = sql.rows("points_for_alerts", {"patients": ids, "since": clock() - REACH})
    assert len(rows) == PATIENTS
    return 1000 * (time.monotonic() - began)


def _readings(people: Clinic, until: datetime, mg_dl: int, count: int = 1) -> Samples:
    """So many readings of each patient, the last of them at an instant."""
    times = int(until.timestamp()) - np.arange(count, dtype=np.int64)[::-1] * int(STEP.total_seconds())
    values = np.full(count, mg_dl, dtype=np.int64)
    return Samples.joined(
        [
            samples(patient.id, times, values, utc_offset_minutes=-180, source=Source.UPLOAD)
            for patient in people.patients
        ]
    )

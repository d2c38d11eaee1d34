"""Looking at the patients whose data moved or for whom something is due, and raising and closing what that tells.

A batch of patients is one transaction: what was looked at, what came of it and what people are told are written
together, so that nothing is lost and nothing comes twice wherever it is ended. Only newer data is taken up again.

Where a batch fails, its patients are looked at one by one, each in a transaction of their own, so that whoever it fails
for holds up nobody else: they are noted, left alone for ever longer, and looked at alone until it succeeds.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Final
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

import sql
from analytics.alert_clock import REACH
from analytics.alert_episodes import Point
from analytics.models import Alert
from analytics.selectors.alert_rules import RuleBook, rule_book
from analytics.selectors.alerts import watched
from analytics.services import alert_conditions, alert_readings
from analytics.services.alert_changes import Changes
from analytics.services.alert_conditions import Seen
from glucose.selectors.sensors import newest_sensors

log = logging.getLogger(__name__)
BATCH: Final = 200
FIRST: Final = UUID(int=0)
LAST: Final = UUID(int=2**128 - 1)
# How long a patient whom looking at failed is left alone: twice as long each time.
FIRST_PAUSE: Final = timedelta(seconds=20)
LONGEST_PAUSE: Final = timedelta(minutes=10)
# A sensor that was told of is remembered until after its end.
REMEMBERED: Final = timedelta(hours=80)


@dataclass(frozen=True, slots=True)
class Due:
    """A patient to look at, as they stood when the transaction began to; ``newest`` is of their readings."""

    patient_id: UUID
    failures: int
    version: int
    clinic_id: UUID
    zone: str
    followed: bool
    newest: datetime | None


@dataclass(slots=True)
class Batch:
    """What is known of the patients of a transaction."""

    rules: RuleBook
    points: dict[UUID, list[Point]]
    sensors: dict[UUID, tuple[UUID, datetime]]
    alerts: dict[UUID, list[Alert]] = field(default_factory=dict)


def evaluate_due(clock: Callable[[], datetime], *, lasting: timedelta) -> int:
    """Look once at every patient who is due, in batches, for about so long; at how many.

    Any number may run at once: each takes patients whom no other has. Who was not reached is due the next time.
    """
    sql.run("add_alert_states")
    until, after, looked = clock() + lasting, FIRST, 0
    while clock() < until:
        batch = _evaluate_batch(after, clock())
        if not batch:
            break
        looked, after = looked + len(batch), batch[-1].patient_id
    return looked


def _evaluate_batch(after: UUID, now: datetime) -> list[Due]:
    due: list[Due] = []
    try:
        with transaction.atomic():
            due = _taken(after, LAST, now)
            sound = [patient for patient in due if not patient.failures]
            if sound:
                _evaluate(sound, now)
        alone = [patient for patient in due if patient.failures]
    except (OperationalError, InterfaceError):
        # The database's failure is no patient's.
        raise
    except Exception as error:
        if not due:
            raise
        # Its words may tell of patients.
        log.warning("alerts of %s patients are looked at one by one: %s", len(due), type(error).__name__)
        alone = due
    for patient in alone:
        _evaluate_alone(patient.patient_id, now)
    return due


def _evaluate_alone(patient_id: UUID, now: datetime) -> None:
    """Look at one patient; a failure is theirs alone, unless it cannot even be noted."""
    try:
        with transaction.atomic():
            due = _taken(UUID(int=patient_id.int - 1), patient_id, now)
            if due:
                _evaluate(due, now)
    except Exception as error:
        name = type(error).__name__
        pauses = {"first": FIRST_PAUSE, "longest": LONGEST_PAUSE}
        noted = {"patient": patient_id, "now": now, "error": name} | pauses
        for failures, retry_at in sql.rows("note_not_looked_at", noted):
            log.error("alerts of patient %s failed %s times, until %s: %s", patient_id, failures, retry_at, name)


def _taken(after: UUID, last: UUID, now: datetime) -> list[Due]:
    """The first patients who are due of those after one and up to another, locked to the end of the transaction."""
    bounds = {"after": after, "last": last, "now": now, "latest": now + LONGEST_PAUSE, "limit": BATCH}
    return [Due(*row) for row in sql.rows("patients_to_look_at", bounds)]


def _evaluate(due: Sequence[Due], now: datetime) -> None:
    batch, changes = _known(due, now), Changes(now)
    states = []
    for patient in due:
        seen = _seen(patient, batch)
        alert_readings.look(seen, changes)
        states.append((patient.patient_id, patient.version, alert_conditions.look(seen, changes)))
    changes.write()
    patients, versions, nexts_of = zip(*states, strict=True)
    looked = {"patients": list(patients), "versions": list(versions), "nexts": list(nexts_of), "now": now}
    sql.run("note_looked_at", looked)


def _known(due: Sequence[Due], now: datetime) -> Batch:
    ids = [patient.patient_id for patient in due]
    book = rule_book({patient.clinic_id for patient in due}, ids)
    points = {
        patient_id: [Point(*point) for point in zip(times, values, strict=True)]
        for patient_id, times, values in sql.rows("points_for_alerts", {"patients": ids, "since": now - REACH})
    }
    found = sorted(watched(ids, since=now - REMEMBERED), key=lambda alert: str(alert.patient_id))
    alerts = {key: list(rows) for key, rows in groupby(found, key=attrgetter("patient_id"))}
    return Batch(book, points, newest_sensors(ids), alerts)


def _seen(patient: Due, batch: Batch) -> Seen:
    return Seen(
        patient_id=patient.patient_id,
        clinic_id=patient.clinic_id,
        zone=patient.zone,
        followed=patient.followed,
        newest=patient.newest,
        rules=batch.rules,
        points=batch.points.get(patient.patient_id, []),
        sensor=batch.sensors.get(patient.patient_id),
        alerts=batch.alerts.get(patient.patient_id, []),
    )

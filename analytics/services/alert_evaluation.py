"""Looking at the patients whose data moved or for whom something is due, and raising and closing what that tells.

A batch of patients is one transaction: what was looked at, what came of it and what people are told are written
together, so that nothing is lost and nothing comes twice wherever it is ended. Only newer data is taken up again.
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
# A sensor that was told of is remembered until after its end.
REMEMBERED: Final = timedelta(hours=80)


@dataclass(frozen=True, slots=True)
class Due:
    """A patient to look at, as they stood when the transaction began to; ``newest`` is of their readings."""

    patient_id: UUID
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


def _evaluate_batch(after: UUID, now: datetime, *, most: int = BATCH) -> list[Due]:
    """Look at the next patients; where one of them cannot be looked at, at each of the others alone."""
    due: list[Due] = []
    try:
        with transaction.atomic():
            due = [Due(*row) for row in sql.rows("patients_to_look_at", {"after": after, "now": now, "limit": most})]
            if due:
                _evaluate(due, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if not due:
            raise
        if len(due) == 1:
            # Its words may be of the patient.
            log.error("the alerts of patient %s are not known: %s", due[0].patient_id, type(error).__name__)
        else:
            _evaluate_each(due, after, now)
    return due


def _evaluate_each(due: Sequence[Due], after: UUID, now: datetime) -> None:
    for _ in due:
        alone = _evaluate_batch(after, now, most=1)
        if not alone:
            return
        after = alone[0].patient_id


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

"""Random traces in random pieces, through the ingest and the evaluator: the alarms are those of one pass."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import numpy as np
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.alert_rules import AlertKind
from analytics.models import Alert, AlertState
from glucose.provenance import Source
from glucose.samples import Samples, samples
from glucose.services.ingest import store
from patients.models import Patient
from tests.integration.alerts.scene import START, Scene
from work.models import OutboxEntry

STEP: Final = timedelta(minutes=5)
# Longer than the readings that are looked at.
VALUES: Final = st.lists(st.sampled_from([45, 60, 75, 100, 200]), min_size=10, max_size=50)
MOST: Final = 5  # of a batch, in readings: within the half hour that is recent


def stored(patient: Patient, values: list[int], places: list[int]) -> Samples:
    """Readings of a trace by their places in it, in the order that is given."""
    times = np.array([int((START + place * STEP).timestamp()) for place in places], dtype=np.int64)
    chosen = np.array([values[place] for place in places], dtype=np.int64)
    return samples(patient.id, times, chosen, utc_offset_minutes=0, source=Source.UPLOAD)


def send(scene: Scene, patient: Patient, values: list[int], places: list[int], now: int) -> None:
    """A batch comes with the reading of a place, and everybody is looked at."""
    scene.now = START + now * STEP
    store(stored(patient, values, places), now=scene.now)
    scene.look()


def alarms(patient: Patient) -> list[tuple[str, object, object]]:
    """Kind, beginning and end of each."""
    rows = Alert.objects.filter(patient=patient).order_by("started_at", "kind")
    return [(row.kind, row.started_at, row.ended_at) for row in rows]


@pytest.fixture
def fresh(scene: Scene) -> Callable[[], Patient]:
    """A patient without readings; silence is not of this."""
    scene.only(AlertKind.URGENT_LOW, AlertKind.LOW, AlertKind.HIGH)
    scene.rule(AlertKind.HIGH, threshold_mg_dl=180, minutes=15)
    scene.webhook()
    return lambda: scene.make_patient(scene.patient.clinic, scene.clinician)


def one_pass(scene: Scene, patient: Patient, values: list[int]) -> list[tuple[str, object, object]]:
    for place in range(len(values)):
        send(scene, patient, values, [place], place)
    return alarms(patient)


QUIET: Final = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUIET
@given(values=VALUES, data=st.data())
def test_in_batches_that_are_shuffled_and_sent_again(
    scene: Scene, fresh: Callable[[], Patient], values: list[int], data: st.DataObject
) -> None:
    expected = one_pass(scene, fresh(), values)
    patient, first = fresh(), 0
    while first < len(values):
        last = min(first + data.draw(st.integers(1, MOST)), len(values))
        batch = data.draw(st.permutations(range(max(0, first - 2), last)))
        send(scene, patient, values, list(batch), last - 1)
        first = last

    assert alarms(patient) == expected
    told = OutboxEntry.objects.filter(kind="webhook", lane__startswith=f"patient:{patient.id}:")
    assert told.filter(payload__event="alert.opened").count() == len(expected)
    assert told.filter(payload__event="alert.closed").count() == sum(end is not None for _, _, end in expected)


@QUIET
@given(values=VALUES, data=st.data())
def test_wherever_the_evaluator_is_ended(
    scene: Scene, fresh: Callable[[], Patient], values: list[int], data: st.DataObject
) -> None:
    expected = one_pass(scene, fresh(), values)
    patient = fresh()
    for place in range(len(values)):
        scene.now = START + place * STEP
        store(stored(patient, values, [place]), now=scene.now)
        for committed in data.draw(st.lists(st.booleans(), max_size=2)):
            with transaction.atomic():
                scene.look()
                # It was killed in its last moment.
                transaction.set_rollback(not committed)
        if place % MOST == MOST - 1:
            scene.look()
    scene.look()

    assert alarms(patient) == expected


@QUIET
@given(values=VALUES)
def test_uploaded_as_a_whole_a_day_later_they_alarm_nobody(
    scene: Scene, fresh: Callable[[], Patient], values: list[int]
) -> None:
    patient = fresh()

    send(scene, patient, values, list(range(len(values))), len(values) + 24 * 12)

    assert alarms(patient) == []
    assert AlertState.objects.get(patient=patient).version > 1

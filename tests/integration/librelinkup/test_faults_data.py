"""Odd data: what is a reading is stored as it was measured, what is none is set aside and counted."""

from datetime import timedelta
from typing import Any

import pytest

from glucose.account_states import AccountState
from glucose.gap_ledger import Cause, GapState
from glucose.models import Gap, Reading, Sensor, SourceAccount
from glucose.provenance import Source
from tests.conftest import put
from tests.integration.librelinkup.scene import START, Scene

HARMLESS = (
    *("null_sensor", "null_patient_device", "null_alarm_rules", "null_active_sensors", "null_ticket", "glucose_alarm"),
    *("alarm_in_logbook", "alarm_in_graph", "trend_0", "trend_6", "trend_null", "trend_missing", "unit_flip"),
)


@pytest.mark.parametrize("kind", [*HARMLESS, "null_current", "null_graph", "broken_items", "repeated_time"])
def test_nothing_is_lost_or_doubled(scene: Scene, kind: str) -> None:
    patient, vendor_id = scene.follow()
    scene.fault(kind)
    scene.visit()
    scene.poll(10)
    scene.heal()
    scene.poll(35)

    assert scene.standing().state == AccountState.ACTIVE
    assert scene.is_theirs_alone(patient, vendor_id)
    assert scene.has_all_since(patient, vendor_id, START - timedelta(hours=11))
    assert bool(scene.set_aside()) == (kind in ("broken_items", "null_graph"))
    assert scene.standing().quarantined == sum(scene.set_aside().values())


@pytest.mark.parametrize(("kind", "mg_dl", "flag"), [("hi", 500, 1), ("lo", 40, -1)])
def test_a_value_beyond_the_sensor_is_flagged(scene: Scene, kind: str, mg_dl: int, flag: int) -> None:
    patient, _ = scene.follow()
    scene.fault(kind)

    scene.visit()

    newest = Reading.objects.filter(patient_id=patient.id).latest("time")
    assert (newest.mg_dl, newest.out_of_range, newest.source) == (mg_dl, flag, Source.LIBRELINKUP_CURRENT)


@pytest.mark.parametrize("minutes", [30, 100_000])
def test_a_time_ahead_is_set_aside_and_hides_nothing(scene: Scene, minutes: int) -> None:
    patient, vendor_id = scene.follow()
    scene.visit()
    scene.fault("future_time", minutes=minutes)
    scene.poll(60)
    assert sum(scene.set_aside().values()) == scene.standing().quarantined == 12
    scene.heal()

    scene.poll(30)

    assert scene.is_theirs_alone(patient, vendor_id)
    assert scene.has_all_since(patient, vendor_id, START - timedelta(hours=11))


@pytest.mark.parametrize(
    ("kind", "params", "offsets"),
    [
        ("travel", {}, {540}),
        ("travel", {"offset_minutes": 345}, {345}),
        ("dst_fold", {"offset_minutes": [-120, -180]}, {-120, -180}),
    ],
)
def test_each_reading_keeps_the_offset_it_was_taken_at(
    scene: Scene, kind: str, params: dict[str, Any], offsets: set[int]
) -> None:
    patient, vendor_id = scene.follow()
    scene.fault(kind, **params)

    scene.visit()

    rows = Reading.objects.filter(patient_id=patient.id)
    assert set(rows.values_list("utc_offset_minutes", flat=True)) == offsets
    assert scene.is_theirs_alone(patient, vendor_id)


def test_two_sensors_at_once_are_both_kept_and_no_reading_is_given_to_one(scene: Scene) -> None:
    patient, vendor_id = scene.follow()
    scene.fault("sensor_swap", new="0M0NEW", at=(START - timedelta(minutes=30)).isoformat())

    scene.visit()

    old, new = Sensor.objects.filter(patient=patient).order_by("activated_at")
    assert (old.ended_at, new.ended_at, new.serial) == (None, None, "0M0NEW")
    graph = Reading.objects.filter(patient_id=patient.id, source=Source.LIBRELINKUP_GRAPH)
    assert set(graph.values_list("sensor_id", flat=True)) == {None}
    scene.poll(40)
    # Only the new one is shown, and it is warm.
    old.refresh_from_db()
    assert old.ended_at == new.activated_at
    assert scene.is_theirs_alone(patient, vendor_id)


def test_a_phone_that_comes_back_fills_what_it_missed(scene: Scene) -> None:
    patient, vendor_id = scene.follow()
    scene.visit()
    scene.poll(30)
    scene.fault("stale_phone", at=scene.now.isoformat())
    scene.poll(120)
    assert scene.standing().state == AccountState.ACTIVE
    scene.heal()
    scene.poll(30)

    assert scene.is_theirs_alone(patient, vendor_id)
    assert scene.has_all_since(patient, vendor_id, START - timedelta(hours=11))
    noticed = Gap.objects.filter(patient=patient, noticed_at__gte=START + timedelta(minutes=140))
    assert {gap.state for gap in noticed} == {GapState.FILLED}


def test_days_of_outage_are_lost_with_their_cause_until_an_upload_fills_them(scene: Scene) -> None:
    patient, vendor_id = scene.follow()
    scene.visit()
    scene.poll(60)
    scene.go(60 * 72)
    logbooks = scene.calls().count("logbook")
    scene.visit()
    scene.poll(60)

    assert scene.calls().count("logbook") == logbooks + 1
    lost = Gap.objects.filter(patient=patient, state=GapState.LOST).order_by("start")
    assert {gap.cause for gap in lost} == {Cause.SYNC}
    assert sum((gap.end - gap.start for gap in lost), timedelta(0)) > timedelta(hours=48)
    assert scene.is_theirs_alone(patient, vendor_id)
    first, last = START + timedelta(minutes=60), scene.now - timedelta(hours=10)
    put(patient, *[100] * ((last - first) // timedelta(minutes=5)), start=first, now=scene.now)
    assert not Gap.objects.filter(patient=patient, state=GapState.LOST).exists()


def test_another_accounts_fault_is_nobody_elses(scene: Scene) -> None:
    other = scene.another_account()
    patient, vendor_id = scene.follow(other)
    scene.fault("http_476")
    scene.refused()

    scene.visit(other)

    assert SourceAccount.objects.get(id=other.id).state == AccountState.ACTIVE
    assert scene.is_theirs_alone(patient, vendor_id)

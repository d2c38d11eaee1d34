"""Answers that are none, or do not come: unreachable for a while, and then as if nothing had been."""

import time
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from glucose.account_states import AccountState
from tests.integration.librelinkup.scene import LIST, START, Scene


@pytest.mark.parametrize(
    ("kind", "params", "words"),
    [
        ("html_200", {}, "without usable data"),
        ("truncated_json", {}, "without usable data"),
        ("broken_off", {}, "does not answer"),
        ("hang", {"seconds": 0}, "does not answer"),
        ("http_5xx", {}, "status 503"),
        ("http_5xx", {"status": 500}, "status 500"),
        ("status_911", {}, "its own status 911"),
    ],
)
def test_it_waits_longer_each_time_and_recovers(scene: Scene, kind: str, params: dict[str, Any], words: str) -> None:
    patient, vendor_id = scene.follow()
    scene.visit()
    scene.go(10)
    scene.fault(kind, LIST, **params)
    waits = []
    for _ in range(2):
        account = scene.refused()
        assert account.next_attempt_at is not None
        waits.append(account.next_attempt_at - scene.now)
        scene.go(waits[-1] / timedelta(minutes=1) - 0.01)
        scene.leaves_alone()
        scene.go(0.01)

    assert account.state == AccountState.UNREACHABLE
    assert words in account.state_detail
    assert scene.action_needed() is None
    assert waits == [timedelta(minutes=1), timedelta(minutes=2)]
    scene.heal()
    scene.visit()
    scene.poll(30)
    assert [state for state, _ in scene.history()] == ["unreachable", "active"]
    assert scene.is_theirs_alone(patient, vendor_id)
    assert scene.has_all_since(patient, vendor_id, START - timedelta(hours=11))


@pytest.mark.parametrize("kind", ["hang", "slow"])
def test_a_call_ends_in_its_time(scene: Scene, settings: Settings, kind: str) -> None:
    scene.visit()
    settings.LIBRELINKUP_TIMEOUT_SECONDS = 0.3
    scene.fault(kind, LIST, seconds=10)
    began = time.monotonic()

    account = scene.refused()

    assert 0.3 <= time.monotonic() - began < 5
    assert account.state == AccountState.UNREACHABLE
    assert "does not answer" in account.state_detail


def test_a_slow_answer_within_its_time_is_an_answer(scene: Scene) -> None:
    patient, vendor_id = scene.follow()
    scene.fault("slow", LIST, seconds=0.2)

    scene.visit()

    assert scene.is_theirs_alone(patient, vendor_id)


def test_many_histories_are_read_in_turns(scene: Scene, settings: Settings) -> None:
    settings.LIBRELINKUP_HISTORIES_PER_VISIT = 2
    people = [scene.follow() for _ in range(5)]

    turns = [scene.visit().histories]
    for _ in range(2):
        scene.go(5)
        turns.append(scene.visit().histories)

    assert turns == [2, 2, 1]
    assert all(len(scene.stored(patient)) > 100 for patient, _ in people)
    assert all(scene.is_theirs_alone(*person) for person in people)

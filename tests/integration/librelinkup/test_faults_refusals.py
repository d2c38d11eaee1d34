"""Refusals by status, locks and limits: the state, the time, and that nothing is asked for before it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from glucose.account_states import AccountState
from glucose.services.accounts import change_account, request_sync
from glucose.services.sync import sync_account
from glucose.sources.port import SourceRefused
from tests.integration.librelinkup.scene import GRAPH, LIST, LOGIN, PASSWORD, START, Scene

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("kind", "params", "wait", "words"),
    [
        ("http_429", {}, 15 * MINUTE, "fewer calls"),
        ("http_429", {"retry_after": 600}, 10 * MINUTE, "fewer calls"),
        ("http_429", {"retry_after": "date", "seconds": 1_200}, 20 * MINUTE, "fewer calls"),
        ("http_429", {"retry_after": "soon"}, 15 * MINUTE, "fewer calls"),
        ("http_429", {"retry_after": "9" * 40}, timedelta(days=7), "fewer calls"),
        ("http_430", {}, 60 * MINUTE, "status 430"),
        ("http_430", {"retry_after": 90}, 1.5 * MINUTE, "status 430"),
        ("http_476", {}, timedelta(seconds=65_620), "status 476"),
        ("http_476", {"retry_after": None}, timedelta(hours=24), "status 476"),
        ("http_5xx", {"retry_after": 900}, 15 * MINUTE, "status 503"),
    ],
)
@pytest.mark.parametrize("path", [LIST, LOGIN])
def test_a_limit_is_kept_to_whoever_comes(
    scene: Scene, kind: str, params: dict[str, Any], wait: timedelta, words: str, path: str
) -> None:
    patient, vendor_id = scene.follow()
    scene.fault(kind, path, count=1, **params)

    account = scene.refused()

    assert (account.state, scene.action_needed()) == (AccountState.RATE_LIMITED, None)
    assert words in account.state_detail
    assert account.next_attempt_at is not None
    # A date is written in whole seconds.
    assert abs(account.next_attempt_at - (START + wait)) <= timedelta(seconds=1)
    assert scene.history() == [("rate_limited", account.next_attempt_at)]
    _stays_alone(scene, account.next_attempt_at)
    scene.visit()
    assert scene.standing().state == AccountState.ACTIVE
    assert [state for state, _ in scene.history()][-1] == "active"
    assert scene.is_theirs_alone(patient, vendor_id)


def _stays_alone(scene: Scene, until: datetime) -> None:
    """Not by a sync that somebody asks for, a password, switching off and on, or another worker."""
    scene.now = until - timedelta(seconds=2)
    scene.vendor.set_clock(now=scene.now.isoformat(), speed=0)
    request_sync(scene.admin.caller, scene.account.id)
    scene.leaves_alone()
    change_account(scene.admin.caller, scene.account.id, now=scene.now, password=PASSWORD)
    scene.leaves_alone()
    for state in (AccountState.DISABLED, AccountState.ACTIVE):
        change_account(scene.admin.caller, scene.account.id, now=scene.now, state=state)
    scene.leaves_alone()
    assert scene.standing().next_attempt_at == until
    scene.go(1 / 15)


def test_a_lock_is_kept_to_and_ends_by_itself(scene: Scene) -> None:
    patient, vendor_id = scene.follow()
    scene.fault("lock")

    account = scene.refused()

    assert account.state == AccountState.LOCKED_OUT
    assert account.state_detail == "LibreLinkUp locked this account for 300 seconds."
    assert account.next_attempt_at == START + 5 * MINUTE
    assert scene.history() == [("locked_out", START + 5 * MINUTE)]
    for _ in range(4):
        scene.go(1)
        scene.leaves_alone()
    _stays_alone(scene, START + 5 * MINUTE)
    scene.visit()
    # The global host's refusal, then its redirect, then the login.
    assert scene.calls().count("login") == 3
    assert scene.is_theirs_alone(patient, vendor_id)


@pytest.mark.parametrize(("kind", "seconds"), [("lock", 300), ("http_476", 65_620)])
@pytest.mark.parametrize("disables", [True, False])
def test_a_lock_counts_although_somebody_changes_the_account_meanwhile(
    scene: Scene, kind: str, seconds: int, disables: bool
) -> None:
    scene.fault(kind, LOGIN, count=1)
    looks = 0

    def clock() -> datetime:
        nonlocal looks
        looks += 1
        if looks == 5:
            changes = {"state": AccountState.DISABLED} if disables else {"password": PASSWORD}
            change_account(scene.admin.caller, scene.account.id, now=scene.now, **changes)
        return scene.now

    with pytest.raises(SourceRefused):
        sync_account(account_id=scene.account.id, holder="a", clock=clock)

    assert scene.standing().next_attempt_at == START + timedelta(seconds=seconds)
    if disables:
        assert scene.standing().state == AccountState.DISABLED
        change_account(scene.admin.caller, scene.account.id, now=scene.now, state=AccountState.ACTIVE)
    scene.leaves_alone()


def test_refusals_in_a_row_wait_longer_and_one_success_forgets_them(scene: Scene) -> None:
    scene.visit()
    scene.fault("http_429", LIST)
    waits = []
    for _ in range(6):
        account = scene.refused()
        assert account.next_attempt_at is not None
        waits.append((account.next_attempt_at - scene.now) // MINUTE)
        scene.go(waits[-1])
    scene.heal()

    scene.visit()

    assert waits == [15, 30, 60, 120, 240, 240]
    assert scene.standing().failures == 0
    assert scene.calls().count("login") == 2


def test_a_limit_at_a_history_keeps_what_came_before(scene: Scene) -> None:
    people = [scene.follow() for _ in range(3)]
    scene.fault("http_476", GRAPH, count=1)

    account = scene.refused()

    assert account.state == AccountState.RATE_LIMITED
    assert account.next_attempt_at == START + timedelta(seconds=65_620)
    assert account.last_success_at == START
    assert [len(scene.stored(patient)) for patient, _ in people] == [1, 1, 1]
    assert scene.calls().count("graph") == 1
    scene.go(65_620 / 60)
    assert scene.visit().histories == 3
    assert all(scene.is_theirs_alone(*person) for person in people)


class TestTheVersion:
    def test_it_waits_for_another_one_and_tries_that_at_once(self, scene: Scene, settings: Settings) -> None:
        patient, vendor_id = scene.follow()
        scene.fault("version_920", minimum="4.17.0")

        account = scene.refused()

        assert (account.state, account.next_attempt_at) == (AccountState.VERSION_REFUSED, None)
        assert account.state_detail == "LibreLinkUp refuses version 4.16.0; it demands 4.17.0."
        assert "LIBRELINKUP_VERSION" in (scene.action_needed() or "")
        scene.go(600)
        scene.leaves_alone()
        settings.LIBRELINKUP_VERSION = "4.17.0"
        scene.visit()
        assert scene.history() == [("version_refused", None), ("active", None)]
        assert scene.is_theirs_alone(patient, vendor_id)


class TestARefusedSession:
    @pytest.mark.parametrize("path", [LIST, GRAPH])
    def test_it_logs_in_once_and_goes_on(self, scene: Scene, path: str) -> None:
        scene.visit()
        patient, vendor_id = scene.follow()
        before = scene.calls().count("login")
        scene.fault("http_401", path, count=1)

        scene.visit()

        assert scene.calls().count("login") == before + 1
        assert scene.standing().state == AccountState.ACTIVE
        assert scene.is_theirs_alone(patient, vendor_id)

    def test_one_that_is_refused_right_after_its_login_waits(self, scene: Scene) -> None:
        scene.follow()
        scene.fault("http_401")

        account = scene.refused()

        assert account.state == AccountState.UNREACHABLE
        assert account.state_detail == "LibreLinkUp refuses the session that it just gave."
        assert account.next_attempt_at == START + MINUTE
        assert scene.calls() == ["login", "login", "connections"]
        scene.heal()
        scene.go(5)
        scene.visit()
        assert scene.calls()[3:5] == ["connections", "graph"]

    def test_a_login_that_is_refused_so_is_no_wrong_password(self, scene: Scene) -> None:
        scene.fault("http_401", LOGIN, count=1)

        assert scene.refused().state == AccountState.UNREACHABLE

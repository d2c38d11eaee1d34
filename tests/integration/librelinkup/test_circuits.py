"""A host of the vendor that answers nobody is left alone by all accounts, and nothing is said of those."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from embedded.ports import free_ports
from glucose.models import SourceAccount
from glucose.services import circuits
from glucose.services.circuits import ACCOUNTS, FIRST_REST, LONGEST_REST, Gate
from glucose.services.visitors import VisitSkipped
from glucose.sources.port import HostRests, SourceRefused
from tests.api.asserting import V1
from tests.integration.librelinkup.scene import Scene
from work import heartbeat

HOST = "vendor.example.org"


@pytest.fixture
def accounts(scene: Scene) -> list[SourceAccount]:
    """As many as open a circuit, and two more, each with a session."""
    made = [scene.another_account() for _ in range(ACCOUNTS + 2)]
    for account in made:
        scene.visit(account)
    return made


def fail(scene: Scene, accounts: list[SourceAccount]) -> None:
    """Each is visited, and the vendor answers none."""
    for account in accounts:
        with pytest.raises(SourceRefused):
            scene.visit(account)


def skipped(scene: Scene, account: SourceAccount) -> str:
    """Why no visit is made."""
    with pytest.raises(VisitSkipped) as caught:
        scene.visit(account)
    return str(caught.value)


@pytest.mark.parametrize(("kind", "params"), [("http_5xx", {}), ("hang", {"seconds": 0})])
def test_after_failures_of_several_accounts_no_other_one_asks_or_is_blamed(
    scene: Scene, accounts: list[SourceAccount], kind: str, params: dict[str, Any]
) -> None:
    *failing, spared, _ = accounts
    scene.vendor.fault(kind, **params)
    fail(scene, failing)
    before = len(scene.vendor.requests(account=spared.email))

    words = skipped(scene, spared)

    spared.refresh_from_db()
    assert "does not answer at the moment; it is asked again at" in words
    assert len(scene.vendor.requests(account=spared.email)) == before
    assert (spared.state, spared.failures, spared.next_attempt_at) == ("active", 0, None)


def test_the_first_after_a_while_closes_it_for_all(scene: Scene, accounts: list[SourceAccount]) -> None:
    *failing, first, second = accounts
    scene.vendor.fault("http_5xx")
    fail(scene, failing)
    scene.vendor.clear_faults()
    scene.go(FIRST_REST / timedelta(minutes=1))

    scene.visit(first)
    scene.visit(second)

    assert all(scene.visit(account).people == 0 for account in failing)


def test_the_account_that_asks_first_is_the_only_one_that_finds_it_still_down(
    scene: Scene, accounts: list[SourceAccount]
) -> None:
    *failing, first, second = accounts
    scene.vendor.fault("http_5xx")
    fail(scene, failing)
    scene.go(FIRST_REST / timedelta(minutes=1))

    fail(scene, [first])
    skipped(scene, second)
    scene.go(FIRST_REST / timedelta(minutes=1))
    skipped(scene, second)
    scene.go(FIRST_REST / timedelta(minutes=1))
    fail(scene, [second])


def test_refusals_of_accounts_are_answers(scene: Scene, accounts: list[SourceAccount]) -> None:
    for account in accounts:
        scene.vendor.fault("http_429", account.email)
        with pytest.raises(SourceRefused):
            scene.visit(account)

    assert scene.visit().people == 0


def test_nobody_listening_opens_it_too(scene: Scene, accounts: list[SourceAccount], settings: Settings) -> None:
    settings.LIBRELINKUP_REGION_URL = f"http://127.0.0.1:{free_ports(1)[0]}/{{region}}"
    *failing, spared, _ = accounts

    fail(scene, failing)

    assert "does not answer" in skipped(scene, spared)


def test_the_clinic_is_told_of_its_accounts(scene: Scene, accounts: list[SourceAccount]) -> None:
    api = scene.admin.api
    address = f"{V1}librelinkup/accounts/{accounts[-1].id}/"
    before = api.get(address).json()["vendor_rests"]
    # The API's clock is the true one.
    scene.go((datetime.now(UTC) - scene.now) / timedelta(minutes=1))
    scene.vendor.fault("http_5xx")

    fail(scene, accounts[:ACCOUNTS])

    listed = api.get(f"{V1}librelinkup/accounts/").json()["results"]
    (told,) = {row["vendor_rests"] for row in listed if row["id"] in {str(account.id) for account in accounts}}
    assert before is None
    assert told == api.get(address).json()["vendor_rests"]
    assert told.startswith("127.0.0.1:")


class TestTheCircuit:
    """Alone, at instants of its own."""

    def broken(self, scene: Scene, count: int = ACCOUNTS) -> None:
        for account in [scene.another_account() for _ in range(count)]:
            Gate(account.id).note(HOST, False, scene.now)

    def test_one_account_opens_nothing_however_often_it_fails(self, scene: Scene) -> None:
        for _ in range(10):
            Gate(scene.account.id).note(HOST, False, scene.now)

        assert circuits.resting([HOST], scene.now) == {}

    def test_an_answer_in_between_begins_anew(self, scene: Scene) -> None:
        self.broken(scene, ACCOUNTS - 1)
        Gate(scene.account.id).note(HOST, True, scene.now)
        self.broken(scene, ACCOUNTS - 1)

        assert circuits.resting([HOST], scene.now) == {}

    def test_failures_of_long_ago_do_not_count(self, scene: Scene) -> None:
        self.broken(scene, ACCOUNTS - 1)
        scene.now += circuits.WINDOW + timedelta(seconds=1)
        self.broken(scene, 1)

        assert circuits.resting([HOST], scene.now) == {}

    def test_rests_longer_after_each_probe_that_fails_up_to_a_limit(self, scene: Scene) -> None:
        self.broken(scene)
        rests = []
        for _ in range(6):
            until = circuits.resting([HOST], scene.now)[HOST]
            rests.append(until - scene.now)
            scene.now = until
            Gate(scene.account.id).admit(HOST, scene.now)
            Gate(scene.account.id).note(HOST, False, scene.now)

        assert rests == [FIRST_REST * 2**n for n in range(4)] + [LONGEST_REST] * 2

    def test_of_many_at_once_one_goes_first(self, scene: Scene) -> None:
        self.broken(scene)
        scene.now += FIRST_REST
        first, *others = (Gate(scene.account.id) for _ in range(5))

        first.admit(HOST, scene.now)

        for gate in others:
            with pytest.raises(HostRests):
                gate.admit(HOST, scene.now)
        first.admit(HOST, scene.now)

    def test_a_visit_that_is_under_way_goes_on(self, scene: Scene) -> None:
        under_way = Gate(scene.account.id)
        under_way.admit(HOST, scene.now)

        self.broken(scene)

        under_way.admit(HOST, scene.now)

    def test_is_of_one_host(self, scene: Scene) -> None:
        self.broken(scene)

        Gate(scene.account.id).admit("another.example.org", scene.now)

    def test_is_not_kept_open_by_a_clock_that_was_ahead(self, scene: Scene) -> None:
        now = scene.now
        scene.now += timedelta(days=1)
        self.broken(scene)

        Gate(scene.account.id).admit(HOST, now)

    def test_lets_everybody_through_where_redis_does_not_answer(self, scene: Scene, settings: Settings) -> None:
        self.broken(scene)
        settings.REDIS_URL = "redis://127.0.0.1:1/0"

        Gate(scene.account.id).admit(HOST, scene.now)
        Gate(scene.account.id).note(HOST, False, scene.now)

    def test_leaves_nothing_in_redis_that_stays_for_ever(self, scene: Scene) -> None:
        self.broken(scene)
        scene.now += FIRST_REST
        Gate(scene.account.id).admit(HOST, scene.now)

        with heartbeat.connect() as client:
            left: Any = [client.ttl(key) for key in client.scan_iter("saude:circuit:*")]
        assert len(left) == 3
        assert all(0 < seconds <= 1200 for seconds in left)

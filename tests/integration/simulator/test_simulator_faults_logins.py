"""Faults of logins, the lasting ones over several calls."""

import pytest

from simulator.process import SimulatorProcess
from tests.integration.simulator.follower import Follower, Reply

LOCKED = {
    "status": 429,
    "data": {"code": 60, "data": {"failures": 3, "interval": 60, "lockout": 300}, "message": "locked"},
}


def redirected_to(reply: Reply) -> str | None:
    """Where a login sends its client."""
    assert reply.json["status"] == 0
    region: str | None = reply.data.get("region")
    return region


def step(reply: Reply) -> str | None:
    """The step a login asks for."""
    found: dict[str, str] = reply.data.get("step", {})
    return found.get("type")


class TestBadCredentials:
    def test_they_come_in_spite_of_the_right_password_and_lock_nobody(
        self, simulator: SimulatorProcess, follower: Follower
    ) -> None:
        simulator.fault("bad_credentials", account=follower.email, count=4)

        refused = [follower.login().json for _ in range(4)]

        assert refused == [{"status": 2, "error": {"message": "notAuthenticated"}}] * 4
        assert follower.login().json["status"] == 0


class TestLock:
    def test_it_refuses_every_login_of_the_account_while_it_lasts(
        self, simulator: SimulatorProcess, follower: Follower, other_follower: Follower
    ) -> None:
        simulator.fault("lock", account=follower.email)
        assert follower.login().json == LOCKED

        simulator.set_clock(now="2025-06-15T12:04:59Z")
        follower.region = "us"
        assert follower.login().json == LOCKED
        follower.region, follower.password = "eu2", "wrong"
        assert follower.login().json == LOCKED
        assert other_follower.login().json["status"] == 0

        simulator.set_clock(now="2025-06-15T12:05:00Z")
        follower.password = "correct horse"
        assert follower.login().json["status"] == 0
        assert follower.faults() == ["lock", "lock", "lock", None]

    def test_it_lasts_as_long_as_told_and_leaves_tokens_alone(
        self, simulator: SimulatorProcess, follower: Follower
    ) -> None:
        follower.login()
        simulator.fault("lock", seconds=60)

        assert follower.login().data["data"]["lockout"] == 60
        assert follower.get().status == 200
        simulator.set_clock(now="2025-06-15T12:01:00Z")
        assert follower.login().json["status"] == 0

    def test_it_comes_again_after_it_passed_as_often_as_told(
        self, simulator: SimulatorProcess, follower: Follower
    ) -> None:
        simulator.fault("lock", account=follower.email, count=2)
        answers = []
        for minute in (0, 1, 5, 6, 10):
            simulator.set_clock(now=f"2025-06-15T12:{minute:02}:00Z")
            answers.append(follower.login().json["status"])

        assert answers == [429, 429, 429, 429, 0]

    def test_it_ends_with_its_fault(self, simulator: SimulatorProcess, follower: Follower) -> None:
        simulator.fault("lock", account=follower.email)
        follower.login()
        assert simulator.faults() == []

        simulator.clear_faults(follower.email)

        assert follower.login().json["status"] == 0

    def test_one_of_three_wrong_passwords_is_in_the_log_too(
        self, simulator: SimulatorProcess, follower: Follower
    ) -> None:
        follower.password = "wrong"

        for _ in range(5):
            follower.login()

        assert follower.faults() == [None, None, None, "lock", "lock"]


class TestRedirect:
    def test_the_account_lives_there_from_then_on(self, simulator: SimulatorProcess, follower: Follower) -> None:
        patient = simulator.create_patient(follower.email)
        follower.login()
        simulator.fault("redirect", account=follower.email, region="de")
        assert follower.get().json["status"] == 0

        assert redirected_to(follower.login()) == "de"

        (listed,) = [a for a in simulator.call("GET", "/_sim/accounts")[1] if a["email"] == follower.email]
        assert listed["region"] == "de"
        assert follower.get().json == {"status": 911}
        assert follower.graph(patient["id"]).json["error"] == {"message": "couldNotLoadPatient"}
        follower.region = "de"
        assert redirected_to(follower.login()) is None
        assert follower.get().json["status"] == 0
        for elsewhere in ("eu2", ""):
            follower.region = elsewhere
            assert redirected_to(follower.login()) == "de"
        assert follower.faults().count("redirect") == 1

    @pytest.mark.parametrize(("lives_in", "moves_to"), [("eu2", "us"), ("us", "eu")])
    def test_it_leads_elsewhere_without_a_region(
        self, simulator: SimulatorProcess, follower: Follower, lives_in: str, moves_to: str
    ) -> None:
        simulator.set_region(follower.email, lives_in)
        follower.region = lives_in
        simulator.fault("redirect", account=follower.email)

        assert redirected_to(follower.login()) == moves_to
        follower.region = moves_to
        assert redirected_to(follower.login()) is None

    def test_one_that_is_not_real_leads_back(self, simulator: SimulatorProcess, follower: Follower) -> None:
        simulator.fault("redirect", account=follower.email, count=1, region="fr", real=False)

        assert redirected_to(follower.login()) == "fr"
        follower.region = "fr"
        assert redirected_to(follower.login()) == "eu2"
        follower.region = "eu2"
        assert redirected_to(follower.login()) is None

    def test_a_loop_never_ends(self, simulator: SimulatorProcess, follower: Follower) -> None:
        simulator.fault("redirect_loop", account=follower.email)
        visited = []
        for _ in range(6):
            region = redirected_to(follower.login())
            assert region
            visited.append(region)
            follower.region = region

        assert visited == ["eu", "us", "eu", "us", "eu", "us"]

    @pytest.mark.parametrize(("params", "region"), [({}, "xx"), ({"region": "eu9"}, "eu9")])
    def test_a_region_may_be_unknown(
        self, simulator: SimulatorProcess, follower: Follower, params: dict[str, str], region: str
    ) -> None:
        simulator.fault("unknown_region", account=follower.email, count=1, **params)

        assert redirected_to(follower.login()) == region
        assert redirected_to(follower.login()) is None


class TestSteps:
    def test_each_login_asks_for_terms_then_policy_until_both_were_taken(
        self, simulator: SimulatorProcess, follower: Follower
    ) -> None:
        simulator.fault("step_tou_pp", account=follower.email)

        asked = [follower.login() for _ in range(2)]
        assert [(reply.json["status"], step(reply)) for reply in asked] == [(4, "tou")] * 2
        then = follower.accept("tou", asked[-1].data["authTicket"]["token"])
        assert step(then) == "pp"
        assert step(follower.login()) == "pp"
        done = follower.accept("pp", then.data["authTicket"]["token"])

        assert (done.json["status"], step(done)) == (0, None)
        assert follower.get().json["status"] == 0
        assert step(follower.login()) is None
        assert follower.faults().count("step_tou_pp") == 1

    def test_they_are_taken_back_with_their_fault(self, simulator: SimulatorProcess, follower: Follower) -> None:
        simulator.fault("step_tou_pp", account=follower.email)
        assert step(follower.login()) == "tou"

        simulator.clear_faults()

        assert step(follower.login()) is None

    def test_they_are_no_answer_to_a_login_elsewhere(self, simulator: SimulatorProcess, follower: Follower) -> None:
        simulator.fault("step_tou_pp", account=follower.email)
        follower.region = ""

        assert redirected_to(follower.login()) == "eu2"
        follower.region = "eu2"
        assert step(follower.login()) == "tou"

    @pytest.mark.parametrize(("params", "name"), [({}, "newConsent"), ({"type": "verifyEmail"}, "verifyEmail")])
    def test_one_may_be_unknown(
        self, simulator: SimulatorProcess, follower: Follower, params: dict[str, str], name: str
    ) -> None:
        simulator.fault("step_unknown", account=follower.email, count=1, **params)

        reply = follower.login()

        assert (reply.json["status"], step(reply)) == (4, name)
        follower.headers["authorization"] = f"Bearer {reply.data['authTicket']['token']}"
        assert follower.send("POST", f"/auth/continue/{name}", {}).status == 404
        assert step(follower.login()) is None

"""Passwords, regions and tokens of accounts, changed while clients use them."""

from pathlib import Path
from typing import Any

import pytest

from simulator.process import SimulatorProcess
from tests.integration.simulator.follower import Follower


class TestPassword:
    def test_a_new_one_replaces_the_old_and_leaves_tokens_alone(
        self, simulator: SimulatorProcess, follower: Follower
    ) -> None:
        follower.login()

        simulator.set_password(follower.email, "new horse")

        assert follower.get().status == 200
        assert follower.login().json["status"] == 2
        follower.password = "new horse"
        assert follower.login().json["status"] == 0


class TestRevocation:
    def test_every_token_ends_and_the_log_still_knows_whose_it_was(
        self, simulator: SimulatorProcess, follower: Follower, other_follower: Follower
    ) -> None:
        first = Follower(simulator, follower.email, follower.password)
        for each in (first, follower, other_follower):
            each.login()

        simulator.revoke_tokens(follower.email)

        assert [each.get().status for each in (first, follower, other_follower)] == [401, 401, 200]
        assert [entry["status"] for entry in simulator.requests(account=follower.email)] == [200, 200, 401, 401]
        follower.login()
        assert follower.get().status == 200


class TestRegion:
    def test_it_changes_at_once(self, simulator: SimulatorProcess, follower: Follower) -> None:
        follower.login()

        simulator.set_region(follower.email, "jp")

        assert follower.get().json == {"status": 911}
        follower.region = "jp"
        assert follower.get().json["status"] == 0


class TestChanges:
    @pytest.mark.parametrize(
        ("what", "body", "error"),
        [
            ("password", {}, "password: expected a text"),
            ("password", {"password": ""}, "password: expected a text"),
            ("region", {"region": "xx"}, "region: expected one of eu, "),
        ],
    )
    def test_a_bad_body_is_refused(
        self, simulator: SimulatorProcess, account: str, what: str, body: dict[str, Any], error: str
    ) -> None:
        status, answer = simulator.call("POST", f"/_sim/accounts/{account}/{what}", body)

        assert status == 422
        assert answer["error"].startswith(error)

    @pytest.mark.parametrize("what", ["password", "region", "revoke"])
    def test_an_unknown_account_is_not_found(self, simulator: SimulatorProcess, what: str) -> None:
        assert simulator.call("POST", f"/_sim/accounts/no@example.org/{what}", {})[0] == 404

    def test_the_address_may_be_escaped_and_the_answer_is_the_account(
        self, simulator: SimulatorProcess, account: str
    ) -> None:
        path = f"/_sim/accounts/{account.upper().replace('@', '%40')}/region"

        status, answer = simulator.call("POST", path, {"region": "fr"})

        assert (status, answer["email"], answer["region"]) == (200, account, "fr")

    def test_they_survive_a_kill(self, tmp_path: Path) -> None:
        state = str(tmp_path / "state.jsonl")
        with SimulatorProcess("--state", state) as first:
            first.create_account("a@example.org", "old", "eu2")
            first.create_account("b@example.org", "pw", "eu2")
            patient_id = first.create_patient("a@example.org")["id"]
            follower = Follower(first, "a@example.org", "old")
            follower.login()
            first.revoke_tokens("a@example.org")
            first.set_password("a@example.org", "new")
            first.set_region("a@example.org", "us")
            first.move_patient(patient_id, "b@example.org")
            before = first.call("GET", "/_sim/accounts")
            first.kill()

        with SimulatorProcess("--state", state) as second:
            assert second.call("GET", "/_sim/accounts") == before
            follower.simulator, follower.region = second, "us"
            assert follower.get().status == 401
            follower.password = "new"
            assert follower.login().json["status"] == 0
            assert follower.get().data == []

"""Setting, listing and removing faults, and which requests they hit."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from simulator.process import SimulatorProcess
from tests.integration.simulator.follower import LOGIN, Follower


class TestSetting:
    def test_a_fault_is_answered_with_its_id_and_listed_while_it_hits(
        self, simulator: SimulatorProcess, follower: Follower
    ) -> None:
        body = {"account": follower.email.upper(), "path": "/llu/connections", "kind": "http_429", "count": 2}

        status, created = simulator.call("POST", "/_sim/faults", {**body, "params": {"retry_after": 7}})

        assert status == 201
        assert created == {
            "id": created["id"],
            "kind": "http_429",
            "account": follower.email,
            "path": "/llu/connections",
            "count": 2,
            "left": 2,
            "params": {"retry_after": 7, "seconds": 60},
            "set_at": "2025-06-15T12:00:00.000Z",
        }
        follower.get()
        assert simulator.faults() == [{**created, "left": 1}]
        follower.get()
        assert simulator.faults() == []

    @pytest.mark.parametrize(
        ("body", "error"),
        [
            ({}, "kind: expected one of http_429, "),
            ({"kind": "flood"}, "kind: expected one of http_429, "),
            ({"kind": ["hi"]}, "kind: expected one of http_429, "),
            ({"kind": "hi", "count": 0}, "count: expected a number from 1 to 1e+09"),
            ({"kind": "hi", "count": 1.5}, "count: expected a whole number"),
            ({"kind": "hi", "account": 3}, "account: expected a text"),
            ({"kind": "hi", "path": ""}, "path: expected a text"),
            ({"kind": "hi", "path": "llu"}, "path: expected a path from / on"),
            ({"kind": "hi", "times": 3}, "times: unknown field; expected account, count, kind, params, path"),
            ({"kind": "hi", "params": []}, "params: expected a JSON object"),
            ({"kind": "html_200", "params": {"a": 1}}, "params: html_200 has no 'a' (it has: none)"),
            ({"kind": "hi", "params": {"value": 1}}, "params: hi has no 'value' (it has: mg_dl, patient)"),
            ({"kind": "hi", "params": {"patient": "x"}}, "params.patient: expected a patient's id"),
            ({"kind": "lock", "params": {"seconds": 0}}, "params.seconds: expected a number from 1 to 2.592e+06"),
            ({"kind": "http_5xx", "params": {"status": 404}}, "params.status: expected a number from 500 to 599"),
            ({"kind": "http_429", "params": {"retry_after": "a\nb"}}, "params.retry_after: expected seconds, 'date', "),
            ({"kind": "http_429", "params": {"retry_after": -1}}, "params.retry_after: expected seconds, 'date', "),
            ({"kind": "unknown_region", "params": {"region": "de"}}, "params.region: 'de' is known"),
            ({"kind": "redirect", "params": {"region": "xx"}}, "params.region: expected one of eu, "),
            ({"kind": "redirect", "params": {"real": 1}}, "params.real: expected true or false"),
            ({"kind": "travel", "params": {"timezone": "Mars/Olympus"}}, "params.timezone: unknown zone"),
            ({"kind": "travel", "params": {"offset_minutes": "60"}}, "params.offset_minutes: expected minutes from "),
            ({"kind": "dst_fold", "params": {"offset_minutes": [60]}}, "params.offset_minutes: expected two offsets"),
            ({"kind": "dst_fold", "params": {"at": "noon"}}, "params.at: not RFC 3339: 'noon'"),
            ({"kind": "version_920", "params": {"minimum": "new"}}, "params.minimum: expected a version such as "),
            ({"kind": "patient_moved"}, "params.account: expected a text"),
        ],
    )
    def test_what_it_does_not_know_is_refused_in_one_line(
        self, simulator: SimulatorProcess, body: dict[str, Any], error: str
    ) -> None:
        status, answer = simulator.call("POST", "/_sim/faults", body)

        assert (status, len(answer["error"].splitlines())) == (422, 1)
        assert answer["error"].startswith(error)
        assert simulator.faults() == []

    def test_an_account_has_to_exist(self, simulator: SimulatorProcess) -> None:
        answer = simulator.call("POST", "/_sim/faults", {"kind": "hi", "account": "no@example.org"})

        assert answer == (404, {"error": "no account no@example.org"})

    def test_all_are_removed_or_those_of_one_account_or_one(
        self, simulator: SimulatorProcess, follower: Follower, other_follower: Follower
    ) -> None:
        mine, others, everybodys = [
            simulator.fault("html_200", account=account)["id"]
            for account in (follower.email, other_follower.email, None)
        ]
        simulator.clear_faults(follower.email)
        assert [fault["id"] for fault in simulator.faults()] == [others, everybodys]

        assert simulator.call("DELETE", f"/_sim/faults/{others}")[0] == 200
        assert simulator.call("DELETE", f"/_sim/faults/{mine}")[0] == 404
        assert [fault["id"] for fault in simulator.faults()] == [everybodys]

        assert simulator.call("DELETE", "/_sim/faults") == (200, [])
        assert simulator.call("DELETE", "/_sim/faults?acount=x")[0] == 422
        assert follower.login().json["status"] == 0

    def test_none_outlives_the_process(self, tmp_path: Any) -> None:
        state = str(tmp_path / "state.jsonl")
        with SimulatorProcess("--state", state) as first:
            first.fault("http_429")
        with SimulatorProcess("--state", state) as second:
            assert second.faults() == []


class TestPath:
    @pytest.mark.parametrize(
        ("path", "hit"),
        [
            (None, ["login", "connections", "graph"]),
            ("/llu", ["login", "connections", "graph"]),
            ("/llu/auth/login", ["login"]),
            ("/eu2/llu/auth/login", ["login"]),
            ("/llu/connections", ["connections", "graph"]),
            ("/llu/connections$", ["connections"]),
            ("/llu/connections/*/graph", ["graph"]),
            ("*/graph", ["graph"]),
            ("/llu/connections/*/logbook", []),
        ],
    )
    def test_it_is_a_prefix_or_a_glob_without_the_region(
        self, simulator: SimulatorProcess, follower: Follower, new_patient: Any, path: str | None, hit: list[str]
    ) -> None:
        patient_id = new_patient()["id"]
        follower.login()
        simulator.fault("status_911", account=follower.email, path=path)

        replies = {
            "login": follower.login(),
            "connections": follower.get(),
            "graph": follower.graph(patient_id),
        }

        assert [name for name, reply in replies.items() if reply.json["status"] == 911] == hit


class TestCount:
    def test_it_hits_exactly_so_many_of_many_requests_at_once(
        self, simulator: SimulatorProcess, follower: Follower
    ) -> None:
        follower.login()
        simulator.fault("http_429", account=follower.email, path="/llu/connections", count=17)
        simulator.fault("null_ticket", account=follower.email, count=23)

        with ThreadPoolExecutor(16) as pool:
            replies = list(pool.map(lambda _: follower.get(), range(100)))

        refused = [reply for reply in replies if reply.status == 429]
        assert len(refused) == 17
        assert sum(reply.json["ticket"] is None for reply in replies if reply.status == 200) == 23
        assert sorted(str(fault) for fault in follower.faults()[1:]) == (
            ["None"] * 60 + ["http_429"] * 17 + ["null_ticket"] * 23
        )
        assert simulator.faults() == []

    def test_faults_for_the_whole_answer_follow_each_other(
        self, simulator: SimulatorProcess, follower: Follower
    ) -> None:
        for seconds in (3, 5):
            simulator.fault("http_429", path="/llu/connections", count=1, retry_after=seconds)
        simulator.fault("http_5xx", path="/llu/connections", count=1, status=502)

        replies = [follower.get() for _ in range(4)]

        assert [reply.status for reply in replies] == [429, 429, 502, 200]
        assert [reply.headers.get("Retry-After") for reply in replies[:2]] == ["3", "5"]
        assert follower.faults() == [None, "http_429", "http_429", "http_5xx", None]

    def test_faults_in_the_data_come_together_and_with_what_lets_an_answer_pass(
        self, simulator: SimulatorProcess, follower: Follower, new_patient: Any
    ) -> None:
        new_patient(trace={"kind": "generator", "profile": "meeting_targets", "seed": 3})
        for kind in ("slow", "null_sensor", "trend_6"):
            simulator.fault(kind, account=follower.email, path="/llu/connections", count=1, **SHORT.get(kind, {}))

        (person,) = follower.get().data

        assert person["sensor"] is None
        assert person["glucoseMeasurement"]["TrendArrow"] == 6
        assert follower.faults() == [None, "null_sensor,trend_6,slow"]

    def test_a_refused_request_uses_up_no_fault_in_the_data(
        self, simulator: SimulatorProcess, follower: Follower
    ) -> None:
        simulator.fault("empty_connections", account=follower.email, count=1)
        follower.login()
        good = follower.headers["account-id"]
        follower.headers["account-id"] = "00"
        assert follower.get().status == 401
        follower.headers["account-id"] = good
        follower.get()

        assert follower.faults() == [None, None, "empty_connections"]

    def test_a_stranger_is_hit_by_what_is_for_everybody_only(
        self, simulator: SimulatorProcess, follower: Follower
    ) -> None:
        stranger = Follower(simulator, f"{uuid4()}@example.org", "pw")
        simulator.fault("http_430", account=follower.email)
        assert stranger.login().json["status"] == 2

        simulator.fault("http_430", path=LOGIN)
        assert stranger.login().status == 430


SHORT: dict[str, dict[str, Any]] = {"slow": {"seconds": 0.01}}

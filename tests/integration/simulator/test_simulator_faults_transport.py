"""Refusals by status, pages that are no JSON, and connections that fail or wait."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from simulator.process import SimulatorProcess
from tests.integration.simulator.follower import LOGIN, Follower

STEADY = {"kind": "generator", "profile": "meeting_targets", "seed": 3}


class TestStatus:
    @pytest.mark.parametrize(
        ("kind", "params", "status", "retry_after"),
        [
            ("http_429", {}, 429, None),
            ("http_429", {"retry_after": 30}, 429, "30"),
            ("http_429", {"retry_after": None}, 429, None),
            ("http_429", {"retry_after": "soon"}, 429, "soon"),
            ("http_429", {"retry_after": "Sun, 15 Jun 2025 12:01:00 GMT"}, 429, "Sun, 15 Jun 2025 12:01:00 GMT"),
            ("http_430", {}, 430, None),
            ("http_430", {"retry_after": 0}, 430, "0"),
            ("http_476", {}, 476, "65620"),
            ("http_476", {"retry_after": 9}, 476, "9"),
            ("http_476", {"retry_after": None}, 476, None),
            ("http_5xx", {}, 503, None),
            ("http_5xx", {"status": 500, "retry_after": 120}, 500, "120"),
        ],
    )
    def test_it_comes_with_retry_after_as_told(
        self,
        simulator: SimulatorProcess,
        follower: Follower,
        kind: str,
        params: dict[str, Any],
        status: int,
        retry_after: str | None,
    ) -> None:
        simulator.fault(kind, account=follower.email, count=1, **params)

        reply = follower.login()

        assert (reply.status, reply.headers.get("Retry-After")) == (status, retry_after)
        assert follower.login().json["status"] == 0

    def test_retry_after_can_be_a_date_ahead_of_the_answers_own(
        self, simulator: SimulatorProcess, follower: Follower
    ) -> None:
        simulator.fault("http_429", retry_after="date", seconds=90)

        headers = follower.login().headers

        ahead = parsedate_to_datetime(headers["Retry-After"]) - parsedate_to_datetime(headers["Date"])
        assert 89 <= ahead.total_seconds() <= 91

    def test_401_refuses_the_token_and_no_login(self, simulator: SimulatorProcess, follower: Follower) -> None:
        simulator.fault("http_401", account=follower.email)

        assert follower.get().status == 401
        assert follower.login().json["status"] == 0
        assert follower.faults() == [None, "http_401", None]

    def test_401_refuses_a_login_when_its_path_is_given(self, simulator: SimulatorProcess, follower: Follower) -> None:
        simulator.fault("http_401", path=LOGIN, count=1)

        assert follower.login().status == 401

    def test_920_lets_clients_of_its_minimum_pass(self, simulator: SimulatorProcess, follower: Follower) -> None:
        simulator.fault("version_920", minimum="4.20.1")

        refused = follower.login()
        assert (refused.status, refused.json) == (403, {"data": {"minimumVersion": "4.20.1"}, "status": 920})
        follower.headers["version"] = "4.20.1"
        assert follower.login().json["status"] == 0
        assert follower.faults() == ["version_920", None]

    def test_920_without_a_minimum_refuses_every_version(self, simulator: SimulatorProcess, follower: Follower) -> None:
        simulator.fault("version_920")
        follower.headers["version"] = "27.3.1"

        assert follower.login().status == 403

    def test_911_is_all_that_a_maintenance_says(self, simulator: SimulatorProcess, follower: Follower) -> None:
        follower.login()
        simulator.fault("status_911")

        assert [(reply.status, reply.json) for reply in (follower.login(), follower.get())] == [
            (200, {"status": 911})
        ] * 2


class TestBody:
    def test_a_page_of_html_comes_with_200(self, simulator: SimulatorProcess, follower: Follower) -> None:
        simulator.fault("html_200")

        reply = follower.login()

        assert (reply.status, reply.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
        assert reply.content.startswith(b"<!DOCTYPE html>")
        assert b"Cloudflare" in reply.content

    def test_truncated_json_is_a_whole_answer_with_half_a_body(
        self, simulator: SimulatorProcess, follower: Follower, new_patient: Any
    ) -> None:
        new_patient(trace=STEADY)
        whole = follower.get().content
        simulator.fault("truncated_json", count=1)

        half = follower.get()

        assert half.content == whole[: len(whole) // 2]
        with pytest.raises(json.JSONDecodeError):
            json.loads(half.content)

    def test_what_is_broken_off_ends_before_the_length_it_announced(
        self, simulator: SimulatorProcess, follower: Follower
    ) -> None:
        simulator.fault("broken_off", count=1)

        with pytest.raises(http.client.IncompleteRead) as broken:
            follower.login()

        assert 0 < len(broken.value.partial) < 2000


class TestWaiting:
    def test_a_hang_outlasts_a_client_that_gives_up_and_is_logged_at_once(
        self, simulator: SimulatorProcess, follower: Follower
    ) -> None:
        follower.login()
        simulator.fault("hang", account=follower.email, path="/llu/connections", count=1, seconds=600)

        with pytest.raises(TimeoutError):
            follower.send("GET", "/llu/connections", timeout=0.2)

        assert [(entry["fault"], entry["status"]) for entry in simulator.requests(account=follower.email)[1:]] == [
            ("hang", 0)
        ]
        assert follower.get().status == 200

    def test_a_hang_ends_without_an_answer(self, simulator: SimulatorProcess, follower: Follower) -> None:
        simulator.fault("hang", seconds=0.3)
        start = time.monotonic()

        with pytest.raises(http.client.RemoteDisconnected):
            follower.login()

        assert 0.3 <= time.monotonic() - start < 3

    def test_what_hangs_holds_up_neither_others_nor_the_end(self) -> None:
        with SimulatorProcess() as process:
            process.create_account("a@example.org", "pw", "eu2")
            follower = Follower(process, "a@example.org", "pw")
            process.fault("hang", count=1, seconds=600)
            with pytest.raises(TimeoutError):
                follower.send("POST", LOGIN, {"email": "a@example.org", "password": "pw"}, timeout=0.1)

            assert follower.login().json["status"] == 0
            assert process.stop() == 0

    def test_a_slow_answer_is_the_usual_one_later(self, simulator: SimulatorProcess, follower: Follower) -> None:
        usual = follower.get()
        simulator.fault("slow", path="/llu/connections", count=1, seconds=0.3)
        start = time.monotonic()

        slow = follower.get()

        assert (slow.status, slow.content) == (usual.status, usual.content)
        assert 0.3 <= time.monotonic() - start < 3


class TestLatency:
    @pytest.fixture
    def distant(self) -> Iterator[SimulatorProcess]:
        with SimulatorProcess("--latency-ms", "200") as process:
            process.create_account("a@example.org", "pw", "eu2")
            yield process

    def test_it_delays_each_vendor_answer_beside_the_others(self, distant: SimulatorProcess) -> None:
        follower = Follower(distant, "a@example.org", "pw")
        follower.login()
        start = time.monotonic()

        with ThreadPoolExecutor(20) as pool:
            replies = list(pool.map(lambda _: follower.get(), range(40)))

        assert {reply.status for reply in replies} == {200}
        # Two rounds of twenty at once; one after the other they would take eight seconds.
        assert 0.4 <= time.monotonic() - start < 4

    def test_it_leaves_the_admin_api_alone(self, distant: SimulatorProcess) -> None:
        start = time.monotonic()

        for _ in range(20):
            distant.faults()

        assert time.monotonic() - start < 4

    @pytest.mark.parametrize("value", ["x", "-1", "60001", "nan"])
    def test_it_is_a_number(self, value: str) -> None:
        command = [sys.executable, "-m", "simulator", "--port", "0", "--latency-ms", value]

        ended = subprocess.run(command, capture_output=True, text=True, check=False)

        assert ended.returncode == 2
        assert ended.stderr == (f"simulator: argument --latency-ms: expected a number from 0 to 60000, not {value!r}\n")

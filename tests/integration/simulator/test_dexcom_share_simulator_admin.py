"""The admin API of the simulated Dexcom Share: shapes, errors, clock and request log."""

import subprocess
import sys
from typing import Any

import pytest
from pydexcom import Dexcom, Region
from pydexcom.const import DEXCOM_BASE_URLS

from simulator.dexcom_share.process import DexcomShareProcess
from simulator.running import FOLDER
from tests.integration.simulator.conftest import NOW, PASSWORD

ACCOUNT = {"username": "new", "password": "pw"}
READING = {"time": NOW, "mg_dl": 100}


class TestAccounts:
    def test_one_is_created_and_listed_without_its_password(self, dexcom_share: DexcomShareProcess) -> None:
        created = dexcom_share.create_account("somebody", PASSWORD, region="ous", timezone="Asia/Tokyo")

        assert created.items() >= {"username": "somebody", "region": "ous", "timezone": "Asia/Tokyo"}.items()
        assert created in dexcom_share.call("GET", "/_sim/accounts")[1]
        assert PASSWORD not in str(dexcom_share.call("GET", "/_sim/accounts"))

    @pytest.mark.parametrize(
        "change", [{"username": ""}, {"password": 3}, {"region": "eu"}, {"timezone": "Mars/Base"}, {"format": "xml"}]
    )
    def test_a_bad_body_is_refused_by_its_field(self, dexcom_share: DexcomShareProcess, change: dict[str, Any]) -> None:
        status, body = dexcom_share.call("POST", "/_sim/accounts", {**ACCOUNT, **change})

        assert status == 422
        assert body["error"].startswith(next(iter(change)))

    def test_a_name_is_taken_once(self, dexcom_share: DexcomShareProcess, wearer: str) -> None:
        status, _ = dexcom_share.call("POST", "/_sim/accounts", {**ACCOUNT, "username": wearer})

        assert status == 409


class TestReadings:
    @pytest.mark.parametrize(
        "body",
        [
            {"readings": "x"},
            {"readings": [{**READING, "time": "yesterday"}]},
            {"readings": [{**READING, "mg_dl": 0}]},
            {"readings": [READING], "visible_after": "x"},
        ],
    )
    def test_a_bad_body_is_refused(self, dexcom_share: DexcomShareProcess, wearer: str, body: dict[str, Any]) -> None:
        assert dexcom_share.call("POST", f"/_sim/accounts/{wearer}/readings", body)[0] == 422

    def test_nobodys_readings_are_not_found(self, dexcom_share: DexcomShareProcess) -> None:
        assert dexcom_share.call("POST", "/_sim/accounts/nobody/readings", {"readings": [READING]})[0] == 404
        assert dexcom_share.call("GET", "/_sim/accounts/nobody/truth")[0] == 404

    def test_a_later_value_of_an_instant_replaces_the_earlier(
        self, dexcom_share: DexcomShareProcess, wearer: str
    ) -> None:
        dexcom_share.inject(wearer, [(NOW, 100), ("2025-06-15T11:55:00Z", 90)])
        dexcom_share.inject(wearer, [(NOW, 120)])

        assert list(dexcom_share.truth(wearer, "2025-06-15T11:00:00Z", "2025-06-15T13:00:00Z").values()) == [90, 120]


class TestFaults:
    @pytest.mark.parametrize(
        "body",
        [
            {"kind": "other"},
            {"kind": "empty", "call": "login"},
            {"kind": "hang", "seconds": -1},
            {"kind": "http_5xx", "status": 404},
            {"kind": "empty", "times": 0},
            {"kind": "bad_credentials", "code": "other"},
            {"kind": "empty", "account": 3},
        ],
    )
    def test_a_bad_body_is_refused(self, dexcom_share: DexcomShareProcess, body: dict[str, Any]) -> None:
        assert dexcom_share.call("POST", "/_sim/faults", body)[0] == 422

    def test_they_are_listed_and_taken_away(self, dexcom_share: DexcomShareProcess, wearer: str) -> None:
        dexcom_share.fault("empty", account=wearer, times=3)
        (listed,) = dexcom_share.call("GET", "/_sim/faults")[1]
        dexcom_share.clear_faults()

        assert (listed["kind"], listed["account"], listed["left"]) == ("empty", wearer, 3)
        assert dexcom_share.call("GET", "/_sim/faults") == (200, [])

    def test_a_strangers_fault_is_refused(self, dexcom_share: DexcomShareProcess) -> None:
        assert dexcom_share.call("POST", "/_sim/faults", {"kind": "empty", "account": "nobody"})[0] == 404


class TestClockAndLog:
    def test_the_clock_is_shown_as_it_was_set(self, dexcom_share: DexcomShareProcess) -> None:
        dexcom_share.set_clock(now="2025-01-01T00:00:00Z", speed=0)

        assert dexcom_share.call("GET", "/_sim/clock") == (200, {"now": "2025-01-01T00:00:00.000Z", "speed": 0})

    def test_the_log_knows_whose_calls_they_were_and_nothing_secret(
        self, dexcom_share: DexcomShareProcess, wearer: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(DEXCOM_BASE_URLS, Region.US, f"{dexcom_share.url}/us/ShareWebServices/Services/")
        client = Dexcom(username=wearer, password=PASSWORD)
        client.get_glucose_readings()

        logged = dexcom_share.requests(account=wearer)

        assert [entry["path"].split("/")[-1] for entry in logged] == [
            "AuthenticatePublisherAccount",
            "LoginPublisherAccountById",
            "ReadPublisherLatestGlucoseValues",
        ]
        assert {entry["status"] for entry in logged} == {200}
        assert str(client._session_id) not in str(logged)
        assert PASSWORD not in str(logged)

    def test_an_unknown_path_is_not_found(self, dexcom_share: DexcomShareProcess) -> None:
        assert dexcom_share.call("GET", "/_sim/other")[0] == 404

    def test_the_command_line_says_in_one_line_what_is_wrong(self) -> None:
        command = [sys.executable, "-m", "simulator.dexcom_share", "--port", "no"]

        ended = subprocess.run(command, capture_output=True, text=True, cwd=FOLDER, check=False)

        assert ended.returncode == 2
        assert ended.stderr.count("\n") == 1

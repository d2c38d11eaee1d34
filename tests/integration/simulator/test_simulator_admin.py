"""The admin API: shapes, errors, clock and request log."""

import time
import uuid
from typing import Any

import pytest
from pylibrelinkup import PyLibreLinkUp

from simulator.process import SimulatorProcess

NOW_MS = 1_749_988_800_000
ACCOUNT = {"email": "new@example.org", "password": "pw", "region": "eu"}
PATIENT = {"first_name": "Ana", "last_name": "Silva"}


class TestAccounts:
    def test_one_is_created_and_listed_without_its_password(self, simulator: SimulatorProcess) -> None:
        status, created = simulator.call("POST", "/_sim/accounts", {**ACCOUNT, "steps": ["tou"]})

        assert status == 201
        assert created["email"] == "new@example.org"
        assert created["region"] == "eu"
        assert created["patients"] == []
        assert created in simulator.call("GET", "/_sim/accounts")[1]
        assert "password" not in str(created)

    @pytest.mark.parametrize(
        "change",
        [
            {"email": "x"},
            {"email": 3},
            {"password": ""},
            {"region": "xx"},
            {"steps": ["other"]},
            {"steps": "tou"},
        ],
    )
    def test_a_bad_body_is_refused(self, simulator: SimulatorProcess, change: dict[str, Any]) -> None:
        status, body = simulator.call("POST", "/_sim/accounts", {**ACCOUNT, **change})

        assert status == 422
        assert body["error"].startswith(next(iter(change)))

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"email":"\\ud800@x"}'])
    def test_what_is_no_json_object_is_refused(self, simulator: SimulatorProcess, body: bytes) -> None:
        assert simulator.call("POST", "/_sim/accounts", body)[0] == 422

    def test_an_address_is_taken_once_whatever_its_case(self, simulator: SimulatorProcess, account: str) -> None:
        status, _ = simulator.call("POST", "/_sim/accounts", {**ACCOUNT, "email": account.upper()})

        assert status == 409


class TestPatients:
    def test_one_is_created_and_listed_with_its_account(self, simulator: SimulatorProcess, account: str) -> None:
        patient_id = str(uuid.uuid4())
        fields = {
            "id": patient_id,
            "account": account,
            **PATIENT,
            "timezone": "Asia/Kolkata",
            "unit": "mmol/L",
            "cadence_minutes": 1,
        }

        status, created = simulator.call("POST", "/_sim/patients", fields)

        assert status == 201
        assert fields.items() <= created.items()
        assert created in simulator.call("GET", "/_sim/patients")[1]
        (listed,) = [a for a in simulator.call("GET", "/_sim/accounts")[1] if a["email"] == account]
        assert listed["patients"] == [patient_id]

    @pytest.mark.parametrize(
        "change",
        [
            {"id": "7"},
            {"first_name": None},
            {"timezone": "Mars/Olympus"},
            {"timezone": "../etc/passwd"},
            {"unit": "g"},
            {"cadence_minutes": 2},
            {"cadence_minutes": True},
            {"since": "2025-06-15T00:00:00"},
        ],
    )
    def test_a_bad_field_is_named(self, simulator: SimulatorProcess, account: str, change: dict[str, Any]) -> None:
        body = {"account": account, **PATIENT, **change}

        status, answer = simulator.call("POST", "/_sim/patients", body)

        assert (status, answer["error"].split(":")[0]) == (422, next(iter(change)))

    @pytest.mark.parametrize(
        "trace",
        [
            {"kind": "other"},
            {"kind": "replay", "subject": "nobody"},
            {"kind": "generator", "profile": "x"},
            {"kind": "generator", "profile": "very_low", "seed": -1},
            "replay",
        ],
    )
    def test_a_bad_trace_is_refused(self, simulator: SimulatorProcess, account: str, trace: object) -> None:
        body = {"account": account, **PATIENT, "trace": trace}

        assert simulator.call("POST", "/_sim/patients", body)[0] == 422

    def test_an_id_is_taken_once_and_an_account_has_to_exist(
        self, simulator: SimulatorProcess, new_patient: Any
    ) -> None:
        patient = new_patient()

        assert simulator.call("POST", "/_sim/patients", patient)[0] == 409
        stranger = {**PATIENT, "account": "no@example.org"}
        assert simulator.call("POST", "/_sim/patients", stranger)[0] == 404


class TestReadingsAndTruth:
    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"readings": [{}]},
            {"readings": [{"time": "now", "mg_dl": 100}]},
            {"readings": [{"time": 10**30, "mg_dl": 100}]},
            {"readings": [{"time": NOW_MS, "mg_dl": "100"}]},
            {"readings": [{"time": NOW_MS, "mg_dl": 0}]},
            {"readings": [], "visible_after": "soon"},
        ],
    )
    def test_bad_readings_are_refused(
        self, simulator: SimulatorProcess, new_patient: Any, body: dict[str, Any]
    ) -> None:
        path = f"/_sim/patients/{new_patient()['id']}/readings"

        assert simulator.call("POST", path, body)[0] == 422

    @pytest.mark.parametrize(
        "query", ["start=x", "end=2025-06-15T00:00:00", "start=5&end=4", "start=0", "start=" + "9" * 5000]
    )
    def test_a_bad_window_is_refused(self, simulator: SimulatorProcess, new_patient: Any, query: str) -> None:
        path = f"/_sim/patients/{new_patient()['id']}/truth?{query}"

        assert simulator.call("GET", path)[0] == 422

    def test_a_plus_in_the_query_need_not_be_escaped(self, simulator: SimulatorProcess, new_patient: Any) -> None:
        path = f"/_sim/patients/{new_patient()['id']}/truth"
        window = "start=2025-06-15T00:00:00+02:00&end=2025-06-15T10:00:00+02:00"

        assert simulator.call("GET", f"{path}?{window}") == (200, {"time": [], "mg_dl": []})

    @pytest.mark.parametrize(("method", "what"), [("GET", "truth"), ("POST", "readings")])
    def test_an_unknown_patient_is_not_found(self, simulator: SimulatorProcess, method: str, what: str) -> None:
        path = f"/_sim/patients/{uuid.uuid4()}/{what}"

        assert simulator.call(method, path, {"readings": []})[0] == 404


class TestClock:
    def test_it_stands_still_at_speed_zero(self, simulator: SimulatorProcess) -> None:
        expected = {"now": "2025-06-15T12:00:00.000Z", "speed": 0}

        assert simulator.call("GET", "/_sim/clock") == (200, expected)

    def test_it_runs_as_fast_as_it_is_told(self, simulator: SimulatorProcess, new_patient: Any) -> None:
        patient_id = new_patient(trace={"kind": "generator", "profile": "any_low"})["id"]
        simulator.set_clock(speed=36_000)
        deadline = time.monotonic() + 5

        while not (seen := simulator.truth(patient_id, NOW_MS + 1, NOW_MS + 86_400_000)):
            assert time.monotonic() < deadline

        assert min(seen) > NOW_MS

    @pytest.mark.parametrize("body", [{"now": "x"}, {"speed": -1}, {"speed": None}, []])
    def test_a_bad_setting_is_refused(self, simulator: SimulatorProcess, body: object) -> None:
        assert simulator.call("POST", "/_sim/clock", body)[0] == 422


class TestRequestLog:
    def test_it_lists_vendor_requests_by_account_and_time(
        self, simulator: SimulatorProcess, client: PyLibreLinkUp, account: str
    ) -> None:
        simulator.set_clock(now="2025-06-15T12:01:00Z")
        client.get_patients()

        entries = simulator.requests(account=account)
        assert entries == [
            {
                "time": "2025-06-15T12:00:00.000Z",
                "account": account,
                "method": "POST",
                "path": "/eu2/llu/auth/login",
                "status": 200,
                "fault": None,
            },
            {
                "time": "2025-06-15T12:01:00.000Z",
                "account": account,
                "method": "GET",
                "path": "/eu2/llu/connections",
                "status": 200,
                "fault": None,
            },
        ]
        assert simulator.requests(account=account, since="2025-06-15T12:00:30Z") == entries[1:]

    def test_it_holds_no_password_and_no_token(self, simulator: SimulatorProcess, client: PyLibreLinkUp) -> None:
        text = str(simulator.requests())

        assert client.token
        assert client.token not in text
        assert client.password not in text

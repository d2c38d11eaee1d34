"""What survives the end of the process."""

import hashlib
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pylibrelinkup import PyLibreLinkUp

from simulator.process import SimulatorProcess

NOW_MS = 1_749_988_800_000
HEADERS = {"product": "llu.android", "version": "4.16.0"}
OPTIONS = ("--now", "2025-06-15T12:00:00Z", "--speed", "0")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state.jsonl"


class TestState:
    def test_it_survives_a_kill(self, state: Path) -> None:
        with SimulatorProcess("--state", str(state), *OPTIONS) as first:
            first.create_account("a@example.org", "pw", "eu2")
            first.create_account("b@example.org", "pw", "us", steps=["tou", "pp"])
            patient_id = first.create_patient(
                "a@example.org", trace={"kind": "generator", "profile": "any_low", "seed": 5}
            )["id"]
            first.inject(patient_id, [(NOW_MS - 60_000, 321)])
            body = {"email": "b@example.org", "password": "pw"}
            _, step = first.call("POST", "/us/llu/auth/login", body, HEADERS)
            token = step["data"]["authTicket"]["token"]
            first.call("POST", "/us/auth/continue/tou", {}, {**HEADERS, "authorization": f"Bearer {token}"})
            client = PyLibreLinkUp("a@example.org", "pw")
            client.api_url = first.region_url("eu2")
            client.authenticate()
            paths = ("/_sim/accounts", "/_sim/patients", f"/_sim/patients/{patient_id}/truth", "/_sim/clock")
            before = [first.call("GET", path) for path in paths]
            assert first.kill() == -9

        with SimulatorProcess("--state", str(state)) as second:
            assert [second.call("GET", path) for path in paths] == before
            assert second.call("GET", "/_sim/accounts")[1][1]["steps"] == ["pp"]
            client.api_url = second.region_url("eu2")
            assert client.latest(patient_id).value == 321

    def test_it_ignores_a_last_line_that_was_cut_off(self, state: Path) -> None:
        with SimulatorProcess("--state", str(state)) as first:
            first.create_account("a@example.org", "pw")
            first.kill()
        with state.open("ab") as file:
            file.write(b'{"event":"account","acc')

        with SimulatorProcess("--state", str(state)) as second:
            second.create_account("b@example.org", "pw")
        with SimulatorProcess("--state", str(state)) as third:
            emails = [account["email"] for account in third.call("GET", "/_sim/accounts")[1]]

        assert emails == ["a@example.org", "b@example.org"]

    def test_it_says_so_when_an_earlier_line_is_damaged(self, state: Path) -> None:
        state.write_text('{"event":\n{"event":"revoke","digest":""}\n')

        command = [sys.executable, "-m", "simulator", "--port", "0", "--state", str(state)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)

        assert ended.returncode == 2
        assert ended.stderr == f"simulator: {state}: line 1 is not JSON\n"

    def test_it_is_for_its_owner_only_and_holds_no_secret(self, state: Path) -> None:
        with SimulatorProcess("--state", str(state)) as process:
            process.create_account("a@example.org", "very secret", "eu")
            client = PyLibreLinkUp("a@example.org", "very secret")
            client.api_url = process.region_url("eu")
            client.authenticate()

        text = state.read_text()
        assert stat.S_IMODE(state.stat().st_mode) == 0o600
        assert "very secret" not in text
        assert client.token
        assert client.token not in text
        assert hashlib.sha256(client.token.encode()).hexdigest() in text


class TestCommandLine:
    def test_it_ends_well_at_sigterm(self) -> None:
        assert SimulatorProcess().stop() == 0

    @pytest.mark.parametrize(
        "options",
        [
            (),
            ("--port", "x"),
            ("--port", "70000"),
            ("--port", "0", "--now", "today"),
            ("--port", "0", "--speed", "-1"),
        ],
    )
    def test_it_refuses_bad_arguments_in_one_line(self, options: tuple[str, ...]) -> None:
        command = [sys.executable, "-m", "simulator", *options]

        ended = subprocess.run(command, capture_output=True, text=True, check=False)

        assert ended.returncode == 2
        assert len(ended.stderr.splitlines()) == 1

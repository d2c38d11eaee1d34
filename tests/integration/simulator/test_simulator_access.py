"""Headers, tokens, steps and locks."""

import hashlib
from typing import Any

import pytest
from pylibrelinkup import (
    PatientNotFoundError,
    PrivacyPolicyError,
    PyLibreLinkUp,
    RedirectError,
    TermsOfUseError,
)
from requests import HTTPError

from simulator.process import SimulatorProcess

HEADERS = {"product": "llu.android", "version": "4.16.0"}
LOGIN = "/eu2/llu/auth/login"
CONNECTIONS = "/eu2/llu/connections"
PASSWORD = "correct horse"


def login(simulator: SimulatorProcess, email: str, password: str = PASSWORD) -> dict[str, Any]:
    _, body = simulator.call("POST", LOGIN, {"email": email, "password": password}, HEADERS)
    return dict(body)


def accept(simulator: SimulatorProcess, step: str, token: str, prefix: str = "/eu2") -> tuple[int, Any]:
    headers = {**HEADERS, "authorization": f"Bearer {token}"}
    return simulator.call("POST", f"{prefix}/auth/continue/{step}", {}, headers)


class TestHeaders:
    @pytest.fixture
    def headers(self, simulator: SimulatorProcess, account: str) -> dict[str, str]:
        data = login(simulator, account)["data"]
        account_id = hashlib.sha256(data["user"]["id"].encode()).hexdigest()
        return {
            **HEADERS,
            "authorization": f"Bearer {data['authTicket']['token']}",
            "account-id": account_id,
        }

    def test_it_answers_when_all_are_there(self, simulator: SimulatorProcess, headers: dict[str, str]) -> None:
        status, body = simulator.call("GET", CONNECTIONS, headers=headers)

        assert (status, body["status"], body["data"]) == (200, 0, [])
        assert body["ticket"]["token"] in headers["authorization"]

    @pytest.mark.parametrize("name", ["product", "version", "account-id"])
    def test_it_refuses_when_one_is_missing(
        self, simulator: SimulatorProcess, headers: dict[str, str], name: str
    ) -> None:
        del headers[name]

        answer = simulator.call("GET", CONNECTIONS, headers=headers)

        assert answer == (400, {"message": "RequiredHeaderMissing"})

    @pytest.mark.parametrize("version", ["4.15.9", "4.9.0", "3", "newest"])
    def test_it_refuses_an_old_version(
        self, simulator: SimulatorProcess, headers: dict[str, str], version: str
    ) -> None:
        answer = simulator.call("GET", CONNECTIONS, headers={**headers, "version": version})

        assert answer == (403, {"data": {"minimumVersion": "4.16.0"}, "status": 920})

    @pytest.mark.parametrize(
        ("name", "value"), [("authorization", "Bearer unknown"), ("authorization", ""), ("account-id", "00")]
    )
    def test_it_refuses_another_identity(
        self, simulator: SimulatorProcess, headers: dict[str, str], name: str, value: str
    ) -> None:
        status, _ = simulator.call("GET", CONNECTIONS, headers={**headers, name: value})

        assert status == 401

    def test_it_knows_the_account_in_its_region_only(
        self, simulator: SimulatorProcess, headers: dict[str, str]
    ) -> None:
        assert simulator.call("GET", "/de/llu/connections", headers=headers) == (200, {"status": 911})

    def test_it_counts_a_path_that_does_not_exist_as_not_found(
        self, simulator: SimulatorProcess, headers: dict[str, str]
    ) -> None:
        assert simulator.call("GET", "/eu2/llu/nothing", headers=headers)[0] == 404


class TestTokens:
    def test_they_last_180_simulated_days(self, simulator: SimulatorProcess, client: PyLibreLinkUp) -> None:
        simulator.set_clock(now="2025-12-12T11:59:59Z")
        client.get_patients()
        simulator.set_clock(now="2025-12-12T12:00:01Z")

        with pytest.raises(HTTPError) as refused:
            client.get_patients()

        assert refused.value.response.status_code == 401

    def test_they_open_no_other_accounts_patient(self, simulator: SimulatorProcess, client: PyLibreLinkUp) -> None:
        simulator.create_account("neighbour@example.org", "pw", "eu2")
        patient = simulator.create_patient("neighbour@example.org")

        with pytest.raises(PatientNotFoundError):
            client.graph(patient["id"])


class TestSteps:
    def test_each_is_asked_for_and_accepted_once(self, simulator: SimulatorProcess) -> None:
        simulator.create_account("steps@example.org", PASSWORD, "eu2", steps=["tou", "pp"])

        asked = login(simulator, "steps@example.org")
        _, then = accept(simulator, "tou", asked["data"]["authTicket"]["token"])
        _, done = accept(simulator, "pp", then["data"]["authTicket"]["token"], prefix="/eu2/llu")

        assert [(body["status"], body["data"].get("step", {}).get("type")) for body in (asked, then, done)] == [
            (4, "tou"),
            (4, "pp"),
            (0, None),
        ]
        assert asked["data"]["authTicket"]["duration"] == 3_600_000
        assert done["data"]["authTicket"]["duration"] == 180 * 86_400_000
        assert login(simulator, "steps@example.org")["status"] == 0

    @pytest.mark.parametrize(("step", "error"), [("tou", TermsOfUseError), ("pp", PrivacyPolicyError)])
    def test_pylibrelinkup_names_them(self, simulator: SimulatorProcess, step: str, error: type[Exception]) -> None:
        simulator.create_account(f"{step}@example.org", PASSWORD, "eu2", steps=[step])
        client = PyLibreLinkUp(f"{step}@example.org", PASSWORD)
        client.api_url = simulator.region_url("eu2")

        with pytest.raises(error):
            client.authenticate()

    def test_their_token_opens_no_data_and_works_for_an_hour(self, simulator: SimulatorProcess) -> None:
        simulator.create_account("hour@example.org", PASSWORD, "eu2", steps=["tou"])
        token = login(simulator, "hour@example.org")["data"]["authTicket"]["token"]
        headers = {**HEADERS, "authorization": f"Bearer {token}", "account-id": "00"}

        assert simulator.call("GET", CONNECTIONS, headers=headers)[0] == 401
        simulator.set_clock(now="2025-06-15T13:00:00Z")
        assert accept(simulator, "tou", token)[0] == 401


class TestLock:
    def test_it_comes_after_three_wrong_passwords_and_goes_after_five_minutes(
        self, simulator: SimulatorProcess, account: str
    ) -> None:
        assert [login(simulator, account, "wrong")["status"] for _ in range(3)] == [2, 2, 2]
        assert login(simulator, account) == {
            "status": 429,
            "data": {
                "code": 60,
                "data": {"failures": 3, "interval": 60, "lockout": 300},
                "message": "locked",
            },
        }

        simulator.set_clock(now="2025-06-15T12:05:00Z")
        assert login(simulator, account)["status"] == 0

    def test_it_does_not_come_when_the_failures_are_minutes_apart(
        self, simulator: SimulatorProcess, account: str
    ) -> None:
        for minute in range(4):
            simulator.set_clock(now=f"2025-06-15T12:{minute:02}:00Z")
            assert login(simulator, account, "wrong")["status"] == 2

        assert login(simulator, account)["status"] == 0

    def test_it_leaves_tokens_alone(self, simulator: SimulatorProcess, client: PyLibreLinkUp) -> None:
        for _ in range(4):
            login(simulator, client.email, "wrong")

        assert client.get_patients() == []


class TestRegions:
    def test_every_one_can_be_lived_in(self, simulator: SimulatorProcess) -> None:
        for region in ["eu", "eu2", "us", "de", "fr", "jp", "ap", "au", "ca", "ae", "la", "ru", "cn"]:
            simulator.create_account(f"{region}@example.org", "pw", region)
            body = {"email": f"{region}@example.org", "password": "pw"}
            _, answer = simulator.call("POST", f"/{region}/llu/auth/login", body, HEADERS)
            _, redirect = simulator.call("POST", "/llu/auth/login", body, HEADERS)

            assert answer["data"]["authTicket"]["token"]
            assert redirect == {"status": 0, "data": {"redirect": True, "region": region}}

    def test_a_redirect_surfaces_before_the_password_is_looked_at(
        self, simulator: SimulatorProcess, account: str
    ) -> None:
        client = PyLibreLinkUp(account, "wrong")
        client.api_url = simulator.region_url("fr")

        with pytest.raises(RedirectError):
            client.authenticate()

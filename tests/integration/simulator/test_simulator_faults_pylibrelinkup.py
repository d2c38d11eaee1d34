"""What the unmodified client makes of some faults: why answers are read before they are believed."""

from typing import Any

import pytest
from pydantic import ValidationError
from pylibrelinkup import AuthenticationError, PyLibreLinkUp, RedirectError, TermsOfUseError
from pylibrelinkup.exceptions import LLUAPIRateLimitError
from requests import HTTPError, JSONDecodeError

from simulator.process import SimulatorProcess

STEADY = {"kind": "generator", "profile": "meeting_targets", "seed": 3}


@pytest.fixture
def signed_out(simulator: SimulatorProcess, account: str) -> PyLibreLinkUp:
    client = PyLibreLinkUp(account, "correct horse")
    client.api_url = simulator.region_url("eu2")
    return client


class TestLogin:
    @pytest.mark.parametrize("kind", ["bad_credentials", "lock", "status_911", "step_unknown"])
    def test_a_wrong_password_is_all_it_sees(
        self, simulator: SimulatorProcess, signed_out: PyLibreLinkUp, kind: str
    ) -> None:
        simulator.fault(kind, account=signed_out.email, count=1)

        with pytest.raises(AuthenticationError):
            signed_out.authenticate()

    def test_terms_and_redirects_are_named(self, simulator: SimulatorProcess, signed_out: PyLibreLinkUp) -> None:
        simulator.fault("step_tou_pp", account=signed_out.email)
        with pytest.raises(TermsOfUseError):
            signed_out.authenticate()

        simulator.clear_faults()
        simulator.fault("redirect", account=signed_out.email)
        with pytest.raises(RedirectError):
            signed_out.authenticate()


class TestData:
    @pytest.mark.parametrize(
        ("kind", "error"),
        [
            ("http_401", HTTPError),
            ("http_429", LLUAPIRateLimitError),
            ("http_430", HTTPError),
            ("http_476", HTTPError),
            ("version_920", HTTPError),
            ("http_5xx", HTTPError),
            ("html_200", JSONDecodeError),
            ("truncated_json", JSONDecodeError),
            ("null_current", ValidationError),
            ("null_sensor", ValidationError),
            ("null_patient_device", ValidationError),
            ("null_active_sensors", ValidationError),
            ("null_graph", ValidationError),
            ("null_alarm_rules", ValidationError),
            ("null_ticket", ValidationError),
            ("glucose_alarm", ValidationError),
            ("trend_6", ValidationError),
            ("trend_null", ValidationError),
            ("alarm_in_graph", ValidationError),
        ],
    )
    def test_one_fault_fails_the_whole_call(
        self,
        simulator: SimulatorProcess,
        client: PyLibreLinkUp,
        new_patient: Any,
        kind: str,
        error: type[Exception],
    ) -> None:
        patient_id = new_patient(trace=STEADY)["id"]
        simulator.fault(kind, account=client.email, path="*/graph", count=1)

        with pytest.raises(error):
            client.latest(patient_id)

        assert client.latest(patient_id).value > 0

    def test_an_alarm_fails_the_whole_logbook(
        self, simulator: SimulatorProcess, client: PyLibreLinkUp, new_patient: Any
    ) -> None:
        patient_id = new_patient(trace=STEADY)["id"]
        simulator.fault("alarm_in_logbook", account=client.email)

        with pytest.raises(ValidationError):
            client.logbook(patient_id)

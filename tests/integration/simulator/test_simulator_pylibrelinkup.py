"""The unmodified client reads from the simulator."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pylibrelinkup import APIUrl, AuthenticationError, PyLibreLinkUp, RedirectError

from simulator.process import SimulatorProcess

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
STEADY = {"kind": "generator", "profile": "meeting_targets", "seed": 3}


class TestPyLibreLinkUp:
    def test_it_logs_in(self, client: PyLibreLinkUp) -> None:
        assert client.token

    def test_it_is_told_the_password_is_wrong(self, simulator: SimulatorProcess, account: str) -> None:
        client = PyLibreLinkUp(account, "wrong")
        client.api_url = simulator.region_url("eu2")

        with pytest.raises(AuthenticationError):
            client.authenticate()

    @pytest.mark.parametrize("prefix", ["", "/de"])
    def test_it_is_redirected_to_the_accounts_region(
        self, simulator: SimulatorProcess, account: str, prefix: str
    ) -> None:
        client = PyLibreLinkUp(account, "correct horse")
        client.api_url = simulator.url + prefix

        with pytest.raises(RedirectError) as redirected:
            client.authenticate()

        assert redirected.value.region == APIUrl.EU2

    def test_it_lists_every_patient_of_its_account_and_no_other(
        self, simulator: SimulatorProcess, client: PyLibreLinkUp, new_patient: Any
    ) -> None:
        mine = [new_patient(first_name=name)["id"] for name in ("Ana", "Bia", "Caio")]
        simulator.create_account("stranger@example.org", "pw", "eu2")
        simulator.create_patient("stranger@example.org")

        assert [str(patient.patient_id) for patient in client.get_patients()] == mine

    def test_it_reads_the_latest_measurement(self, client: PyLibreLinkUp, new_patient: Any) -> None:
        latest = client.latest(new_patient(trace=STEADY)["id"])

        assert NOW - timedelta(minutes=5) < latest.factory_timestamp <= NOW
        assert 40 <= latest.value <= 300
        assert 1 <= latest.trend <= 5

    def test_it_reads_the_graph(self, client: PyLibreLinkUp, new_patient: Any) -> None:
        graph = client.graph(new_patient(trace=STEADY)["id"])

        assert len(graph) == 141
        assert timedelta(minutes=14) < NOW - graph[-1].factory_timestamp <= timedelta(minutes=20)

    def test_it_reads_two_weeks_of_logbook(self, client: PyLibreLinkUp, new_patient: Any) -> None:
        events = client.logbook(new_patient(trace={**STEADY, "profile": "very_low"})["id"])

        assert {event.type for event in events} == {1, 3}
        assert 28 <= len(events) <= 14 * 8
        assert all(NOW - timedelta(days=14) <= event.factory_timestamp <= NOW for event in events)

    def test_it_reads_millimoles(self, client: PyLibreLinkUp, new_patient: Any) -> None:
        latest = client.latest(new_patient(trace=STEADY, unit="mmol/L")["id"])

        assert latest.glucose_units == 0
        assert latest.value == round(latest.value_in_mg_per_dl / 18.0182, 1)

"""Local time as the vendor writes it."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pylibrelinkup import PyLibreLinkUp

from simulator.process import SimulatorProcess

ZONES = ["Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "Pacific/Auckland", "America/Sao_Paulo"]
TRACES = [
    {"kind": "generator", "profile": "meeting_targets", "seed": 3},
    {"kind": "replay", "subject": "2133-018"},
]


class TestLocalTime:
    @pytest.mark.parametrize("timezone", ZONES)
    def test_it_is_that_of_the_patients_zone(self, client: PyLibreLinkUp, new_patient: Any, timezone: str) -> None:
        patient_id = new_patient(timezone=timezone, trace=TRACES[0])["id"]

        for item in (client.latest(patient_id), *client.graph(patient_id), *client.logbook(patient_id)):
            local = item.factory_timestamp.astimezone(ZoneInfo(timezone))
            assert item.timestamp == local.replace(tzinfo=None)

    @pytest.mark.parametrize("trace", TRACES)
    @pytest.mark.parametrize(
        ("now", "hours"),
        [("2025-03-30T06:00:00Z", 1), ("2025-10-26T06:00:00Z", -1)],
        ids=["spring", "autumn"],
    )
    def test_it_jumps_when_the_clocks_change_while_utc_does_not(
        self,
        simulator: SimulatorProcess,
        account: str,
        new_patient: Any,
        now: str,
        hours: int,
        trace: dict[str, Any],
    ) -> None:
        patient_id = new_patient(timezone="Europe/Berlin", trace=trace)["id"]
        simulator.set_clock(now=now)
        client = PyLibreLinkUp(account, "correct horse")
        client.api_url = simulator.region_url("eu2")
        client.authenticate()

        graph = client.graph(patient_id)

        offsets = [item.timestamp - item.factory_timestamp.replace(tzinfo=None) for item in graph]
        assert (offsets[-1] - offsets[0]).total_seconds() == hours * 3600
        assert [item.factory_timestamp for item in graph] == sorted(item.factory_timestamp for item in graph)

    def test_midnight_and_noon_are_twelve(
        self, simulator: SimulatorProcess, client: PyLibreLinkUp, new_patient: Any
    ) -> None:
        patient_id = new_patient()["id"]
        simulator.inject(patient_id, [("2025-06-15T00:03:04Z", 100)])
        url = f"{client.api_url}/llu/connections"

        (patient,) = client._call_api(url)["data"]
        assert patient["glucoseMeasurement"]["FactoryTimestamp"] == "6/15/2025 12:03:04 AM"

        simulator.inject(patient_id, [("2025-06-15T12:00:00Z", 100)])
        (patient,) = client._call_api(url)["data"]
        assert patient["glucoseMeasurement"]["FactoryTimestamp"] == "6/15/2025 12:00:00 PM"

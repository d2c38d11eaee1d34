"""Readings put into the truth by hand."""

from typing import Any

import pytest
from pylibrelinkup import PyLibreLinkUp

from simulator.process import SimulatorProcess

NOW_MS = 1_749_988_800_000
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
STEADY = {"kind": "generator", "profile": "meeting_targets", "seed": 3}


def window(simulator: SimulatorProcess, patient_id: str) -> dict[int, int]:
    return simulator.truth(patient_id, NOW_MS - HOUR_MS, NOW_MS + 1)


class TestInjection:
    def test_it_shows_up_in_truth_connections_and_graph(
        self, simulator: SimulatorProcess, client: PyLibreLinkUp, new_patient: Any
    ) -> None:
        patient_id = new_patient()["id"]
        readings = [(NOW_MS - minutes * MINUTE_MS, 100 + minutes) for minutes in range(60, -1, -5)]

        simulator.inject(patient_id, list(readings))

        assert window(simulator, patient_id) == dict(readings)
        assert client.latest(patient_id).value == 100
        graph = [point.value for point in client.graph(patient_id)]
        # Whether the one of 15 minutes ago is in depends on the patient's grid.
        assert graph[:9] == [100 + minutes for minutes in range(60, 19, -5)]
        assert graph[9:] in ([], [115])

    def test_it_replaces_trace_points_closer_than_half_a_cadence(
        self, simulator: SimulatorProcess, new_patient: Any
    ) -> None:
        patient_id = new_patient(trace=STEADY)["id"]
        before = window(simulator, patient_id)
        near, far = sorted(before)[4], sorted(before)[8]

        simulator.inject(patient_id, [(near + 149_000, 333), (far + 150_000, 334)])

        after = window(simulator, patient_id)
        assert after.keys() - before.keys() == {near + 149_000, far + 150_000}
        assert before.keys() - after.keys() == {near}

    def test_it_replaces_an_earlier_one_of_the_same_instant(
        self, simulator: SimulatorProcess, new_patient: Any
    ) -> None:
        patient_id = new_patient()["id"]

        simulator.inject(patient_id, [("2025-06-15T11:30:00Z", 90)])
        simulator.inject(patient_id, [("2025-06-15T12:30:00+01:00", 91.4)])

        assert list(window(simulator, patient_id).values()) == [91]

    def test_it_stays_hidden_until_it_may_be_seen(
        self, simulator: SimulatorProcess, client: PyLibreLinkUp, new_patient: Any
    ) -> None:
        patient_id = new_patient()["id"]
        simulator.inject(patient_id, [(NOW_MS - HOUR_MS, 100)])
        simulator.inject(patient_id, [(NOW_MS - HOUR_MS // 2, 200)], visible_after="2025-06-15T12:10:00Z")

        assert list(window(simulator, patient_id).values()) == [100, 200]
        assert client.latest(patient_id).value == 100
        assert [point.value for point in client.graph(patient_id)] == [100]

        simulator.set_clock(now="2025-06-15T12:10:00Z")
        assert client.latest(patient_id).value == 200
        assert [point.value for point in client.graph(patient_id)] == [100, 200]

    def test_it_waits_for_the_clock_when_it_lies_in_the_future(
        self, simulator: SimulatorProcess, client: PyLibreLinkUp, new_patient: Any
    ) -> None:
        patient_id = new_patient()["id"]
        simulator.inject(patient_id, [(NOW_MS, 100), (NOW_MS + MINUTE_MS, 140)])

        assert client.latest(patient_id).value == 100
        simulator.set_clock(now=NOW_MS + MINUTE_MS)
        assert client.latest(patient_id).value == 140

    @pytest.mark.parametrize(
        ("mg_dl", "shown", "high", "low"),
        [(39, 40, False, True), (40, 40, False, False), (501, 500, True, False)],
    )
    def test_it_is_shown_at_the_sensors_limit_beyond_it(
        self,
        simulator: SimulatorProcess,
        client: PyLibreLinkUp,
        new_patient: Any,
        mg_dl: int,
        shown: int,
        high: bool,
        low: bool,
    ) -> None:
        patient_id = new_patient()["id"]
        simulator.inject(patient_id, [(NOW_MS - 20 * MINUTE_MS, mg_dl), (NOW_MS, mg_dl)])

        for item in (client.latest(patient_id), *client.graph(patient_id)):
            assert (item.value_in_mg_per_dl, item.is_high, item.is_low) == (shown, high, low)
        assert (client.latest(patient_id).trend == 0) == (high or low)

    @pytest.mark.parametrize(("slope", "arrow"), [(-3, 1), (-1.5, 2), (0, 3), (1.5, 4), (3, 5)])
    def test_its_slope_sets_the_arrow(
        self,
        simulator: SimulatorProcess,
        client: PyLibreLinkUp,
        new_patient: Any,
        slope: float,
        arrow: int,
    ) -> None:
        patient_id = new_patient()["id"]
        simulator.inject(
            patient_id, [(NOW_MS - minutes * MINUTE_MS, 150 - slope * minutes) for minutes in (0, 5, 10, 15)]
        )

        assert client.latest(patient_id).trend == arrow

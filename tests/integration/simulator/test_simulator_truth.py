"""The truth, and what connections and graph make of it."""

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pylibrelinkup import PyLibreLinkUp

from simulator.process import SimulatorProcess

NOW_MS = 1_749_988_800_000
MINUTE_MS = 60_000
DAY_MS = 86_400_000
STEADY = {"kind": "generator", "profile": "meeting_targets", "seed": 3}
REPLAY = {"kind": "replay", "subject": "1636-69-001"}


def raw_graph(client: PyLibreLinkUp, patient_id: str) -> dict[str, Any]:
    return dict(client._call_api(f"{client.api_url}/llu/connections/{patient_id}/graph")["data"])


def ms(vendor_utc: str) -> int:
    moment = datetime.strptime(vendor_utc, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=UTC)
    return int(moment.timestamp()) * 1000


def points(items: list[dict[str, Any]]) -> dict[int, int]:
    return {ms(item["FactoryTimestamp"]): item["ValueInMgPerDl"] for item in items}


class TestTruth:
    @pytest.mark.parametrize("trace", [STEADY, REPLAY])
    def test_it_is_the_same_whichever_window_is_asked(
        self, simulator: SimulatorProcess, new_patient: Any, trace: dict[str, Any]
    ) -> None:
        patient_id = new_patient(trace=trace)["id"]

        whole = simulator.truth(patient_id, NOW_MS - 3 * DAY_MS, NOW_MS)
        parts = [
            simulator.truth(patient_id, NOW_MS - (hour + 1) * 3_600_000, NOW_MS - hour * 3_600_000)
            for hour in reversed(range(72))
        ]

        assert len(whole) > 600
        assert whole == {time: value for part in parts for time, value in part.items()}

    def test_it_depends_on_id_seed_and_date_alone(self, simulator: SimulatorProcess, account: str) -> None:
        patient_id = "7b1c2d3e-0000-4000-8000-000000000001"
        first = simulator.create_patient(account, id=patient_id, trace=STEADY)
        with SimulatorProcess("--now", "2025-07-01T00:00:00Z") as other:
            other.create_account("someone@example.org", "pw")
            other.create_patient("someone@example.org", id=patient_id, trace=STEADY)

            assert other.truth(patient_id, NOW_MS - DAY_MS, NOW_MS) == simulator.truth(
                first["id"], NOW_MS - DAY_MS, NOW_MS
            )

    def test_it_does_not_jump_at_midnight(self, simulator: SimulatorProcess, new_patient: Any) -> None:
        patient_id = new_patient(trace={**STEADY, "profile": "very_high"}, cadence_minutes=1)["id"]

        truth = sorted(simulator.truth(patient_id, NOW_MS - 10 * DAY_MS, NOW_MS).items())

        steps = [abs(value - before) for (t0, before), (t1, value) in itertools.pairwise(truth) if t1 - t0 == MINUTE_MS]
        assert max(steps) <= 12

    @pytest.mark.parametrize("cadence", [1, 5, 15])
    def test_it_lies_on_one_grid(self, simulator: SimulatorProcess, new_patient: Any, cadence: int) -> None:
        patient_id = new_patient(trace=STEADY, cadence_minutes=cadence)["id"]

        truth = simulator.truth(patient_id, NOW_MS - 2 * DAY_MS, NOW_MS)

        assert len({time % (cadence * MINUTE_MS) for time in truth}) == 1
        assert len(truth) > 2 * 1440 / cadence * 0.75

    def test_it_ends_now_unless_the_future_is_asked_for(self, simulator: SimulatorProcess, new_patient: Any) -> None:
        patient_id = new_patient(trace=STEADY)["id"]
        window = (NOW_MS - DAY_MS, NOW_MS + DAY_MS)

        assert max(simulator.truth(patient_id, *window)) <= NOW_MS
        assert max(simulator.truth(patient_id, *window, include_future="true")) > NOW_MS + DAY_MS // 2

    def test_it_begins_where_it_is_told(self, simulator: SimulatorProcess, new_patient: Any) -> None:
        patient_id = new_patient(trace=STEADY, since="2025-06-15T09:00:00+02:00")["id"]

        first = min(simulator.truth(patient_id, NOW_MS - 2 * DAY_MS, NOW_MS))

        assert 0 <= first - (NOW_MS - 5 * 60 * MINUTE_MS) < 5 * MINUTE_MS

    def test_a_replay_keeps_the_gaps_of_its_trace(self, simulator: SimulatorProcess, new_patient: Any) -> None:
        patient_id = new_patient(trace={**REPLAY, "subject": "1636-70-1005"})["id"]

        truth = sorted(simulator.truth(patient_id, NOW_MS - 16 * DAY_MS, NOW_MS))
        longest = max(after - before for before, after in itertools.pairwise(truth))

        assert longest == pytest.approx(91_196_000, abs=10 * MINUTE_MS)

    def test_a_sensor_warms_up_for_an_hour(
        self, simulator: SimulatorProcess, client: PyLibreLinkUp, new_patient: Any
    ) -> None:
        patient_id = new_patient(trace=STEADY)["id"]
        activated_ms = raw_graph(client, patient_id)["connection"]["sensor"]["a"] * 1000

        assert simulator.truth(patient_id, activated_ms, activated_ms + 60 * MINUTE_MS) == {}


class TestGraph:
    @pytest.mark.parametrize("trace", [STEADY, REPLAY])
    @pytest.mark.parametrize("cadence", [1, 5, 15])
    def test_its_points_are_the_truth_of_their_minute(
        self,
        simulator: SimulatorProcess,
        client: PyLibreLinkUp,
        new_patient: Any,
        trace: dict[str, Any],
        cadence: int,
    ) -> None:
        patient_id = new_patient(trace=trace, cadence_minutes=cadence)["id"]

        graph = points(raw_graph(client, patient_id)["graphData"])
        truth = simulator.truth(patient_id, NOW_MS - DAY_MS, NOW_MS)

        twins = {time: next(t for t in range(time - 2000, time + 1, 1000) if t in truth) for time in graph}
        assert all(graph[time] == truth[twin] for time, twin in twins.items())
        off_grid = Counter(twin % (5 * MINUTE_MS) for twin in twins.values())
        # Where a gap of minutes begins or ends, the nearest minute stands in.
        assert len(off_grid) == 1 if cadence > 1 else off_grid.most_common(1)[0][1] > 0.9 * len(graph)

    def test_its_points_are_298_to_302_seconds_apart(self, client: PyLibreLinkUp, new_patient: Any) -> None:
        times = list(points(raw_graph(client, new_patient(trace=STEADY)["id"])["graphData"]))

        apart = {after - before for before, after in itertools.pairwise(times)}

        assert apart <= {298_000, 299_000, 300_000, 301_000, 302_000}
        assert len(apart) > 1
        assert times[-1] - times[0] == pytest.approx(700 * MINUTE_MS, abs=2000)

    def test_a_gap_of_the_truth_is_a_gap(
        self, simulator: SimulatorProcess, client: PyLibreLinkUp, new_patient: Any
    ) -> None:
        patient_id = new_patient(trace={**STEADY, "profile": "low_use"})["id"]
        start = NOW_MS - 12 * 60 * MINUTE_MS + 1

        graph = points(raw_graph(client, patient_id)["graphData"])
        truth = simulator.truth(patient_id, start, NOW_MS - 15 * MINUTE_MS + 1)

        assert len(graph) == len(truth) < 130

    @pytest.mark.parametrize("cadence", [1, 5])
    def test_it_moves_on_with_the_clock(
        self, simulator: SimulatorProcess, client: PyLibreLinkUp, new_patient: Any, cadence: int
    ) -> None:
        patient_id = new_patient(trace=STEADY, cadence_minutes=cadence)["id"]
        before = points(raw_graph(client, patient_id)["graphData"])
        simulator.set_clock(now="2025-06-15T13:00:00Z")
        after = points(raw_graph(client, patient_id)["graphData"])

        assert len(after.keys() - before.keys()) == len(before.keys() - after.keys()) == 12
        assert all(after[time] == before[time] for time in before.keys() & after.keys())


class TestConnections:
    def test_they_carry_the_newest_truth(
        self, simulator: SimulatorProcess, client: PyLibreLinkUp, new_patient: Any
    ) -> None:
        patient_id = new_patient(trace=STEADY, cadence_minutes=1)["id"]

        measured = raw_graph(client, patient_id)["connection"]["glucoseMeasurement"]

        time, value = max(simulator.truth(patient_id, NOW_MS - DAY_MS, NOW_MS + 1).items())
        assert (ms(measured["FactoryTimestamp"]), measured["ValueInMgPerDl"]) == (time, value)

    def test_they_carry_an_old_measurement_too(self, client: PyLibreLinkUp, new_patient: Any) -> None:
        latest = client.latest(new_patient(trace={**STEADY, "profile": "no_data"})["id"])

        age = datetime(2025, 6, 15, 12, tzinfo=UTC) - latest.factory_timestamp
        assert timedelta(days=15) <= age < timedelta(days=17)

    def test_they_carry_null_when_nothing_was_ever_measured(self, client: PyLibreLinkUp, new_patient: Any) -> None:
        new_patient()

        (patient,) = client._call_api(f"{client.api_url}/llu/connections")["data"]

        assert patient["glucoseMeasurement"] is None
        assert patient["glucoseItem"] is None

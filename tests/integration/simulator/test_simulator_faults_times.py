"""Faults in the times of measurements."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from simulator.process import SimulatorProcess
from tests.integration.simulator.follower import Follower

STEADY = {"kind": "generator", "profile": "meeting_targets", "seed": 3}
WRITTEN = "%m/%d/%Y %I:%M:%S %p"
NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def patient_id(new_patient: Any) -> str:
    found: str = new_patient(trace=STEADY, timezone="America/Sao_Paulo")["id"]
    return found


def factory(item: dict[str, Any]) -> datetime:
    return datetime.strptime(item["FactoryTimestamp"], WRITTEN).replace(tzinfo=UTC)


def local(item: dict[str, Any]) -> datetime:
    return datetime.strptime(item["Timestamp"], WRITTEN).replace(tzinfo=UTC)


def offset_minutes(item: dict[str, Any]) -> int:
    return round((local(item) - factory(item)).total_seconds() / 60)


def graph(follower: Follower, patient_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = follower.graph(patient_id).data["graphData"]
    return found


def current(follower: Follower) -> dict[str, Any]:
    found: dict[str, Any] = follower.get().data[0]["glucoseMeasurement"]
    return found


class TestFutureTime:
    @pytest.mark.parametrize(("params", "minutes"), [({}, 10), ({"minutes": 1440}, 1440)])
    def test_the_current_measurement_is_ahead_of_now(
        self,
        simulator: SimulatorProcess,
        follower: Follower,
        patient_id: str,
        params: dict[str, Any],
        minutes: int,
    ) -> None:
        usual = current(follower)
        simulator.fault("future_time", account=follower.email, **params)

        item = current(follower)

        assert factory(item) == NOW + timedelta(minutes=minutes)
        assert offset_minutes(item) == -180
        assert item["ValueInMgPerDl"] == usual["ValueInMgPerDl"]


class TestRepeatedTime:
    def test_one_comes_again_a_second_later_with_another_value_and_one_as_it_is(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str
    ) -> None:
        usual = graph(follower, patient_id)
        simulator.fault("repeated_time", account=follower.email)

        found = graph(follower, patient_id)

        assert len(found) == len(usual) + 2
        times = [factory(item) for item in found]
        assert times == sorted(times)
        ((twice, _),) = [pair for pair in Counter(times).items() if pair[1] == 2]
        same = [item for item in found if factory(item) == twice]
        assert same[0] == same[1]
        (later,) = [item for item in found if item not in usual]
        (earlier,) = [item for item in usual if factory(item) == factory(later) - timedelta(seconds=1)]
        assert later["ValueInMgPerDl"] == later["Value"] == earlier["ValueInMgPerDl"] + 25
        assert later["ValueInMgPerDl"] != same[0]["ValueInMgPerDl"]


class TestDstFold:
    def test_the_clock_was_set_back_an_hour_ninety_minutes_ago(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str
    ) -> None:
        usual = graph(follower, patient_id)
        simulator.fault("dst_fold", account=follower.email)
        simulator.set_clock(now="2025-06-15T12:05:00Z")

        found = graph(follower, patient_id)

        change = NOW - timedelta(minutes=90)
        assert [offset_minutes(item) for item in found] == [-120 if factory(i) < change else -180 for i in found]
        assert [factory(item) for item in found[:-1]] == [factory(item) for item in usual[1:]]
        repeated = [item for item in found if change - timedelta(hours=1) <= factory(item) < change]
        walls = [local(item) for item in found if factory(item) >= change]
        assert len(repeated) == 12
        # An hour later on the same grid, up to two seconds of jitter.
        assert all(any(abs(local(item) - wall) <= timedelta(seconds=4) for wall in walls) for item in repeated)

    @pytest.mark.parametrize("minutes", [[120, 60], [60, 120], [345, 330]])
    def test_offsets_and_moment_can_be_told(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str, minutes: list[int]
    ) -> None:
        at = "2025-06-15T08:00:00Z"
        simulator.fault("dst_fold", account=follower.email, offset_minutes=minutes, at=at)

        found = graph(follower, patient_id)

        before, after = minutes
        change = datetime(2025, 6, 15, 8, tzinfo=UTC)
        assert [offset_minutes(item) for item in found] == [before if factory(i) < change else after for i in found]
        assert offset_minutes(current(follower)) == after

    def test_a_zone_brings_a_change_of_its_own(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str
    ) -> None:
        simulator.set_clock(now="2025-10-26T03:30:00Z")
        simulator.fault("dst_fold", account=follower.email, zone="Europe/Berlin")

        found = graph(follower, patient_id)

        assert {offset_minutes(item) for item in found} == {60, 120}
        for item in found:
            assert local(item).replace(tzinfo=None) == factory(item).astimezone(ZoneInfo("Europe/Berlin")).replace(
                tzinfo=None
            )


class TestTravel:
    @pytest.mark.parametrize(
        ("params", "minutes"), [({}, 540), ({"timezone": "Asia/Kathmandu"}, 345), ({"offset_minutes": -570}, -570)]
    )
    def test_local_times_are_of_the_other_zone(
        self,
        simulator: SimulatorProcess,
        follower: Follower,
        patient_id: str,
        params: dict[str, Any],
        minutes: int,
    ) -> None:
        usual = [current(follower), *graph(follower, patient_id), *follower.logbook(patient_id).data]
        simulator.fault("travel", account=follower.email, **params)

        found = [current(follower), *graph(follower, patient_id), *follower.logbook(patient_id).data]

        assert {offset_minutes(item) for item in usual} == {-180}
        assert {offset_minutes(item) for item in found} == {minutes}
        assert [factory(item) for item in found] == [factory(item) for item in usual]

    def test_it_can_begin_at_an_instant(self, simulator: SimulatorProcess, follower: Follower, patient_id: str) -> None:
        simulator.fault("travel", account=follower.email, since="2025-06-15T09:00:00Z")

        found = graph(follower, patient_id)

        since = datetime(2025, 6, 15, 9, tzinfo=UTC)
        assert [offset_minutes(item) for item in found] == [540 if factory(i) >= since else -180 for i in found]

    def test_the_truth_is_that_of_the_patients_zone(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str
    ) -> None:
        usual = [item["ValueInMgPerDl"] for item in graph(follower, patient_id)]
        simulator.fault("travel", account=follower.email)

        assert [item["ValueInMgPerDl"] for item in graph(follower, patient_id)] == usual


class TestStalePhone:
    def test_nothing_newer_is_shown_and_later_all_of_it(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str
    ) -> None:
        usual, usual_graph = current(follower), graph(follower, patient_id)
        simulator.fault("stale_phone", account=follower.email, minutes=45)

        spoke = NOW - timedelta(minutes=45)
        assert spoke - timedelta(minutes=5) < factory(current(follower)) <= spoke
        assert factory(graph(follower, patient_id)[-1]) <= spoke - timedelta(minutes=15)
        assert all(factory(item) <= spoke for item in follower.logbook(patient_id).data)

        simulator.clear_faults()
        assert current(follower) == usual
        assert graph(follower, patient_id) == usual_graph

    def test_it_can_stand_still_at_an_instant(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str
    ) -> None:
        simulator.fault("stale_phone", account=follower.email, at="2025-06-15T11:30:00Z")
        first = current(follower)
        simulator.set_clock(now="2025-06-15T15:00:00Z")

        assert current(follower) == first
        assert factory(first) <= datetime(2025, 6, 15, 11, 30, tzinfo=UTC)

    def test_one_patients_phone_can_be_silent_alone(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str, new_patient: Any
    ) -> None:
        silent = new_patient(trace=STEADY)["id"]
        usual, _ = follower.get().data
        simulator.fault("stale_phone", account=follower.email, patient=silent, minutes=120)

        first, second = follower.get().data

        assert first == usual
        assert factory(second["glucoseMeasurement"]) <= NOW - timedelta(minutes=120)
        assert factory(graph(follower, patient_id)[-1]) > NOW - timedelta(minutes=21)
        assert factory(graph(follower, silent)[-1]) <= NOW - timedelta(minutes=135)

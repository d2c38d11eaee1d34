"""Faults in whom an account sees, and in the sensors they wear."""

from typing import Any
from uuid import uuid4

import pytest

from simulator.process import SimulatorProcess
from tests.integration.simulator.follower import Follower

COULD_NOT_LOAD = {"status": 4, "error": {"message": "couldNotLoadPatient"}}
STEADY = {"kind": "generator", "profile": "meeting_targets", "seed": 3}
NOW_S = 1_749_988_800


@pytest.fixture
def patients(new_patient: Any) -> list[str]:
    """The ids of two patients of the account."""
    return [new_patient(first_name=name, trace=STEADY)["id"] for name in ("Ana", "Bia")]


def listed(follower: Follower) -> list[str]:
    return [person["patientId"] for person in follower.get().data]


class TestEmptyConnections:
    def test_they_show_nobody_while_graphs_go_on(
        self, simulator: SimulatorProcess, follower: Follower, patients: list[str]
    ) -> None:
        simulator.fault("empty_connections", account=follower.email)

        assert listed(follower) == []
        assert follower.graph(patients[0]).json["status"] == 0


class TestPatientRemoved:
    def test_the_first_one_stays_away_until_the_fault_goes(
        self, simulator: SimulatorProcess, follower: Follower, patients: list[str]
    ) -> None:
        first, second = patients
        simulator.fault("patient_removed", account=follower.email)

        for _ in range(2):
            assert listed(follower) == [second]
            assert follower.graph(first).json == follower.logbook(first).json == COULD_NOT_LOAD
            assert follower.graph(second).json["status"] == 0

        assert follower.faults() == [None, *(["patient_removed"] * 3 + [None]) * 2]
        simulator.clear_faults()
        assert listed(follower) == patients
        assert follower.graph(first).json["status"] == 0

    def test_the_one_named_is_away_for_its_account_only(
        self, simulator: SimulatorProcess, follower: Follower, other_follower: Follower, patients: list[str]
    ) -> None:
        simulator.fault("patient_removed", count=1, patient=patients[1].upper())

        assert len(listed(other_follower)) == 1
        assert listed(follower) == patients[:1]
        assert listed(follower) == patients
        assert other_follower.faults() == [None, None]


class TestPatientTwice:
    @pytest.mark.parametrize("named", [None, 1])
    def test_one_is_in_the_list_again(
        self, simulator: SimulatorProcess, follower: Follower, patients: list[str], named: int | None
    ) -> None:
        simulator.fault("patient_twice", account=follower.email, patient=None if named is None else patients[named])

        assert listed(follower) == [*patients, patients[named or 0]]


class TestPatientMoved:
    def test_another_account_follows_the_patient_at_once(
        self, simulator: SimulatorProcess, follower: Follower, other_follower: Follower, patients: list[str]
    ) -> None:
        others = listed(other_follower)
        truth = simulator.truth(patients[0], NOW_S * 1000 - 86_400_000, NOW_S * 1000)

        simulator.move_patient(patients[0], other_follower.email)

        assert listed(other_follower) == [*others, patients[0]]
        assert other_follower.graph(patients[0]).json["status"] == 0
        assert listed(follower) == patients[1:]
        assert follower.graph(patients[0]).json == COULD_NOT_LOAD
        assert follower.graph(patients[1]).json["status"] == 0
        assert follower.faults() == [None, "patient_moved", "patient_moved", None]
        assert simulator.truth(patients[0], NOW_S * 1000 - 86_400_000, NOW_S * 1000) == truth
        simulator.clear_faults()
        assert listed(follower) == patients[1:]

    def test_patient_and_account_have_to_exist_and_belong_together(
        self, simulator: SimulatorProcess, follower: Follower, other_follower: Follower, patients: list[str]
    ) -> None:
        def moved(patient: str | None, to: str, account: str | None = None) -> int:
            body = {"kind": "patient_moved", "account": account, "params": {"patient": patient, "account": to}}
            return simulator.call("POST", "/_sim/faults", body)[0]

        assert moved(str(uuid4()), other_follower.email) == 404
        assert moved(patients[0], "no@example.org") == 404
        assert moved(None, other_follower.email) == 422
        assert moved(patients[0], follower.email, account=other_follower.email) == 422
        assert listed(follower) == patients


class TestCouldNotLoad:
    def test_it_is_what_graph_and_logbook_say(
        self, simulator: SimulatorProcess, follower: Follower, patients: list[str]
    ) -> None:
        simulator.fault("could_not_load", account=follower.email)

        assert follower.graph(patients[0]).json == follower.logbook(patients[1]).json == COULD_NOT_LOAD
        assert listed(follower) == patients


class TestSensorSwap:
    def test_two_are_active_and_connections_show_the_new_one(
        self, simulator: SimulatorProcess, follower: Follower, patients: list[str]
    ) -> None:
        worn = follower.get().data[0]["sensor"]
        simulator.fault("sensor_swap", account=follower.email, patient=patients[0])

        shown, others = (person["sensor"] for person in follower.get().data)
        graph = follower.graph(patients[0]).data

        assert shown == {**worn, "sn": "0M0AAAAAAA2", "a": NOW_S - 3600}
        assert graph["connection"]["sensor"] == shown
        assert [each["sensor"] for each in graph["activeSensors"]] == [worn, shown]
        assert others["sn"] != shown["sn"]
        assert len(follower.graph(patients[1]).data["activeSensors"]) == 1

    def test_serials_and_activation_can_be_told(
        self, simulator: SimulatorProcess, follower: Follower, patients: list[str]
    ) -> None:
        simulator.fault("sensor_swap", account=follower.email, old="OLD", new="NEW", at=(NOW_S - 60) * 1000)

        old, new = (each["sensor"] for each in follower.graph(patients[0]).data["activeSensors"])

        assert (old["sn"], new["sn"], new["a"]) == ("OLD", "NEW", NOW_S - 60)

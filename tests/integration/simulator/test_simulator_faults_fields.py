"""Faults in what an answer says about a patient."""

from typing import Any

import pytest

from simulator.process import SimulatorProcess
from tests.integration.simulator.follower import Follower

STEADY = {"kind": "generator", "profile": "meeting_targets", "seed": 3}
NOW_MS = 1_749_988_800_000


@pytest.fixture
def patient_id(new_patient: Any) -> str:
    found: str = new_patient(trace=STEADY)["id"]
    return found


def shown(follower: Follower, patient_id: str) -> list[dict[str, Any]]:
    """The patient as connections and as the graph's answer show them."""
    return [follower.get().data[0], follower.graph(patient_id).data["connection"]]


class TestNull:
    @pytest.mark.parametrize(
        ("kind", "names"),
        [
            ("null_current", {"glucoseMeasurement", "glucoseItem"}),
            ("null_sensor", {"sensor"}),
            ("null_patient_device", {"patientDevice"}),
            ("null_alarm_rules", {"alarmRules"}),
        ],
    )
    def test_a_field_of_the_patient_is_null_and_no_other(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str, kind: str, names: set[str]
    ) -> None:
        usual = shown(follower, patient_id)
        simulator.fault(kind, account=follower.email)

        assert shown(follower, patient_id) == [{**person, **dict.fromkeys(names)} for person in usual]

    @pytest.mark.parametrize(("kind", "name"), [("null_sensor", "sensor"), ("null_patient_device", "device")])
    def test_it_is_null_among_the_active_sensors_too(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str, kind: str, name: str
    ) -> None:
        simulator.fault(kind, account=follower.email)

        (active,) = follower.graph(patient_id).data["activeSensors"]

        assert [key for key, value in active.items() if value is None] == [name]

    @pytest.mark.parametrize(("kind", "name"), [("null_graph", "graphData"), ("null_active_sensors", "activeSensors")])
    def test_a_part_of_the_graphs_answer_is_null(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str, kind: str, name: str
    ) -> None:
        usual = follower.graph(patient_id).data
        simulator.fault(kind, account=follower.email)

        assert follower.graph(patient_id).data == {**usual, name: None}

    def test_the_ticket_is_null(self, simulator: SimulatorProcess, follower: Follower, patient_id: str) -> None:
        usual = follower.get().json
        simulator.fault("null_ticket", account=follower.email)

        assert follower.get().json == {**usual, "ticket": None}

    def test_only_the_patient_named_is_concerned(
        self, simulator: SimulatorProcess, follower: Follower, new_patient: Any
    ) -> None:
        first, second = (new_patient(trace=STEADY)["id"] for _ in range(2))
        simulator.fault("null_sensor", account=follower.email, patient=second)

        assert [person["sensor"] is None for person in follower.get().data] == [False, True]
        assert follower.graph(first).data["connection"]["sensor"]
        assert follower.graph(second).data["connection"]["sensor"] is None
        assert follower.faults() == [None, "null_sensor", None, "null_sensor"]


class TestTrend:
    @pytest.mark.parametrize(("kind", "arrow"), [("trend_0", 0), ("trend_6", 6), ("trend_null", None)])
    def test_the_arrow_is_as_told(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str, kind: str, arrow: int | None
    ) -> None:
        usual = shown(follower, patient_id)
        simulator.fault(kind, account=follower.email)

        for before, person in zip(usual, shown(follower, patient_id), strict=True):
            assert person["glucoseMeasurement"] == {**before["glucoseMeasurement"], "TrendArrow": arrow}
            assert person["glucoseItem"] == person["glucoseMeasurement"]

    def test_the_arrow_is_missing(self, simulator: SimulatorProcess, follower: Follower, patient_id: str) -> None:
        simulator.fault("trend_missing", account=follower.email)

        assert all("TrendArrow" not in person["glucoseMeasurement"] for person in shown(follower, patient_id))


class TestOutOfRange:
    @pytest.mark.parametrize(
        ("kind", "params", "flags", "mg_dl"),
        [
            ("hi", {}, (True, False), 500),
            ("lo", {}, (False, True), 40),
            ("hi", {"mg_dl": 400}, (True, False), 400),
        ],
    )
    def test_the_measurement_is_the_limit_with_its_flag_and_no_trend(
        self,
        simulator: SimulatorProcess,
        follower: Follower,
        patient_id: str,
        kind: str,
        params: dict[str, Any],
        flags: tuple[bool, bool],
        mg_dl: int,
    ) -> None:
        simulator.fault(kind, account=follower.email, **params)

        for person in shown(follower, patient_id):
            item = person["glucoseMeasurement"]
            assert (item["isHigh"], item["isLow"], item["TrendArrow"]) == (*flags, 0)
            assert item["ValueInMgPerDl"] == item["Value"] == mg_dl

    def test_it_is_told_in_the_patients_unit(
        self, simulator: SimulatorProcess, follower: Follower, new_patient: Any
    ) -> None:
        new_patient(trace=STEADY, unit="mmol/L")
        simulator.fault("lo", account=follower.email)

        item = follower.get().data[0]["glucoseMeasurement"]

        assert (item["ValueInMgPerDl"], item["Value"]) == (40, 2.2)


class TestUnitFlip:
    @pytest.mark.parametrize(("unit", "code", "uom"), [("mg/dL", 0, 0), ("mmol/L", 1, 1)])
    def test_the_unit_changes_while_mg_dl_stays(
        self, simulator: SimulatorProcess, follower: Follower, new_patient: Any, unit: str, code: int, uom: int
    ) -> None:
        patient_id = new_patient(trace=STEADY, unit=unit)["id"]

        def items() -> list[dict[str, Any]]:
            graph = follower.graph(patient_id).data
            person = follower.get().data[0]
            return [person["glucoseMeasurement"], *graph["graphData"], *follower.logbook(patient_id).data]

        usual = items()
        simulator.fault("unit_flip", account=follower.email)
        flipped = items()

        assert follower.get().data[0]["uom"] == uom
        assert {item["GlucoseUnits"] for item in flipped} == {code}
        assert [item["ValueInMgPerDl"] for item in flipped] == [item["ValueInMgPerDl"] for item in usual]
        for item in flipped:
            mg_dl = item["ValueInMgPerDl"]
            assert item["Value"] == (mg_dl if code == 1 else round(mg_dl / 18.0182, 1))


class TestAlarms:
    def test_glucose_alarm_is_an_object(self, simulator: SimulatorProcess, follower: Follower, patient_id: str) -> None:
        simulator.fault("glucose_alarm", account=follower.email)

        assert all(isinstance(person["glucoseAlarm"], dict) for person in shown(follower, patient_id))

    @pytest.mark.parametrize(("kind", "call"), [("alarm_in_logbook", "logbook"), ("alarm_in_graph", "graph")])
    def test_one_without_a_value_sits_among_the_others(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str, kind: str, call: str
    ) -> None:
        def items() -> list[dict[str, Any]]:
            data = getattr(follower, call)(patient_id).data
            found: list[dict[str, Any]] = data if call == "logbook" else data["graphData"]
            return found

        usual = items()
        simulator.fault(kind, account=follower.email)
        found = items()

        (alarm,) = [item for item in found if item not in usual]
        assert [item for item in found if item != alarm] == usual
        assert 0 < found.index(alarm) < len(usual)
        assert (alarm["type"], alarm["FactoryTimestamp"]) == (2, "6/15/2025 12:00:00 PM")
        assert "ValueInMgPerDl" not in alarm


class TestBrokenItems:
    def test_the_oldest_cannot_be_read_and_the_others_can(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str
    ) -> None:
        usual = follower.graph(patient_id).data["graphData"]
        simulator.fault("broken_items", account=follower.email)

        found = follower.graph(patient_id).data["graphData"]

        assert found[3:] == usual[3:]
        assert (found[0]["FactoryTimestamp"], found[1]["ValueInMgPerDl"], found[2]) == ("soon", None, {})


class TestTruth:
    def test_it_stays_the_truth_whatever_is_shown(
        self, simulator: SimulatorProcess, follower: Follower, patient_id: str
    ) -> None:
        truth = simulator.truth(patient_id, NOW_MS - 86_400_000, NOW_MS + 1)
        for kind in ("hi", "unit_flip", "future_time", "repeated_time", "travel", "stale_phone", "patient_removed"):
            simulator.fault(kind)

        follower.get()
        follower.graph(patient_id)

        assert len(truth) > 200
        assert simulator.truth(patient_id, NOW_MS - 86_400_000, NOW_MS + 1) == truth

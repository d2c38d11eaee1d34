"""The parts of an answer with data that faults change."""

from collections.abc import Iterator
from typing import Any

from simulator.faults.kind import Body, Fault

Part = dict[str, Any]


def people(body: Body, fault: Fault) -> list[Part]:
    """The connections of an answer: all, or that of the fault's patient; none in a logbook."""
    data = body["data"]
    found = [data["connection"]] if isinstance(data, dict) else [part for part in data if "patientId" in part]
    patient_id = fault.params.get("patient")
    return [part for part in found if patient_id in (None, part["patientId"])]


def currents(body: Body, fault: Fault) -> list[Part]:
    """The current measurements; each is written twice, under two names."""
    names = ("glucoseMeasurement", "glucoseItem")
    return [person[name] for person in people(body, fault) for name in names if person[name] is not None]


def points(body: Body) -> list[Part]:
    """The points of a graph or the events of a logbook, as the list in the answer; empty in connections."""
    data = body["data"]
    if isinstance(data, dict):
        graph: list[Part] = data["graphData"] or []
        return graph
    return [] if any("patientId" in part for part in data) else data


def items(body: Body, fault: Fault) -> Iterator[Part]:
    """Every measurement of an answer that has a time."""
    yield from currents(body, fault)
    yield from (point for point in points(body) if isinstance(point.get("FactoryTimestamp"), str))


def worn(body: Body) -> list[Part]:
    """The active sensors of a graph's answer with their devices; empty in the other answers."""
    data = body["data"]
    found: list[Part] = (data["activeSensors"] or []) if isinstance(data, dict) else []
    return found

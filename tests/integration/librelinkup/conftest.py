"""A simulator of its own for each module, its clock set back and its faults gone before each test."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from patients.models import Patient
from simulator.process import SimulatorProcess
from tests.conftest import Member
from tests.integration.librelinkup.scene import START, Scene


@pytest.fixture(scope="module")
def running_vendor() -> Iterator[SimulatorProcess]:
    with SimulatorProcess("--now", START.isoformat(), "--speed", "0") as simulator:
        yield simulator


@pytest.fixture
def vendor(running_vendor: SimulatorProcess, settings: Settings) -> SimulatorProcess:
    settings.LIBRELINKUP_GLOBAL_URL = running_vendor.url
    settings.LIBRELINKUP_REGION_URL = running_vendor.url + "/{region}"
    running_vendor.set_clock(now=START.isoformat(), speed=0)
    running_vendor.clear_faults()
    return running_vendor


@pytest.fixture
def scene(
    vendor: SimulatorProcess,
    admin: Member,
    clinician: Member,
    make_patient: Callable[..., Patient],
    request: pytest.FixtureRequest,
) -> Scene:
    return Scene(vendor, admin, clinician, make_patient, request.node.name)

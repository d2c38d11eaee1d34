"""A simulator of its own for each module, its clock set back before each test."""

import itertools
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pylibrelinkup import PyLibreLinkUp

from simulator.dexcom_share.process import DexcomShareProcess
from simulator.process import SimulatorProcess
from tests.integration.simulator.follower import Follower

NOW = "2025-06-15T12:00:00Z"
PASSWORD = "correct horse"

MakePatient = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def running_simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess("--now", NOW, "--speed", "0") as process:
        yield process


@pytest.fixture
def simulator(running_simulator: SimulatorProcess) -> SimulatorProcess:
    running_simulator.set_clock(now=NOW, speed=0)
    running_simulator.clear_faults()
    return running_simulator


@pytest.fixture
def account(simulator: SimulatorProcess) -> str:
    """The address of a new account in the region eu2."""
    email = f"{uuid.uuid4()}@example.org"
    simulator.create_account(email, PASSWORD, "eu2")
    return email


@pytest.fixture
def new_patient(simulator: SimulatorProcess, account: str, request: pytest.FixtureRequest) -> MakePatient:
    """Create a patient of the account; the id, and so the grid and the sensors, are always the test's own."""
    numbers = itertools.count()

    def create(**fields: Any) -> dict[str, Any]:
        patient_id = uuid.uuid5(uuid.NAMESPACE_OID, f"{request.node.nodeid} {next(numbers)}")
        return simulator.create_patient(account, **{"id": str(patient_id), **fields})

    return create


@pytest.fixture
def client(simulator: SimulatorProcess, account: str) -> PyLibreLinkUp:
    """The account's unmodified client, logged in."""
    client = PyLibreLinkUp(account, PASSWORD)
    client.api_url = simulator.region_url("eu2")
    client.authenticate()
    return client


@pytest.fixture
def follower(simulator: SimulatorProcess, account: str) -> Follower:
    """Who follows the account's patients by plain requests."""
    return Follower(simulator, account, PASSWORD)


@pytest.fixture
def other_follower(simulator: SimulatorProcess) -> Follower:
    """The follower of another account of the same region, with one patient."""
    email = f"{uuid.uuid4()}@example.org"
    simulator.create_account(email, PASSWORD, "eu2")
    simulator.create_patient(email, trace={"kind": "generator", "profile": "meeting_targets", "seed": 5})
    return Follower(simulator, email, PASSWORD)


@pytest.fixture(scope="module")
def running_dexcom_share() -> Iterator[DexcomShareProcess]:
    with DexcomShareProcess("--now", NOW, "--speed", "0") as process:
        yield process


@pytest.fixture
def dexcom_share(running_dexcom_share: DexcomShareProcess) -> DexcomShareProcess:
    running_dexcom_share.set_clock(now=NOW, speed=0)
    running_dexcom_share.clear_faults()
    return running_dexcom_share


@pytest.fixture
def wearer(dexcom_share: DexcomShareProcess) -> str:
    """The name of a new account of Dexcom Share in the region us, in Sao Paulo's time."""
    username = f"{uuid.uuid4()}@example.org"
    dexcom_share.create_account(username, PASSWORD, timezone="America/Sao_Paulo")
    return username

"""The product as the demo starts it, with people at the vendor and in the clinic, for the length of a run."""

import contextlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg

from client.saude_ia import SaudeIA
from embedded.demo.services import ROOT, product_environment, services, simulator_url
from embedded.demo.state import State, load
from embedded.ports import free_ports
from embedded.service import Service
from tests.faults.clocked import set_clock
from tests.faults.disk import Disk, small_disk
from tests.faults.native import native_database
from tests.faults.parts import Keeper, Part
from tests.faults.waiting import until
from tests.integration.outbox.receiver import Receiver, receiving
from work.queues import QUEUES

ADMIN: Final = "admin@faults.example"
START_SECONDS = 120.0
# What is not the product's own default: shorter silences, so that a state is named within a round.
ENVIRONMENT: Final = {
    "WORKER_SILENT_SECONDS": "8",
    "SCHEDULER_LEASE_SECONDS": "4",
    "TASK_LEASE_SECONDS": "15",
    "TASK_LOST_AFTER_SECONDS": "20",
    "LIBRELINKUP_POLL_JITTER_SECONDS": "0",
    "WRITES_PER_MINUTE": "1000000",
    "READS_PER_MINUTE": "1000000",
    "LOG_LEVEL": "WARNING",
    # Programs of the clinic listen here.
    "WEBHOOKS_ANYWHERE": "true",
}
CLOCKED: Final = (*(f"worker-{queue}" for queue in QUEUES), "scheduler", "web")


@dataclass
class Stage:
    """Where everything is; the parts by their name in the demo."""

    url: str
    state: State
    database_url: str
    parts: dict[str, Part]
    keeper: Keeper
    disk: Disk
    clock: Path
    receiver: Receiver
    account_id: str = ""

    @property
    def vendor(self) -> str:
        """The simulator's address."""
        return simulator_url(self.state)

    def api(self, tries: int = 1) -> SaudeIA:
        """A client that is the clinic's administrator."""
        return SaudeIA(self.url, ADMIN, self.state.user_password, tries=tries, timeout_seconds=30)

    def health(self) -> dict[str, str]:
        """What `/health/` says of each part; of the web process alone where it does not answer. And of the streams'."""
        live = _health("live", f"http://127.0.0.1:{self.state.live_port}/health/live/")
        return _health("web", f"{self.url}/health/") | {"live": live.get("live", "ok")}

    def is_well(self) -> bool:
        """Whether every part is ok."""
        return all(told == "ok" for told in self.health().values())

    def rows(self, query: str, *parameters: Any) -> list[Any]:
        """The rows of a query, past the product."""
        with psycopg.connect(self.database_url, autocommit=True, connect_timeout=10) as connection:
            return connection.execute(query, parameters).fetchall()

    def run(self, statements: str) -> None:
        """Statements that answer nothing, past the product too."""
        with psycopg.connect(self.database_url, autocommit=True, connect_timeout=10) as connection:
            connection.execute(statements)

    def set_clock(self, seconds: float) -> None:
        """How far the product's processes are ahead of the true time."""
        set_clock(self.clock, seconds)


@contextlib.contextmanager
def stage(*, native: bool = False, logs: Path | None = None) -> Iterator[Stage]:
    """Start every part; end them all, whatever happened. The folder ``logs`` keeps what they print."""
    with (
        tempfile.TemporaryDirectory(prefix="saude-faults-") as name,
        small_disk(Path(name) / "disk") as disk,
        receiving() as receiver,
    ):
        folder, (port,) = Path(name), free_ports(1)
        state, clock = load(folder), folder / "clock"
        set_clock(clock, 0.0)
        found = {each.name: each for each in services(state, disk.folder, port)}
        environment = ENVIRONMENT | {"FAULTS_CLOCK": str(clock)}
        database_url = product_environment(state)["DATABASE_URL"]
        if native:
            found["database"], database_url = native_database(state, disk.folder)
            environment["DATABASE_URL"] = database_url
        _write_roster(disk.folder / "roster.json", state)
        written = logs or folder / "logs"
        written.mkdir(parents=True, exist_ok=True)
        parts = {name: Part(_ours(each, environment), written) for name, each in found.items()}
        kept = [part for name, part in parts.items() if name not in ("migrate", "roster")]
        keeper = Keeper(kept)
        made = Stage(f"http://127.0.0.1:{port}", state, database_url, parts, keeper, disk, clock, receiver)
        try:
            _start(made)
            yield made
        finally:
            disk.free()
            keeper.stop()


def _health(process: str, url: str) -> dict[str, str]:
    try:
        answer = httpx.get(url, timeout=40)
        # The front answers for a process that does not.
        return {process: "does not answer"} if answer.status_code == 502 else dict(answer.json())
    except (httpx.RequestError, ValueError) as error:
        return {process: f"does not answer ({type(error).__name__})"}


def _ours(service: Service, environment: dict[str, str]) -> Service:
    """The same with our settings, and with a clock that can jump where it is the product's."""
    changed = replace(service, folder=ROOT)
    if "SECRET_KEY" in service.environment:
        changed = replace(changed, environment={**service.environment, **environment})
    if service.name in CLOCKED:
        python, *command = service.command
        command = command[1:] if command[0] == "-m" else command
        changed = replace(changed, command=[python, "-m", "tests.faults.clocked", *command])
    return changed


def _write_roster(path: Path, state: State) -> None:
    member = {"username": ADMIN, "email": ADMIN, "password": state.user_password, "name": "Admin", "role": "admin"}
    path.write_text(json.dumps({"clinics": [{"name": "Faults", "members": [member]}]}), encoding="utf-8")


def _start(made: Stage) -> None:
    for name in ("database", "redis", "vendor"):
        made.parts[name].start()
    until(lambda: _answers(made), START_SECONDS, "the database")
    for name in ("migrate", "roster"):
        made.parts[name].finish()
    made.keeper.start()
    until(made.is_well, START_SECONDS, "every part to be ok")


def _answers(made: Stage) -> bool:
    try:
        return bool(made.rows("SELECT 1"))
    except psycopg.OperationalError:
        return False

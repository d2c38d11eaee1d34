"""The processes of a rehearsal: database, Redis, three web processes, the streams', and nginx in front of them."""

import asyncio
import contextlib
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import yaml
from psycopg import sql

from embedded import database, redis
from embedded.demo.services import product_environment, services
from embedded.demo.state import State, load, write_private
from embedded.ports import HOST, free_ports
from embedded.service import Service
from tests.faults.parts import Part
from tests.faults.waiting import until
from tests.rehearsal.edge import ROOT, Edge, nginx
from tests.rehearsal.versions import Version

WEBS = 3
READY_SECONDS = 180.0
DRAIN_SECONDS = 45.0  # above --graceful-timeout
# As docker-compose.yml, but for what is not rehearsed: how often one user may ask.
ENVIRONMENT = {
    "BEHIND_PROXY": "true",
    "SECURE_COOKIES": "true",
    "ALLOWED_HOSTS": "localhost",
    "READS_PER_MINUTE": "0",
    "WRITES_PER_MINUTE": "0",
    "LOG_LEVEL": "WARNING",
    "PYTHONDONTWRITEBYTECODE": "1",
}
MEMBER = {"username": "ana", "name": "Ana", "role": "admin"}


@dataclass
class Stage:
    """What runs, and where."""

    folder: Path
    state: State
    environment: dict[str, str]
    edge: Edge
    ports: list[int]
    about: str
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        """Past the product."""
        return self.environment["DATABASE_URL"]

    def web(self, number: int, version: Version) -> Part:
        """A web process with production's own flags; it is not started yet."""
        name = f"web-{number}-{version.folder.name}"
        command = [sys.executable, "-m", *gunicorn(), f"--bind={HOST}:{self.ports[number]}"]
        return self.part(Service(name=name, command=command, folder=version.folder, environment=self.environment))

    def part(self, service: Service) -> Part:
        """A part that ends with the stage."""
        part = Part(service, self.folder / "logs")
        self.parts[service.name] = part
        return part

    def until_ready(self, number: int) -> None:
        """The web process answers that it can serve."""
        until(lambda: is_ready(self.ports[number]), READY_SECONDS, f"web process {number} to be ready")

    def migrate(self, version: Version) -> None:
        """As the service `migrate`; the embedded server has no lock of a session, so there by Django alone."""
        native = [sys.executable, "-m", "docker.entrypoint", "migrate"]
        plain = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        command = plain if self.about.startswith("the embedded") else native
        service = Service(name=f"migrate-{version.folder.name}", command=command, folder=version.folder)
        self.part(replace(service, environment=self.environment, start_timeout=300.0)).finish()


@contextlib.contextmanager
def stage(version: Version, logs: Path | None) -> Iterator[Stage]:
    """Start everything but the web processes; end everything, whatever happened."""
    with tempfile.TemporaryDirectory(prefix="saude-rehearsal-") as name, contextlib.ExitStack() as running:
        folder = Path(name)
        (folder / "logs").mkdir()
        made = _made(folder, running)
        if logs is not None:
            running.callback(_keep, folder / "logs", logs)
        try:
            _start(made, version)
            yield made
        finally:
            for part in reversed(made.parts.values()):
                part.stop()


def gunicorn() -> list[str]:
    """The command of the service `web`, without where it listens."""
    told = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["web"]["command"]
    return [part for part in told if not part.startswith("--bind")]


def is_ready(port: int) -> bool:
    """Asked as nginx asks."""
    headers = {"Host": "localhost", "X-Forwarded-Proto": "https"}
    try:
        return httpx.get(f"http://{HOST}:{port}/health/ready/", headers=headers, timeout=30).is_success
    except httpx.HTTPError:
        return False


def _made(folder: Path, running: contextlib.ExitStack) -> Stage:
    state = load(folder)
    ports = free_ports(WEBS + 3)
    web = [f"{HOST}:{port}" for port in ports[:WEBS]]
    (folder / "edge").mkdir()
    edge = Edge(
        nginx(folder / "nginx"), folder / "edge", (ports[-3], ports[-2], ports[-1]), web, f"{HOST}:{state.live_port}"
    )
    edge.prepare()
    environment = product_environment(state) | ENVIRONMENT | {"MEDIA_ROOT": str(edge.folder / "media")}
    environment["PUBLIC_URL"] = edge.url
    about = "the embedded database"
    if base := os.environ.get("DATABASE_URL"):
        environment["DATABASE_URL"] = running.enter_context(_database_of_our_own(base))
        about = "a database on the server of DATABASE_URL"
    return Stage(folder, state, environment, edge, ports[:WEBS], about)


@contextlib.contextmanager
def _database_of_our_own(base: str) -> Iterator[str]:
    name = f"saude_rehearsal_{secrets.token_hex(4)}"
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlsplit(base)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(base, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _start(made: Stage, version: Version) -> None:
    """Servers, migrations, members, the streams' process, nginx."""
    found = {each.name: each for each in services(made.state, made.folder, made.edge.ports[1])}
    if "embedded" in made.about:
        made.part(found["database"]).start()
        until(lambda: asyncio.run(database.answers(made.database_url)), READY_SECONDS, "the database")
    made.part(found["redis"]).start()
    until(lambda: asyncio.run(redis.answers(made.state.redis_port, made.state.redis_password)), 30, "Redis")
    made.migrate(version)
    roster = {"clinics": [{"name": "Rehearsal", "members": [MEMBER | {"password": made.state.user_password}]}]}
    write_private(made.folder / "roster.json", json.dumps(roster))
    load_roster = [sys.executable, "manage.py", "load_roster", str(made.folder / "roster.json")]
    ours = {"folder": version.folder, "environment": made.environment, "start_timeout": 120.0}
    made.part(Service(name="roster", command=load_roster, **ours)).finish()  # type: ignore[arg-type]
    live = [sys.executable, "manage.py", "run_live", "--port", str(made.state.live_port)]
    made.part(Service(name="live", command=live, **ours)).start()  # type: ignore[arg-type]
    made.part(made.edge.service()).start()


def _keep(written: Path, kept: Path) -> None:
    kept.mkdir(parents=True, exist_ok=True)
    for log in written.iterdir():
        (kept / log.name).write_bytes(log.read_bytes())

"""The product that is looked at: the demo's services, filled as `make demo` fills them."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from client.saude_ia import SaudeIA
from embedded.demo.services import ROOT, product_environment
from embedded.demo.state import load
from embedded.ports import HOST, free_ports
from embedded.testing import running_server
from tests.faults.waiting import until

START_SECONDS: Final = 600.0
EMPTY: Final = "Clínica Vazia"
CROWDED: Final = "Ambulatório Universitário Multidisciplinar de Endocrinologia e Metabologia do Hospital das Clínicas"
LONG_NAME: Final = "Maria Antonieta Wolfeschlegelsteinhausenbergerdorff de Albuquerque Cavalcanti e Vasconcelos Filha"
# As long as a city's name is in a zone.
LONG_ZONE: Final = "America/Argentina/ComodRivadavia"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where it is, who may sign in, and who is looked at."""

    url: str
    users: dict[str, str]
    password: str
    patients: dict[str, str]
    account: str

    @property
    def given(self) -> dict[str, str]:
        """What to fill into addresses of pages."""
        return {"patient_id": self.patients["low"], "account_id": self.account}


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """Start the demo and add a clinic without anybody and one where every name is long; all is gone afterwards."""
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="saude-browser-") as name:
        folder = Path(name)
        told = folder / "demo.json"
        command = [sys.executable, "-m", "tests.browser.demo_process", str(port), str(folder)]
        with running_server(command) as server:
            until(lambda: told.is_file() or server.process.poll() is not None, START_SECONDS, "the demo to be filled")
            if not told.is_file():
                raise RuntimeError(f"the demo ended:\n{server.output()[-3000:]}")
            yield _filled(folder, json.loads(told.read_text()), port)


def front_command(port: int, web: str, live: str) -> list[str]:
    """What stands before both at one port."""
    ports = ["--port", str(port), "--web", str(urlsplit(web).port), "--live", str(urlsplit(live).port)]
    return [sys.executable, "-m", "embedded.front", *ports]


def _filled(folder: Path, demo: dict[str, Any], port: int) -> Stage:
    state = load(folder, keep_ports=True)
    first = demo["users"][0]["clinic"]
    users = {one["role"]: one["username"] for one in demo["users"] if one["clinic"] == first}
    users |= {"nobody": "admin@vazia.example", "long": "admin@longa.example"}
    roster = folder / "more.json"
    clinics = [
        _clinic(EMPTY, users["nobody"], "Zoe", state.user_password),
        _clinic(CROWDED, users["long"], LONG_NAME, state.user_password),
    ]
    roster.write_text(json.dumps({"clinics": clinics}))
    environment = {**os.environ, **product_environment(state)}
    command = [sys.executable, str(ROOT / "manage.py"), "load_roster", str(roster)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    patients = [one["id"] for one in demo["patients"] if one["clinic"] == first]
    url, password = f"http://{HOST}:{port}", state.user_password
    with SaudeIA(url, users["admin"], password) as api:
        account = next(api.librelinkup_accounts())["id"]
    with SaudeIA(url, users["long"], password) as api:
        long = api.patients_create({"name": LONG_NAME, "timezone": LONG_ZONE, "external_ref": "Q" * 40})["id"]
    return Stage(url, users, password, {"first": patients[0], "low": patients[1], "long": long}, account)


def _clinic(name: str, username: str, person: str, password: str) -> dict[str, Any]:
    member = {"username": username, "email": username, "password": password, "name": person, "role": "admin"}
    return {"name": name, "members": [member]}

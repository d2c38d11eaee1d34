"""The guide for API clients, run as it stands against the API: every command, page by page."""

import datetime as dt
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import dramatiq
import pytest
from dramatiq.worker import Worker
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Clinic
from accounts.roles import Role
from embedded.ports import HOST, free_ports
from embedded.testing import running_server
from patients.models import Patient
from project.actors import import_actors
from tests.conftest import Member, put
from tests.docs.blocks import GUIDE, ROOT, blocks, check, run
from tests.integration.live.listening import answers, running_live

PASSWORD = "correct horse battery"
FIRST = "first-token.md"
PAGES = sorted(path.name for path in GUIDE.glob("*.md"))
pytestmark = [
    pytest.mark.usefixtures("clean_readings"),
    pytest.mark.skipif(shutil.which("curl") is None, reason="the commands of the guide need curl"),
]


@pytest.fixture(scope="module")
def live(django_db_setup: None) -> Iterator[str]:
    """The process of the stream of new readings."""
    with running_live(LIVE_HEARTBEAT_SECONDS="0.5") as (url, _):
        yield url


@pytest.fixture
def url(live: str, live_server: LiveServer) -> Iterator[str]:
    """One address for both, as in the demo."""
    (port,) = free_ports(1)
    ports = ["--port", str(port), "--web", live_server.url.rsplit(":")[-1], "--live", live.rsplit(":")[-1]]
    with running_server([sys.executable, "-m", "embedded.front", *ports]) as server:
        url = f"http://{HOST}:{port}"
        server.wait_until(lambda: answers(url))
        yield url


@pytest.fixture
def workers(clean_readings: None) -> Iterator[None]:
    """Somebody who does what is asked for in the background."""
    import_actors()
    broker = dramatiq.get_broker()
    broker.flush_all()
    worker = Worker(broker, worker_timeout=50, worker_threads=1)
    worker.start()
    yield
    worker.stop()
    broker.flush_all()


@pytest.fixture
def folder(
    url: str, clinic: Clinic, member: Callable[..., Member], patient: Patient, settings: Settings, tmp_path: Path
) -> Path:
    """Where a reader of the guide is: with the demo.json of a clinic that has an administrator and a patient."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = member(clinic, Role.ADMIN, "ana").user
    user.set_password(PASSWORD)
    user.save()
    put(patient, *range(100, 130), start=dt.datetime.now(dt.UTC) - dt.timedelta(hours=2, minutes=30))
    demo = {
        "url": url,
        "users": [{"username": "ana", "password": PASSWORD}],
        "patients": [{"id": str(patient.id)}],
    }
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "demo.json").write_text(json.dumps(demo))
    return tmp_path


@pytest.mark.usefixtures("workers")
def test_each_page_runs_and_answers_what_it_shows(folder: Path) -> None:
    first, *others = [
        [block for block in blocks(GUIDE / page) if block.language == "sh"]
        for page in [FIRST, *(page for page in PAGES if page != FIRST)]
    ]
    wrong = []
    for block, printed in run(first, others, folder):
        try:
            check(block, printed)
        except AssertionError as error:
            wrong.append(str(error))

    assert not wrong, "\n".join(wrong)


def test_what_it_shows_of_python_runs(folder: Path) -> None:
    (block,) = [block for block in blocks(GUIDE / "python.md") if block.language == "python"]

    command = [sys.executable, "-W", "error", "-c", block.text]
    ran = subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stderr
    assert "Ana Souza 129" in ran.stdout


def test_a_page_runs_only_with_all_of_its_commands() -> None:
    languages = {block.language for page in PAGES for block in blocks(GUIDE / page)}

    assert languages == {"sh", "python"}

"""The client against the API itself: tokens that expire, pages, uploads, streams, tags, and what the README shows."""

import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import Clinic, Ending, Session, User
from accounts.roles import Role
from client.saude_ia import (
    Changed,
    NotFound,
    NotModified,
    NotSignedIn,
    Problem,
    SaudeIA,
    TokenPair,
    UploadedReadingRequest,
    etag_of,
)
from patients.models import Patient
from tests.conftest import Member, put, tokens_of
from work.models import Task

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "correct horse battery"
START = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
END = START + dt.timedelta(days=1)
pytestmark = pytest.mark.usefixtures("clean_readings")


@pytest.fixture
def ana(clinic: Clinic, member: Callable[..., Member], settings: Settings) -> User:
    """An administrator with a password, whose hash is quick to check."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = member(clinic, Role.ADMIN, "ana").user
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def api(live_server: LiveServer, ana: User) -> Iterator[SaudeIA]:
    """A client of the API, signed in as Ana."""
    with SaudeIA(live_server.url, "ana", PASSWORD) as api:
        yield api


def expired_pair(user: User) -> TokenPair:
    """A pair whose access token was good for a second, an hour ago."""
    pair = tokens_of(user)
    access = AccessToken(pair.access)  # type: ignore[arg-type]
    access.set_exp(from_time=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1), lifetime=dt.timedelta(seconds=1))
    return {"access": str(access), "refresh": pair.refresh}


class TestTokens:
    def test_a_sign_out_gives_the_pair_up(self, live_server: LiveServer, ana: User) -> None:
        with SaudeIA(live_server.url, "ana", PASSWORD) as api:
            assert api.auth_me()["username"] == "ana"
            pair = api.tokens
            api.sign_out()

        assert pair is not None
        with SaudeIA(live_server.url, tokens=pair) as other, pytest.raises(NotSignedIn):
            other.auth_token_refresh({"refresh": pair["refresh"]})

    def test_a_wrong_password_is_told(self, live_server: LiveServer, ana: User) -> None:
        with SaudeIA(live_server.url, "ana", "wrong") as api, pytest.raises(NotSignedIn) as refused:
            api.auth_me()

        assert refused.value.type == "/problems/wrong-credentials/"

    def test_an_expired_access_token_is_renewed(self, live_server: LiveServer, ana: User) -> None:
        pair = expired_pair(ana)
        with SaudeIA(live_server.url, tokens=pair) as api:
            assert api.auth_me()["username"] == "ana"
            assert api.tokens is not None
            assert api.tokens["refresh"] != pair["refresh"]

    def test_threads_that_are_refused_together_renew_once(self, live_server: LiveServer, ana: User) -> None:
        # A second renewal with the same token would be refused, and there is no password to go on with.
        with SaudeIA(live_server.url, tokens=expired_pair(ana)) as api, ThreadPoolExecutor(6) as threads:
            names = list(threads.map(lambda _: api.auth_me()["username"], range(12)))

        assert names == ["ana"] * 12
        assert not Session.objects.filter(revoked_because=Ending.REUSE).exists()

    def test_a_used_refresh_token_is_told_or_the_password_goes_on(self, live_server: LiveServer, ana: User) -> None:
        pair = expired_pair(ana)
        with SaudeIA(live_server.url, tokens=pair) as first:
            first.auth_me()

        with SaudeIA(live_server.url, tokens=pair) as second, pytest.raises(NotSignedIn) as refused:
            second.auth_me()
        with SaudeIA(live_server.url, "ana", PASSWORD, tokens=pair) as third:
            assert third.auth_me()["username"] == "ana"

        assert refused.value.type == "/problems/token-refused/"


class TestReadings:
    def test_are_uploaded_with_their_rejects_and_again_without_harm(self, api: SaudeIA, patient: Patient) -> None:
        readings: list[UploadedReadingRequest] = [
            {"time": START + n * dt.timedelta(minutes=5), "value": 100 + n} for n in range(30)
        ]
        readings[7]["value"] = 7000

        first = api.upload_readings(patient.id, readings)
        again = api.upload_readings(patient.id, iter(readings))

        assert (first["received"], first["stored"], first["duplicates"]) == (30, 29, 0)
        assert (again["received"], again["stored"], again["duplicates"]) == (30, 0, 29)
        assert [one["index"] for one in first["rejected"] + again["rejected"]] == [7, 7]

    def test_are_read_by_pages_columns_and_streams_alike(self, api: SaudeIA, patient: Patient, tmp_path: Path) -> None:
        put(patient, *range(100, 130), start=START)

        rows = list(api.readings(patient.id, START, END, page_size=7))
        columns = api.readings_columns(patient.id, START, END)
        with api.readings_as(patient.id, "application/x-ndjson", start=START, end=END) as stream:
            lines = [json.loads(line) for line in stream.lines()]
        told: list[tuple[int, int | None]] = []
        with api.readings_as(patient.id, "text/csv", start=START, end=END) as stream:
            size = stream.save(tmp_path / "readings.csv", lambda *done: told.append(done))

        assert [row["value"] for row in rows] == list(range(129, 99, -1))
        assert columns["value"] == list(range(100, 130))
        assert sorted(lines, key=lambda line: line["time"], reverse=True) == rows
        assert told[-1] == (size, 30)
        assert len((tmp_path / "readings.csv").read_text().splitlines()) == 31

    def test_may_be_none(self, api: SaudeIA, patient: Patient) -> None:
        assert api.readings_latest_of_patient(patient.id) is None
        assert list(api.latest_readings()) == []
        assert api.statistics(patient.id, days=14)["mean"] is None

    def test_the_same_post_under_the_same_key_is_done_once(self, api: SaudeIA) -> None:
        one = api.patients_create({"name": "Bia", "timezone": "America/Sao_Paulo"}, idempotency_key="k1")
        two = api.patients_create({"name": "Bia", "timezone": "America/Sao_Paulo"}, idempotency_key="k1")

        assert one == two
        assert [row["name"] for row in api.patients(search="Bia")] == ["Bia"]


def test_a_change_is_refused_where_somebody_else_was_first(api: SaudeIA, patient: Patient) -> None:
    read = api.patients_read(patient.id)
    with pytest.raises(NotModified):
        api.patients_read(patient.id, if_none_match=etag_of(read))

    changed = api.patients_change(patient.id, {"name": "Bia Lima"}, if_match=etag_of(read))
    with pytest.raises(Changed):
        api.patients_change(patient.id, {"name": "Eva Lima"}, if_match=etag_of(read))
    api.patients_delete(patient.id, if_match=etag_of(changed))

    with pytest.raises(NotFound):
        api.patients_read(patient.id)


def test_a_refusal_says_where(api: SaudeIA, patient: Patient) -> None:
    with pytest.raises(Problem) as refused:
        api.statistics(patient.id, days=-1)

    assert refused.value.status == 422
    assert refused.value.errors[0]["parameter"] == "days"
    assert refused.value.request_id


def test_a_task_is_waited_for(api: SaudeIA, ana: User) -> None:
    task = Task.objects.create(owner=ana, kind="sync", actor="a", queue="q", status=Task.Status.DONE, progress=1.0)

    assert api.wait_for_task(task.id)["status"] == "done"


@pytest.mark.parametrize("page", ["README.md", "client/README.md"])
def test_what_a_page_shows_runs(
    live_server: LiveServer, ana: User, patient: Patient, tmp_path: Path, page: str
) -> None:
    put(patient, *range(100, 130), start=dt.datetime.now(dt.UTC) - dt.timedelta(hours=5))
    demo = {
        "url": live_server.url,
        "users": [{"username": "ana", "password": PASSWORD}],
        "patients": [{"id": str(patient.id)}],
    }
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "demo.json").write_text(json.dumps(demo))
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)

    assert blocks
    command = [sys.executable, "-W", "error", "-c", "\n".join(blocks)]
    ran = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "Ana Souza" in ran.stdout

"""What a slow reader, an unreachable Redis and the end of the process do to streams, and to the ingest."""

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from pytest_django import Settings

from embedded.ports import HOST, free_ports
from embedded.redis import answers, command, redis_url, write_config
from embedded.testing import RunningServer, running_server
from glucose.services.announcements import announce
from patients.models import Patient
from tests.conftest import Member, put
from tests.integration.live.conftest import Listen, signed_in
from tests.integration.live.listening import PATH, running_live
from tests.integration.live.test_stream import now

pytestmark = pytest.mark.usefixtures("clean_readings")
# Twice as many as may wait for a reader.
TURNS: Final = 14
EACH: Final = 1_000


def unread(url: str, member: Member) -> socket.socket:
    """A connection whose client has asked for the stream, seen it begin, and takes nothing more."""
    host, port = str(urlsplit(url).hostname), int(urlsplit(url).port or 0)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)
    client.settimeout(20)
    client.connect((host, port))
    fields = "".join(f"{name}: {value}\r\n" for name, value in signed_in(member).items())
    client.sendall(f"GET {PATH} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n".encode())
    content = b""
    while b"id: " not in content:
        content += client.recv(4_096)
    return client


def test_a_reader_who_is_too_slow_is_told_to_load_anew_and_the_others_lose_nothing(
    live: str, listen: Listen, clinician: Member, patient: Patient
) -> None:
    taken = now()
    put(patient, 100, start=taken)
    with closing(unread(live, clinician)) as slow:
        fast = listen(clinician).begun()
        for _ in range(TURNS):
            announce([patient.id.bytes, int(taken.timestamp())] * EACH)
            assert [fast.value() for _ in range(EACH)] == [100] * EACH
        content = b""
        while b"faster than they were read" not in content:
            part = slow.recv(1_000_000)
            assert part
            content = content[-100:] + part

        put(patient, 101, start=taken + timedelta(minutes=5))

        assert fast.value() == 101
        while b'"value":101' not in content:
            content = content[-100:] + slow.recv(1_000_000)


class Redis:
    """A server that can go away and come back empty."""

    def __init__(self, folder: Path) -> None:
        (self.port,), self.password = free_ports(1), "only of this test"
        self.config = folder / "redis.conf"
        write_config(self.config, port=self.port, password=self.password, folder=folder, keep=False)
        self.url = redis_url(self.port, self.password)
        self._running = ExitStack()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        server: RunningServer = self._running.enter_context(running_server(command(self.config)))
        server.wait_until(lambda: answers(self.port, self.password))

    def stop(self) -> None:
        """End it, with all that it held."""
        self._running.close()


@pytest.fixture
def own_redis(tmp_path: Path, settings: Settings) -> Iterator[Redis]:
    """The Redis of this test alone, where the ingest announces."""
    server = Redis(tmp_path)
    server.start()
    settings.REDIS_URL = server.url
    yield server
    server.stop()


@pytest.fixture
def times() -> Iterator[datetime]:
    """Each later than the one before."""
    start = now() - timedelta(hours=20)
    return (start + timedelta(minutes=5 * turn) for turn in count())


def test_redis_may_go_and_come_back(
    own_redis: Redis, listen: Listen, clinician: Member, patient: Patient, times: Iterator[datetime]
) -> None:
    with running_live(REDIS_URL=own_redis.url, LIVE_HEARTBEAT_SECONDS="0.5", LOG_LEVEL="CRITICAL") as (url, _):
        stream = listen(clinician, url=url).begun()
        put(patient, 100, start=next(times))
        assert stream.value() == 100

        own_redis.stop()
        assert stream.event().kind == "reset"
        put(patient, 101, start=next(times))
        own_redis.start()

        assert stream.event().kind == "reset"
        # The ingest leaves Redis alone for some seconds; then it says that something was not told.
        while "event: reset" not in (block := stream.block()):
            assert "event" not in block
            put(patient, 102, start=next(times))
        put(patient, 103, start=next(times))
        values = [stream.value()]
        while values[-1] != 103:
            values.append(stream.value())
        assert set(values) <= {102, 103}


def test_an_ingest_without_redis_stores_at_once_and_complains_once(
    own_redis: Redis, patient: Patient, times: Iterator[datetime], caplog: pytest.LogCaptureFixture
) -> None:
    own_redis.stop()

    began = time.monotonic()
    with caplog.at_level(logging.ERROR):
        stored = [put(patient, 100, start=next(times)).stored for _ in range(20)]

    assert stored == [1] * 20
    assert time.monotonic() - began < 5
    assert len([record for record in caplog.records if "not told" in record.message]) == 1


def test_an_ingest_that_is_taken_back_tells_nothing(
    listen: Listen, clinician: Member, patient: Patient, times: Iterator[datetime]
) -> None:
    stream = listen(clinician).begun()
    with transaction.atomic():
        put(patient, 100, start=next(times))
        transaction.set_rollback(True)

    put(patient, 101, start=next(times))

    assert stream.value() == 101


def test_a_process_that_is_told_to_stop_ends_its_streams_as_they_should_end(listen: Listen, clinician: Member) -> None:
    with running_live() as (url, server):
        streams = [listen(clinician, url=url).begun() for _ in range(3)]

        code = server.stop()

        assert code == 0, server.output()
        assert all(stream.has_ended() for stream in streams)
        assert "Traceback" not in server.output()


def test_a_client_who_goes_away_is_let_go(listen: Listen, clinician: Member) -> None:
    with running_live(LIVE_STREAMS="1", LOG_LEVEL="CRITICAL") as (url, _):
        listen(clinician, url=url).begun().close()

        tries = (listen(clinician, url=url).answer.status_code for _ in range(200))

        assert 200 in tries


def test_a_process_that_cannot_reach_redis_keeps_streams_all_the_same(listen: Listen, clinician: Member) -> None:
    (port,) = free_ports(1)
    with running_live(REDIS_URL=f"redis://{HOST}:{port}", LIVE_HEARTBEAT_SECONDS="0.2", LOG_LEVEL="CRITICAL") as (
        url,
        _,
    ):
        stream = listen(clinician, url=url)

        assert stream.until(": alive") == ": alive"

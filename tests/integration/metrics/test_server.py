"""Where the figures are answered, by whom, and that no web request leads there."""

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.test import Client
from pytest_django import Settings

from embedded.ports import free_ports
from project.metrics import server

# A process that counts, waits to be told to end, and is gone.
COUNTING: Final = """
import sys
from prometheus_client import Counter, Gauge
Counter("counted", "Of the test.").inc(3)
Gauge("under_way", "Of the test.", multiprocess_mode="livesum").inc(2)
print("ready", flush=True)
sys.stdin.read()
"""
FORGED: Final = (
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-Host": "web:9100", "Host": "localhost"},
    {"X-Original-URL": "/metrics"},
    {"X-Rewrite-URL": "/metrics"},
    {"X-Accel-Redirect": "/metrics"},
    {"X-Real-IP": "127.0.0.1", "Forwarded": "for=127.0.0.1;host=web:9100"},
)


@pytest.fixture
def listener(settings: Settings) -> Iterator[server.Listener]:
    """One that answers."""
    (port,) = free_ports(1)
    settings.METRICS_ADDRESS = f"127.0.0.1:{port}"
    found = server.serve()
    assert found
    yield found
    found.shutdown()
    found.server_close()


def asked(listener: server.Listener, path: str, method: str = "GET") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", listener.server_port, timeout=10)
    connection.request(method, path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


class TestListener:
    def test_tells_this_process_and_nothing_else(self, listener: server.Listener) -> None:
        status, text = asked(listener, "/metrics")

        assert status == 200
        assert 'saude_build_info{version="dev"} 1.0' in text
        assert asked(listener, "/live") == (200, "ok\n")
        assert asked(listener, "/metrics/")[0] == 404
        assert asked(listener, "/api/v1/patients/")[0] == 404
        assert asked(listener, "/metrics", "POST")[0] == 501

    def test_a_second_process_listens_on_the_same_address(self, listener: server.Listener) -> None:
        beside = server.serve()

        assert beside
        assert beside.server_port == listener.server_port
        beside.shutdown()
        beside.server_close()

    def test_is_not_there_without_an_address(self, settings: Settings) -> None:
        settings.METRICS_ADDRESS = ""

        assert server.serve() is None


def counting(folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", COUNTING],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def test_processes_that_share_a_folder_tell_as_one_and_what_a_killed_one_did_is_over(
    tmp_path: Path, settings: Settings
) -> None:
    settings.METRICS_FOLDER = str(tmp_path)
    one, other = counting(tmp_path), counting(tmp_path)
    both = server.registry()
    assert (both.get_sample_value("counted_total"), both.get_sample_value("under_way")) == (6, 4)

    one.kill()
    one.communicate()

    left = server.registry()
    assert (left.get_sample_value("counted_total"), left.get_sample_value("under_way")) == (6, 2)
    other.communicate()


@pytest.mark.django_db
@pytest.mark.parametrize("headers", FORGED, ids=lambda headers: next(iter(headers)))
@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/./metrics", "/api/v1/../metrics", "/live"])
def test_the_web_process_has_no_such_path_whatever_a_header_claims(headers: dict[str, str], path: str) -> None:
    answer = Client().get(path, headers=headers)

    assert answer.status_code == 404
    assert b"saude_http_request" not in answer.content
